import type { Context, Middleware } from 'koa';
import type { Deps } from '../deps.ts';
import { LimitReached } from '../errors.ts';
import { browserOf } from '../http/browser.ts';
import { networkOf } from '../http/network.ts';
import { userCodeWait } from '../secrets/limits.ts';

/** The address that a device shows as a square has the code in it: it fills the field, and nothing is sent by itself. */
function fillIn(ctx: Context): void {
  const { user_code: userCode, ...rest } = ctx.query;
  if (userCode === undefined) return;
  if (typeof userCode === 'string') ctx.state['userCode'] = userCode.slice(0, 32);
  ctx.query = rest;
}

/** In front of the library's page for a device's code: tries are counted before anything is looked up (RFC 8628 5.1). */
export function guardDeviceCodes(deps: Pick<Deps, 'config' | 'storage' | 'clock'>): Middleware {
  return async (ctx, next) => {
    if (ctx.path !== '/device') return next();
    if (ctx.method === 'GET') fillIn(ctx);
    else if (ctx.method === 'POST') {
      const wait = await userCodeWait(deps, browserOf(ctx).hash, networkOf(ctx));
      if (wait !== null) throw new LimitReached('user-codes', wait);
    }
    return next();
  };
}
