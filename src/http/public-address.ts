/**
 * What a request says of our own address is not believed: `Host`, `X-Forwarded-Host`, `X-Forwarded-Proto` and an absolute
 * request target have no effect (security R47). Behind a proxy Avain is asked over plain http, and so are its health
 * checks; every address it makes, and every Secure cookie, stands on the configured issuer alone.
 */
import type { Middleware } from 'koa';

export function publicAddress({ issuer }: { readonly issuer: string }): Middleware {
  const { protocol, host, origin } = new URL(issuer);
  return (ctx, next) => {
    const own = { protocol: protocol.slice(0, -1), host, origin, href: `${origin}${ctx.path}${ctx.search}` };
    for (const [name, value] of Object.entries(own)) Object.defineProperty(ctx.request, name, { value });
    return next();
  };
}
