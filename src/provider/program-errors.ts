import type { Configuration } from 'oidc-provider';

type RenderError = NonNullable<Configuration['renderError']>;

/** What programs call; people never see these. */
const routes: ReadonlySet<string> = new Set([
  'discovery',
  'jwks',
  'token',
  'introspection',
  'revocation',
  'userinfo',
  'pushed_authorization_request',
  'device_authorization',
  'registration',
  'client',
  'client_update',
  'client_delete',
]);

/**
 * Errors of these are JSON whatever `Accept` says (RFC 6749 5.2): Java's own HTTP client asks for `text/html` first, and
 * would be given a page for people.
 */
export function jsonForPrograms(renderForPeople: RenderError): RenderError {
  return (ctx, out, error) => {
    if (!routes.has(ctx.oidc?.route ?? '')) return renderForPeople(ctx, out, error);
    ctx.type = 'json';
    ctx.body = out;
    return undefined;
  };
}
