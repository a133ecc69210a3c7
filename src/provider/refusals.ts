/**
 * Every OAuth error that the provider gives is told to the log under a reference, which the answer carries too: what a
 * developer is not told (`error_detail`), an operator finds by it. Nothing personal: no parameter is logged, and of what
 * the library quotes from a request nothing either.
 */
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { Deps } from '../deps.ts';
import { codeOf } from '../errors.ts';
import { referenceOf, rememberRefusal } from '../http/refusal.ts';

/** Also a header of the answer, as JSON and redirects have no place for it. */
const header = 'Avain-Reference';

const refusing = [
  'authorization.error',
  'grant.error',
  'userinfo.error',
  'introspection.error',
  'revocation.error',
  'end_session.error',
  'end_session_confirm.error',
  'pushed_authorization_request.error',
  'device_authorization.error',
  'code_verification.error',
  'device_resume.error',
  'registration_create.error',
  'registration_read.error',
  'registration_update.error',
  'registration_delete.error',
] as const;

/** What happens all day where nothing is wrong: people change their minds, single-page apps ask whether somebody is there. */
const ordinary = new Set([
  'access_denied',
  'login_required',
  'interaction_required',
  'consent_required',
  'authorization_pending',
  'slow_down',
]);

/** These throw on to our own error page, which logs them (provider-pages.ts). */
const ownPage = new Set(['authorization', 'resume', 'end_session', 'end_session_confirm']);

/** The library's errors, and what else is thrown inside its routes. */
export type RefusalError = Error & {
  readonly error?: string | undefined;
  readonly error_description?: string | undefined;
  readonly error_detail?: string | undefined;
  readonly cause?: unknown;
  readonly expose?: boolean | undefined;
};

type Events = { on(event: string, listener: (ctx: KoaContextWithOIDC, error: RefusalError) => void): unknown };

/** What is not told to the client, without what a parser quotes of the request. */
export function hiddenDetail({ cause, error_detail: detail = '' }: RefusalError): string {
  if (cause instanceof SyntaxError) return 'not JSON';
  return detail.replace(/"[^"]*"/g, '"…"').slice(0, 200);
}

export function tellRefusals(provider: Provider, { log, random }: Pick<Deps, 'log' | 'random'>): void {
  // A cast: the published types list each event by itself; these have the same listener.
  const events = provider as unknown as Events;
  /** What every line has; the answer and what comes after it know the reference and the error from here, too. */
  const tell = (ctx: KoaContextWithOIDC, thrown: RefusalError) => {
    const reference = referenceOf(ctx, random);
    ctx.set(header, reference);
    const { route, client } = ctx.oidc;
    const isOAuth = thrown.error !== undefined;
    const error = thrown.error ?? (thrown.expose ? thrown.message : 'server_error');
    const detail = isOAuth ? hiddenDetail(thrown) : codeOf(thrown);
    // What else was thrown has a message for the log only.
    const description = thrown.error_description ?? '';
    rememberRefusal(ctx, { error, description, detail: isOAuth ? detail : '' });
    return { reference, route, ...(client && { client: client.clientId }), error, detail };
  };
  const refused = (ctx: KoaContextWithOIDC, error: RefusalError) => {
    const { detail, ...line } = tell(ctx, error);
    if (error.error === undefined && ownPage.has(ctx.oidc.route)) return;
    log[ordinary.has(line.error) ? 'debug' : 'info']({ ...line, ...(detail && { detail }) }, 'request refused');
  };
  for (const event of refusing) events.on(event, refused);
  events.on('server_error', (ctx, err) => {
    const { reference, route } = tell(ctx, err);
    if (!ownPage.has(route)) log.error({ err, reference, route, status: 500 }, 'request failed');
  });
}
