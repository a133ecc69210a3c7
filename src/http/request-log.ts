import type { Middleware } from 'koa';
import type { Deps } from '../deps.ts';

/** Ids in paths are bearer values of a kind: the log names the route, not the interaction or link. */
const bearer = /[A-Za-z0-9_-]{16,}/g;

/** One line a request: method, route, status, time. No query, no address, no cookie, no header. */
export function requestLog({ log, clock }: Pick<Deps, 'log' | 'clock'>): Middleware {
  return async (ctx, next) => {
    const startedAt = clock.now();
    await next();
    if (!log.isLevelEnabled('debug')) return;
    const path = ctx.path.replace(bearer, ':id');
    log.debug({ method: ctx.method, path, status: ctx.status, ms: clock.now() - startedAt }, 'request');
  };
}
