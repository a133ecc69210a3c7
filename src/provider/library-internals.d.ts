/** The one thing of the library's inside that is used (live-keystore.ts): no types are published for it. */
declare module 'oidc-provider/lib/helpers/weak_cache.js' {
  export function get(provider: unknown): unknown;
}
