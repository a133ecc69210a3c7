/**
 * What a request says of our own address is not believed: `Host`, `X-Forwarded-Host`, `X-Forwarded-Proto` and an absolute
 * request target have no effect (security R47). Behind a proxy Avain is asked over plain http, and so are its health
 * checks; every address it makes, and every Secure cookie, stands on the configured issuer alone.
 */
import type Koa from 'koa';

/** On the app's own request prototype, once: a property defined on every request would cost each of its later look-ups. */
export function pinPublicAddress(app: Pick<Koa, 'request'>, { issuer }: { readonly issuer: string }): void {
  const { protocol, host, origin } = new URL(issuer);
  Object.defineProperties(app.request, {
    protocol: { value: protocol.slice(0, -1) },
    host: { value: host },
    origin: { value: origin },
    href: {
      get(this: Koa.Request) {
        return `${origin}${this.path}${this.search}`;
      },
    },
  });
}
