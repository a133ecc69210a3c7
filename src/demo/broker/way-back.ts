import type { Context } from 'koa';
import type { Provider } from 'oidc-provider';
import type { DialectRules } from './dialect-rules.ts';
import { showError } from './error-page.ts';

const unreturned: ReadonlySet<string> = new Set(['invalid_request', 'invalid_request_object']);

/**
 * Makes an unsigned, forged or incomplete request end here, as OP and Telia do: the library would send it back to the
 * one redirect URI it knows, and a service that relies on that would hang at the real brokers. All others go back as
 * the dialect does it.
 */
export function withOwnWayBack(provider: Provider, { paths, responseIssuer }: DialectRules): Provider {
  provider.use(async (ctx, next) => {
    await next();
    const location = ctx.path.startsWith(paths.authorization) ? ctx.response.get('location') : '';
    if (!URL.canParse(location)) return;
    const back = new URL(location);
    const error = back.searchParams.get('error');
    if (error !== null && ctx.path === paths.authorization && unreturned.has(error)) return endHere(ctx, back);
    if (responseIssuer) return;
    back.searchParams.delete('iss');
    ctx.set('Location', back.href);
  });
  return provider;
}

function endHere(ctx: Context, { searchParams }: URL): void {
  ctx.remove('location');
  ctx.status = 400;
  showError(ctx, searchParams.get('error') ?? '', searchParams.get('error_description') ?? undefined);
}
