/** Discovery (OpenID Connect Discovery 1.0, RFC 8414): nothing that is not accepted, and nothing accepted left out. */
import type { Middleware } from 'koa';
import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import type { Config } from '../config/schema.ts';
import { locales } from '../http/locale.ts';

type Policy = NonNullable<NonNullable<Configuration['interactions']>['policy']>;

/** What the library cannot know of itself. */
export function discoveryOf({ operator }: Pick<Config, 'operator'>, policy: Policy): Configuration['discovery'] {
  return {
    ui_locales_supported: [...locales],
    prompt_values_supported: ['none', ...policy.filter(({ requestable }) => requestable).map(({ name }) => name)],
    ...(operator.documentation !== null && { service_documentation: operator.documentation }),
  };
}

/** What the library tells for itself and is different here. */
function corrected(told: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const methods = told['token_endpoint_auth_methods_supported'];
  const algs = told['token_endpoint_auth_signing_alg_values_supported'];
  const all = {
    ...told,
    introspection_endpoint_auth_methods_supported: methods,
    introspection_endpoint_auth_signing_alg_values_supported: algs,
    revocation_endpoint_auth_methods_supported: methods,
    revocation_endpoint_auth_signing_alg_values_supported: algs,
  };
  // RFC 8414 3.2: what has no elements is left out.
  return Object.fromEntries(Object.entries(all).filter(([, value]) => !Array.isArray(value) || value.length > 0));
}

export function trueDiscovery(): Middleware {
  return async (ctx, next) => {
    await next();
    // A cast: the provider's own routes put `oidc` on the context, other routes do not.
    const { oidc } = ctx as unknown as Partial<Pick<KoaContextWithOIDC, 'oidc'>>;
    // A cast: the library's own object, whatever is in it.
    if (oidc?.route === 'discovery' && ctx.status === 200) ctx.body = corrected(ctx.body as Record<string, unknown>);
  };
}
