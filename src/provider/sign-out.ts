import type { Middleware } from 'koa';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Deps } from '../deps.ts';
import { providerPages } from './provider-pages.ts';

/**
 * Somebody whose session is over already gets the same sign-out page as anybody else; the library would show a bare page
 * in English that submits itself by script.
 */
export function askAtSignOut(deps: Parameters<typeof providerPages>[0]): Middleware {
  const { logoutSource } = providerPages(deps);
  return async (ctx, next) => {
    await next();
    // A cast: the provider's routes put `oidc` on the context, other routes do not.
    const { oidc } = ctx as unknown as Partial<Pick<KoaContextWithOIDC, 'oidc'>>;
    if (oidc?.route !== 'end_session' || ctx.status !== 200 || oidc.session?.accountId) return;
    const action = oidc.urlFor('end_session_confirm');
    const secret = String(oidc.session?.state?.secret);
    const form = `<form id="op.logoutForm" method="post" action="${action}"><input type="hidden" name="xsrf" value="${secret}"/></form>`;
    // A cast: there is an `oidc`, as was just seen.
    await logoutSource(ctx as unknown as KoaContextWithOIDC, form);
  };
}

/**
 * What was proved in a session goes with it: the library saves a session at the end of every request, so one that was
 * under way while the person signed out brings it back.
 */
export function forgetProofsAtSignOut({ storage }: Pick<Deps, 'storage'>): Middleware {
  return async (ctx, next) => {
    await next();
    // A cast: as above.
    const { oidc } = ctx as unknown as Partial<Pick<KoaContextWithOIDC, 'oidc'>>;
    if (oidc?.route !== 'end_session_confirm' || ctx.status !== 303 || !oidc.params?.logout || !oidc.session) return;
    await storage.sessions.delete(oidc.session.uid);
  };
}
