import type { Middleware } from 'koa';

const providerPages = /^\/(?:auth|session|device)(?:\/|$)/;

/**
 * HEAD on the provider's pages looks and touches nothing: the library would begin a sign-in, or finish one and give its
 * code away to a preview.
 */
export const headTouchesNothing: Middleware = async (ctx, next) => {
  if (ctx.method !== 'HEAD' || !providerPages.test(ctx.path)) await next();
  else ctx.status = 204;
};
