/**
 * Who may see Avain's own pages: somebody whose session in this browser has climbed the ladder for that page's client
 * (config/own-clients.ts). The session is all there is: no token, no second cookie, so that ending it anywhere ends this.
 * Whoever has not, or not lately enough, is led through `/auth` like any other client's people, and comes back.
 */
import { randomBytes } from 'node:crypto';
import type { Context } from 'koa';
import type { Account } from '../accounts/account.ts';
import { isClosed } from '../accounts/account-rules.ts';
import type { Client } from '../config/schema.ts';
import type { Deps } from '../deps.ts';
import { hasSecondFactor } from '../factors/factor-rules.ts';
import { browserOf } from '../http/browser.ts';
import type { Locale } from '../http/locale.ts';
import type { Pages } from '../http/pages.ts';
import { rememberWhose } from '../http/refusal.ts';
import type { ClientId, Instant } from '../ids.ts';
import type { BrowserSession, Interactions } from '../journey/interactions.ts';
import { levelReaches } from '../journey/proof-rules.ts';
import type { SessionFacts } from '../storage/rows.ts';

export type OwnPagesDeps = Deps & {
  readonly interactions: Interactions;
  readonly clients: ReadonlyMap<string, Client>;
  readonly pages: Pages;
};

/** A part of Avain's own pages, and the client through which people sign in to it. */
export type Place = { readonly clientId: ClientId; readonly path: string };

export type SignedIn = {
  readonly account: Account;
  readonly session: BrowserSession;
  readonly client: Client;
  readonly locale: Locale;
  /** Of the forms on the pages of this session. */
  readonly csrfScope: string;
};

/** A change that matters asks for a proof of the person not older than this (security R31). */
const freshProofSeconds = 600;

/** What of the person must have been proved in the last minutes: nothing, anything, or who they are (strong identification). */
export type Freshness = false | true | 'identified';
/** Where it depends on how the account stands: what has become impossible asks for no proof. */
export type FreshnessOf = Freshness | ((account: Account) => Freshness);

export function placeClient({ clients }: Pick<OwnPagesDeps, 'clients'>, { clientId }: Place): Client {
  const client = clients.get(clientId);
  if (client === undefined) throw new Error(`no client ${clientId}`);
  return client;
}

/** Once somebody is signed in their account's language counts, unless this browser was switched to another. */
function localeFor({ pages }: OwnPagesDeps, ctx: Context, client: Client, account: Account | null): Locale {
  const switched = pages.switchedLocale(ctx);
  return pages.localeOf(ctx, { switched, ...(account && { uiLocales: account.locale }) }, client);
}

/** Through `/auth`, and back to `page`. Nobody knows the verifier of this challenge, so nobody redeems the code. */
function leadToSignIn(deps: OwnPagesDeps, ctx: Context, place: Place, page: string, fresh: Freshness): void {
  const query = new URLSearchParams({
    client_id: place.clientId,
    response_type: 'code',
    scope: 'openid',
    redirect_uri: new URL(`${place.path}/return`, deps.config.issuer).href,
    code_challenge: randomBytes(32).toString('base64url'),
    code_challenge_method: 'S256',
    state: page,
    ui_locales: localeFor(deps, ctx, placeClient(deps, place), null),
    ...(fresh && { max_age: String(freshProofSeconds) }),
    ...(fresh === 'identified' && { acr_values: deps.config.acr.substantial }),
  });
  ctx.redirect(`/auth?${query}`);
  ctx.status = 303;
}

/** In whole seconds, as the library counts `max_age`: were we stricter, `/auth` would send people back again and again. */
const isFresh = (at: Instant, now: Instant): boolean => Math.floor((now - at) / 1_000) <= freshProofSeconds;

/**
 * Whoever has a second factor shows it, or is identified, as lately: the password can be typed again at any other client,
 * and must not be enough to take the factor away. The ladder asks the same of a request with `max_age`.
 */
function isFactorFresh(account: Account, { factor, identified }: SessionFacts, now: Instant): boolean {
  return !hasSecondFactor(account) || [factor, identified].some((proof) => proof !== null && isFresh(proof.at, now));
}

type Known = { readonly account: Account; readonly session: BrowserSession; readonly facts: SessionFacts };

function isFreshEnough(fresh: Freshness, { account, session, facts }: Known, now: Instant): boolean {
  if (fresh === false) return true;
  if (!isFactorFresh(account, facts, now)) return false;
  // Of this account's own person only: nothing else is ever bound to a session (provider/session-facts.ts).
  if (fresh === 'identified' && !(facts.identified && isFresh(facts.identified.at, now))) return false;
  return isFresh(session.provedAt, now);
}

/** The level that the place's client demands, by an identification in this session that is not too old for it. */
function meetsDemand({ assurance }: Client, { identified }: SessionFacts, now: Instant): boolean {
  if (assurance.demand === null) return true;
  if (identified === null || now - identified.at > assurance.freshMinutes * 60_000) return false;
  return levelReaches(identified.level, assurance.demand);
}

/** The person signed in to this place, or null when they were led to sign in, or to prove what must be fresh, first. */
export async function signedIn(
  deps: OwnPagesDeps,
  ctx: Context,
  place: Place,
  { page, fresh }: { readonly page: string; readonly fresh: FreshnessOf },
): Promise<SignedIn | null> {
  const session = await deps.interactions.session(ctx);
  const [account, facts] = session
    ? await Promise.all([deps.storage.accounts.byId(session.accountId), deps.storage.sessions.get(session.uid)])
    : [null, null];
  // The library may bring a session back that was ended while a request was under way; what was proved in it is gone.
  const stands = facts !== null && facts.accountId === account?.id && facts.browser === browserOf(ctx).hash;
  const client = placeClient(deps, place);
  const letIn =
    session?.clients.includes(place.clientId) === true &&
    account !== null &&
    !isClosed(account) &&
    facts !== null &&
    meetsDemand(client, facts, deps.clock.now());
  const known = session !== null && account !== null && stands && letIn;
  const asked = typeof fresh !== 'function' ? fresh : known && fresh(account);
  if (!known || !isFreshEnough(asked, { account, session, facts }, deps.clock.now())) {
    leadToSignIn(deps, ctx, place, page, asked);
    return null;
  }
  const locale = localeFor(deps, ctx, client, account);
  deps.pages.remember(ctx, { client, locale });
  rememberWhose(ctx, { journeyId: null, accountId: account.id, clientId: place.clientId });
  return { account, session, client, locale, csrfScope: `${place.clientId}|${session.uid}` };
}

/** `GET <place>/return`: the code is thrown away unused, and the page that was wanted is shown. */
export function comeBack(deps: OwnPagesDeps, place: Place, pages: { has(path: string): boolean }) {
  return async (ctx: Context): Promise<void> => {
    const { code, state, error } = ctx.query;
    if (typeof code === 'string') await deps.interactions.dropCode(code);
    if (typeof error === 'string') {
      const client = placeClient(deps, place);
      ctx.status = 200;
      return deps.pages.send(ctx, 'pages/not-signed-in', { startHref: place.path }, { client });
    }
    // Of our own pages only: what comes back through the browser may be anything.
    ctx.redirect(typeof state === 'string' && pages.has(state) ? state : place.path);
    ctx.status = 303;
  };
}
