import type { Middleware } from 'koa';

const ofProvider = /^\/(auth|session|device|token|me|jwks|request|reg|\.well-known)(?=\/|$)/i;
/** Their second part is an id, whose letters are its own. */
const withIds = new Set(['auth', 'device', 'reg']);

/** False for what the provider library would take for one of its addresses though it is spelled otherwise. */
export function isSpelledExactly(path: string): boolean {
  const [start, first = ''] = ofProvider.exec(path) ?? [];
  if (start === undefined) return true;
  const rest = path.slice(start.length);
  const lower = rest.toLowerCase();
  if (first !== first.toLowerCase() || rest.endsWith('/')) return false;
  return rest === lower || (withIds.has(first) && lower !== '/auth');
}

/**
 * The library's router takes `/Device` and `/device/` for `/device`; our guards in front of it compare exactly. What they
 * would not see is not there: no limit, origin check or rule about HEAD is got round by another spelling.
 */
export const exactPaths: Middleware = async (ctx, next) => {
  if (isSpelledExactly(ctx.path)) await next();
};
