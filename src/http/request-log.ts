import type { Context, Middleware } from 'koa';
import type { Deps } from '../deps.ts';
import { knownReferenceOf } from './refusal.ts';

/** What our router and the provider's leave on the context. */
type Routed = { readonly _matchedRoute?: unknown; readonly oidc?: { readonly route?: string } };

/** What the HTTP parser of Node lets through is more than what anybody needs. */
const knownMethods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
/** Asked again and again by machines: a line of each would be most of the log. */
const quiet = /^\/(?:health|assets)\//;
const header = 'X-Request-Id';
/** As proxies make them: a UUID, or a random word. */
const idForm = /^[A-Za-z0-9][A-Za-z0-9._-]{7,63}$/;

/** The pattern, never the path: ids in a path are bearer values of a kind, and people paste anything into one. */
export function routeOf(ctx: Context): string {
  // A cast: both are there only where a route answered.
  const { _matchedRoute, oidc } = ctx as unknown as Routed;
  return oidc?.route ?? (typeof _matchedRoute === 'string' ? _matchedRoute : 'none');
}

/**
 * One line a request, and its figures: id, method, route, status, time; the reference that an error page showed. No query,
 * no address, no cookie, no header, no path. The id comes from the proxy, if there is one of ours, and goes back out.
 */
export function requestLog({
  log,
  random,
  observer,
  config,
}: Pick<Deps, 'log' | 'random' | 'observer' | 'config'>): Middleware {
  const idOf = (ctx: Context): string => {
    const sent = config.proxy.trustedHops > 0 ? ctx.get(header) : '';
    return idForm.test(sent) ? sent : random.bytes(8).toString('hex');
  };
  return async (ctx, next) => {
    const from = performance.now();
    const request = idOf(ctx);
    ctx.set(header, request);
    await next();
    const ms = performance.now() - from;
    const method = knownMethods.has(ctx.method) ? ctx.method : 'other';
    const route = routeOf(ctx);
    observer.answered({ method, route, status: ctx.status, seconds: ms / 1_000 });
    const reference = knownReferenceOf(ctx);
    const line = { request, method, route, status: ctx.status, ms: Math.round(ms), ...(reference && { reference }) };
    log[quiet.test(route) ? 'debug' : 'info'](line, 'request');
  };
}
