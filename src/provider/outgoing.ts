import type { Configuration } from 'oidc-provider';

/**
 * The library's fetch keeps away from private addresses (SSRF). For exactly the origins an operator lists in
 * `outgoing.allow` that guard is left out; time limit, size limit and "no redirects" stay.
 */
export function guardedFetch(allow: readonly string[]): NonNullable<Configuration['fetch']> {
  const allowed = new Set(allow);
  return (url, options) => {
    if (!allowed.has(new URL(url).origin)) return fetch(url, options);
    // A cast: `dispatcher` is undici's addition to the standard's options, and the guard lies in it.
    const { dispatcher: _guard, ...unguarded } = options as RequestInit & { dispatcher?: unknown };
    return fetch(url, { ...unguarded, redirect: 'error' });
  };
}
