/** The library's own pages in our clothes: sign-out, signed out, and errors that have no safe way back to a client. */
import { type Configuration, errors, type KoaContextWithOIDC } from 'oidc-provider';
import { signInAddress } from '../clients/sign-in-address.ts';
import type { Client } from '../config/schema.ts';
import { TemporarilyUnavailable } from '../errors.ts';
import { referenceOf, rememberWhose } from '../http/refusal.ts';
import type { ErrorModel } from '../http/views.ts';
import { noteShownError } from '../timeline/shown-error.ts';
import type { ProviderDeps } from './deps.ts';
import { developerDetail } from './developer-detail.ts';

type PageDeps = Pick<ProviderDeps, 'pages' | 'clients' | 'config' | 'random' | 'storage' | 'clock' | 'log'>;
type RenderError = NonNullable<Configuration['renderError']>;
type LogoutFeature = NonNullable<NonNullable<Configuration['features']>['rpInitiatedLogout']>;

/** What the question of sign-out needs in another language to lead back to the client. The hint's token has done its part. */
function wayBackOf({ oidc }: KoaContextWithOIDC): string {
  const { post_logout_redirect_uri: uri, state } = oidc.params ?? {};
  const kept = { client_id: oidc.client?.clientId, post_logout_redirect_uri: uri, state };
  return Object.entries(kept)
    .map(([name, value]) => (typeof value === 'string' ? `&${name}=${encodeURIComponent(value)}` : ''))
    .join('');
}

/** Where the forms stand that have a token of the library's own, by the route they are posted to. */
const forms: Readonly<Record<string, string>> = { end_session_confirm: '/session/end', code_verification: '/device' };

/** Sign-out is no sign-in that failed: a stale form leads back to where it stood. */
function errorModel(ctx: KoaContextWithOIDC, startHref: string, gone: boolean): ErrorModel {
  const toStart: ErrorModel['wayOn'] = { href: startHref, text: { key: 'common.to-start' } };
  if (gone) {
    return {
      title: { key: 'session.expired-title' },
      body: { key: 'session.expired-body' },
      id: null,
      wayOn: toStart,
    };
  }
  const form = forms[ctx.oidc?.route ?? ''];
  if (form !== undefined) {
    return {
      title: { key: 'page.form-refused-title' },
      body: { key: 'page.form-refused-body' },
      id: null,
      wayOn: { href: form, text: { key: 'page.try-again' } },
    };
  }
  const signingOut = ctx.oidc?.route === 'end_session';
  return {
    title: { key: signingOut ? 'page.malformed-title' : 'page.bad-request-title' },
    body: { key: signingOut ? 'page.malformed-body' : 'page.bad-request-body' },
    id: null,
    wayOn: toStart,
  };
}

export function providerPages(deps: PageDeps) {
  const { pages, clients, config, random } = deps;
  const clientOf = (ctx: KoaContextWithOIDC): Client | null => clients.get(ctx.oidc?.client?.clientId ?? '') ?? null;
  const localeOf = (ctx: KoaContextWithOIDC, client: Client | null) => {
    const wish: unknown = ctx.oidc?.params?.ui_locales;
    return pages.localeOf(ctx, { uiLocales: typeof wish === 'string' ? wish : null }, client);
  };
  const detailsOf = (...[ctx, out, error, client]: [...Parameters<RenderError>, Client | null]) => ({
    id: referenceOf(ctx, random),
    developer: developerDetail(config, out, error, client && String(client.id)),
  });
  const logoutSource: NonNullable<LogoutFeature['logoutSource']> = async (ctx, form) => {
    const client = clientOf(ctx);
    const at = { client, locale: localeOf(ctx, client), keptQuery: wayBackOf(ctx) };
    pages.send(ctx, 'pages/logout', { providerForm: form }, at);
  };
  const postLogoutSuccessSource: NonNullable<LogoutFeature['postLogoutSuccessSource']> = async (ctx) => {
    const client = clientOf(ctx);
    // Also where people land who chose to stay.
    const { accountId } = await ctx.oidc.provider.Session.get(ctx);
    const model = { returnHref: signInAddress(client, config.issuer), stillSignedIn: accountId !== undefined };
    pages.send(ctx, 'pages/signed-out', model, { client, locale: localeOf(ctx, client) });
  };
  const renderError: RenderError = async (ctx, out, error) => {
    // Not the request's fault: our own error page has the words, the reference id and the log line for these.
    if (error instanceof TemporarilyUnavailable || out.error === 'server_error') throw error;
    const client = clientOf(ctx);
    // Finished already, by a double click or in another tab, or left lying too long.
    const gone = error instanceof errors.SessionNotFound;
    if (gone) ctx.status = 410;
    const model = errorModel(ctx, signInAddress(client, config.issuer) ?? '/', gone);
    // Something to tell: what is over, or a stale form, is no riddle to anybody.
    const told: { id?: string } =
      gone || ctx.oidc?.route === 'end_session_confirm' ? {} : detailsOf(ctx, out, error, client);
    if (told.id !== undefined) {
      rememberWhose(ctx, { journeyId: null, accountId: null, clientId: client?.id ?? null });
      await noteShownError(deps, ctx, { reference: told.id, code: out.error, status: ctx.status });
    }
    pages.send(ctx, 'pages/error', { ...model, ...told }, { client, locale: localeOf(ctx, client) });
  };
  return { logoutSource, postLogoutSuccessSource, renderError };
}
