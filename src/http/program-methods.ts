import type { Context } from 'koa';

/** Everything else of the provider's addresses for programs answers POST. */
const methods: Readonly<Record<string, readonly string[]>> = {
  '/me': ['GET', 'POST'],
  '/jwks': ['GET', 'HEAD'],
  '/.well-known/openid-configuration': ['GET', 'HEAD'],
  '/.well-known/oauth-authorization-server': ['GET', 'HEAD'],
};

/**
 * A program that uses a wrong method is told so in JSON, as it is told everything there (RFC 9110 15.5.6). False where
 * the method is right: then the address itself is not there, as its feature is off.
 */
export function refuseMethod(ctx: Context): boolean {
  const allowed = methods[ctx.path] ?? ['POST'];
  if (allowed.includes(ctx.method)) return false;
  ctx.status = 405;
  ctx.set('Allow', allowed.join(', '));
  ctx.body = { error: 'invalid_request', error_description: `this address answers ${allowed.join(' and ')} only` };
  return true;
}
