/**
 * The statements that every page leads to and nobody must sign in for: accessibility with its feedback form, privacy,
 * cookies; of the installation, and of each client. A client's own link wins, then the operator's own text
 * (config/statements/), then the one made here from what Avain does.
 */
import type { Context } from 'koa';
import { isOwnClient } from '../config/own-clients.ts';
import type { Client, Config } from '../config/schema.ts';
import type { StatementKind, StatementText } from '../config/statements.ts';
import type { Deps } from '../deps.ts';
import { RequestRefused } from '../errors.ts';
import { cookieList } from './cookie-list.ts';
import { isLocale, type Locale } from './locale.ts';
import type { Pages } from './pages.ts';
import { ownStatementLink } from './statement-href.ts';
import type { PrivacyModel } from './statement-models.ts';
import type { TextRef } from './views.ts';

export type StatementDeps = Pick<Deps, 'config' | 'clients'> & { readonly pages: Pages };

/** Pages of ours that a person may want to come back to, by path alone: never an address of another site. */
const comeBack = /^\/(?:device|account|(?:(?:interaction|links)\/[\w-]+|account)\/[\w-]+)$/;

/** The page this one was opened from, and the language switch that keeps it in mind. */
export function between({ query: { from } }: Context) {
  return typeof from === 'string' && comeBack.test(from)
    ? { backHref: from, keptQuery: `&from=${from}` }
    : { backHref: null, keptQuery: '' };
}

export type StatementPlace = {
  /** null = of the installation. */
  readonly client: Client | null;
  readonly locale: Locale;
  readonly backHref: string | null;
  readonly keptQuery: string;
  readonly own: StatementText | null;
};

const unknown = { title: 'page.not-found-title', body: 'page.not-found-body' } as const;

/** The operator's own words, for this client or for all; null = there are none. */
export function ownStatement(
  { statements }: Pick<Config, 'statements'>,
  kind: StatementKind,
  client: Pick<Client, 'id'> | null,
  locale: Locale,
): StatementText | null {
  const texts = (client && statements.ofClient[client.id]?.[kind]) ?? statements.all[kind];
  return texts?.[locale] ?? null;
}

/** @throws RequestRefused 404 for a client that is not there. */
export function statementPlace(
  { clients, config, pages }: StatementDeps,
  ctx: Context,
  kind: StatementKind,
): StatementPlace {
  const { client: id } = ctx.params;
  const client = id === undefined ? null : (clients.get(String(id)) ?? null);
  if (id !== undefined && (client === null || isOwnClient(client.id))) {
    throw new RequestRefused(404, 'no-statement', unknown);
  }
  const { lang } = ctx.query;
  const locale = isLocale(lang) ? lang : pages.localeOf(ctx, {}, client);
  return { client, locale, own: ownStatement(config, kind, client, locale), ...between(ctx) };
}

function keptTexts({ retention, lives }: Pick<Config, 'retention' | 'lives'>): PrivacyModel['kept'] {
  const { accounts, auditDays, evidenceYears, mailLogDays } = retention;
  const unused: TextRef[] =
    accounts.dormantNoticeAfterDays === null
      ? []
      : [{ key: 'privacy.kept-unused', params: { count: accounts.dormantNoticeAfterDays } }];
  return [
    { key: 'privacy.kept-account', params: { count: Math.ceil(lives.deletionWaitSeconds / 86_400) } },
    ...unused,
    { key: 'privacy.kept-log', params: { count: auditDays } },
    { key: 'privacy.kept-terms', params: { count: evidenceYears } },
    { key: 'privacy.kept-mails', params: { count: mailLogDays } },
  ];
}

export function statementPages(deps: StatementDeps) {
  const { config, pages } = deps;
  /** The client's own page is elsewhere: an address of its file, never of the request. */
  const ledAway = (ctx: Context, kind: StatementKind, { client, locale }: StatementPlace): boolean => {
    const href = client && ownStatementLink(kind, client, locale);
    if (href) ctx.redirect(href);
    return href != null;
  };
  return {
    privacy: (ctx: Context): void => {
      const place = statementPlace(deps, ctx, 'privacy');
      if (ledAway(ctx, 'privacy', place)) return;
      const { own, backHref } = place;
      pages.send(ctx, 'pages/privacy', { own, backHref, kept: keptTexts(config), accountHref: '/account/data' }, place);
    },
    cookies: (ctx: Context): void => {
      const place = statementPlace(deps, ctx, 'cookies');
      const { own, backHref } = place;
      pages.send(ctx, 'pages/cookies', { own, backHref, cookies: cookieList(config) }, place);
    },
    /** True where the client has a page of its own, to which the browser was sent. */
    ledAway,
  };
}
