import type { Middleware } from 'koa';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Decide } from './policy.ts';

/** By a client's request, or by a device's code. */
const begins: ReadonlySet<string> = new Set(['authorization', 'code_verification']);

/**
 * Leads a new interaction straight to the page that the ladder named: the dispatcher would ask it again only to lead
 * there, and cost the person a redirect. Not by the library's own `url`, which is also the path of its cookie.
 */
export function straightToPage(decide: Decide): Middleware {
  return async (ctx, next) => {
    await next();
    // A cast: after the provider's own routes the context has what they put there, on other routes nothing.
    const { oidc } = ctx as unknown as Partial<KoaContextWithOIDC>;
    const uid = begins.has(oidc?.route ?? '') ? oidc?.entities.Interaction?.uid : undefined;
    const location = ctx.response.get('Location');
    if (uid === undefined || !location.endsWith(`/interaction/${uid}`)) return;
    const decision = await decide(ctx as unknown as KoaContextWithOIDC);
    if (decision.kind === 'page') ctx.set('Location', `${location}/${decision.step}`);
  };
}
