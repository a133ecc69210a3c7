import type { Middleware } from 'koa';
import type { Deps } from '../deps.ts';

/** What our router and the provider's leave on the context. */
type Routed = { readonly _matchedRoute?: unknown; readonly oidc?: { readonly route?: string } };

/**
 * One line a request: method, route, status, time. No query, no address, no cookie, no header, and no path either: ids in
 * it are bearer values of a kind, and into a path that is none of ours people paste anything.
 */
export function requestLog({ log, clock }: Pick<Deps, 'log' | 'clock'>): Middleware {
  return async (ctx, next) => {
    const startedAt = clock.now();
    await next();
    if (!log.isLevelEnabled('debug')) return;
    // A cast: both are there only where a route answered.
    const { _matchedRoute, oidc } = ctx as unknown as Routed;
    const route = oidc?.route ?? (typeof _matchedRoute === 'string' ? _matchedRoute : 'none');
    log.debug({ method: ctx.method, route, status: ctx.status, ms: clock.now() - startedAt }, 'request');
  };
}
