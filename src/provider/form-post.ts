/** The page of `response_mode=form_post`: it sends itself, and has a button in the person's language where there is no script. */
import type { Middleware } from 'koa';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { parseFormPost } from '../http/form-post-page.ts';
import type { ProviderDeps } from './deps.ts';

/** In place of the library's page, which speaks English and sends itself by a script within it. */
export function formPostPage({ pages, clients }: Pick<ProviderDeps, 'pages' | 'clients'>): Middleware {
  return async (ctx, next) => {
    await next();
    // A cast: the provider's own routes put `oidc` on the context, other routes do not.
    const { oidc } = ctx as unknown as Partial<Pick<KoaContextWithOIDC, 'oidc'>>;
    const { response_mode: mode, ui_locales: wish } = oidc?.params ?? {};
    if (typeof mode !== 'string' || !mode.startsWith('form_post') || typeof ctx.body !== 'string') return;
    const form = parseFormPost(ctx.body);
    // An error page has no such form: the request had no address that an answer may go to.
    if (form === null) return;
    const client = clients.get(oidc?.client?.clientId ?? '') ?? null;
    const locale = pages.localeOf(ctx, { uiLocales: typeof wish === 'string' ? wish : null }, client);
    pages.send(ctx, 'pages/form-post', form, { client, locale });
  };
}
