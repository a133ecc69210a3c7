/**
 * Back from the broker: `GET /upstream/:broker/callback`. One address per broker; the exchange is found by `state`, used
 * once, and only in the browser that started it (security R21). Whatever came back, the person lands on the ladder again.
 */
import type { Context } from 'koa';
import { type Account, withIdentification } from '../accounts/account.ts';
import { withWaitingPassword } from '../accounts/waiting-password.ts';
import type { Client } from '../config/schema.ts';
import type { Deps } from '../deps.ts';
import { RequestRefused } from '../errors.ts';
import { browserOf } from '../http/browser.ts';
import type { Pages } from '../http/pages.ts';
import { personOf, sealAccountPerson, sealPerson } from '../identity/linking.ts';
import { identityFingerprint } from '../identity/national-id.ts';
import type { BrokerNotice, Journey } from '../journey/journey.ts';
import { composeMail } from '../mail/messages.ts';
import { sha256Base64url } from '../secrets/sealing.ts';
import type { Change } from '../storage/ports.ts';
import type { UpstreamExchange } from '../storage/rows.ts';
import type { ExchangeSecrets, FinishOutcome } from './broker.ts';
import type { StrongIdentity } from './strong-identity.ts';

export type CallbackDeps = Deps & { readonly clients: ReadonlyMap<string, Client>; readonly pages: Pages };

type Return = CallbackDeps & {
  readonly exchange: UpstreamExchange;
  readonly journey: Journey;
  readonly client: Client;
};
type JourneyChange = (journey: Journey) => Journey;

const dayMs = 86_400_000;

/** Routes of the broker's answers and of our public keys towards each broker. */
export function upstreamRoutes(deps: CallbackDeps) {
  return {
    jwks: async (ctx: Context): Promise<void> => {
      const broker = deps.brokers.get(String(ctx.params.broker));
      if (!broker) throw new RequestRefused(404, 'unknown-broker', notFound);
      ctx.set('Cache-Control', 'public, max-age=300');
      ctx.body = broker.jwks();
    },
    callback: (ctx: Context): Promise<void> => comeBack(deps, ctx),
  };
}

const notFound = { title: 'page.not-found-title', body: 'page.not-found-body' } as const;
const expired = { title: 'session.expired-title', body: 'session.expired-body' } as const;

async function comeBack(deps: CallbackDeps, ctx: Context): Promise<void> {
  const brokerId = String(ctx.params.broker);
  const broker = deps.brokers.get(brokerId);
  // A disabled broker is refused here too, at once (security R26).
  if (!broker?.enabled) throw new RequestRefused(404, 'unknown-broker', notFound);
  const { state } = ctx.query;
  const key = typeof state === 'string' ? sha256Base64url(state) : null;
  const waiting = key && (await deps.storage.exchanges.get(key));
  if (!key || !waiting || waiting.brokerId !== brokerId) throw new RequestRefused(410, 'exchange-gone', expired);
  if (waiting.browser !== browserOf(ctx).hash) return otherBrowser(deps, ctx, waiting);
  const exchange = await deps.storage.exchanges.takeOnce(key);
  // Used meanwhile by the same browser (a double load): what is now true is on the ladder.
  if (!exchange) return toJourney(ctx, waiting);
  const journey = await deps.storage.journeys.get(exchange.journeyId);
  const client = journey && deps.clients.get(journey.clientId);
  // The account was changed on another tab meanwhile: this proof was asked for somebody else.
  if (!journey || !client || journey.accountId !== exchange.accountId) return toJourney(ctx, exchange);
  // A cast: only steps/strong-auth.ts seals what opens under this purpose and key.
  const secrets = JSON.parse(deps.keyring.open(exchange.sealed, key, 'exchange')) as ExchangeSecrets;
  const outcome = await broker.finish({ callbackUrl: new URL(ctx.originalUrl, deps.config.issuer), exchange: secrets });
  const change = await settle({ ...deps, exchange, journey, client }, outcome);
  await deps.storage.journeys.update(journey.id, (current) => ({ value: change(current) }));
  toJourney(ctx, exchange);
}

function toJourney(ctx: Context, { interactionUid }: UpstreamExchange): void {
  ctx.redirect(`/interaction/${interactionUid}`);
  ctx.status = 303;
}

/** Nothing is accepted in another browser than the one that left for the bank. */
async function otherBrowser(
  { pages, clients, storage }: CallbackDeps,
  ctx: Context,
  exchange: UpstreamExchange,
): Promise<void> {
  const journey = await storage.journeys.get(exchange.journeyId);
  const client = clients.get(journey?.clientId ?? '') ?? null;
  ctx.status = 400;
  pages.send(ctx, 'pages/other-browser', { startHref: client?.startUrl ?? '/' }, { client });
}

async function settle(back: Return, outcome: FinishOutcome): Promise<JourneyChange> {
  switch (outcome.outcome) {
    case 'identified':
      return identified(back, outcome.identity);
    case 'unavailable':
      return failed(back, 'unavailable', outcome.cause);
    case 'failed':
      return failed(back, 'failed', outcome.cause);
    default:
      return failed(back, outcome.outcome, outcome.outcome);
  }
}

async function failed(
  { storage, clock, exchange, journey }: Return,
  notice: BrokerNotice,
  cause: string,
): Promise<JourneyChange> {
  const account = await storage.accounts.byId(exchange.accountId);
  // Only what our own server saw postpones, and only what the draw alone asks for (decisions.md §1).
  const postpones =
    notice === 'unavailable' && account?.identity != null && account.owedIdentification?.rule === 'rate';
  await storage.audit.append({
    at: clock.now(),
    event: postpones ? 'strong-auth.postponed' : 'strong-auth.failed',
    accountId: exchange.accountId,
    clientId: journey.clientId,
    journeyId: journey.id,
    details: { broker: exchange.brokerId, method: exchange.method, cause },
  });
  return (current) => ({
    ...current,
    brokerNotice: notice,
    identificationPostponed: current.identificationPostponed || postpones,
  });
}

async function identified(back: Return, identity: StrongIdentity): Promise<JourneyChange> {
  const { keyring, storage, exchange, journey } = back;
  const fingerprint = identityFingerprint(keyring, { country: identity.country, idValue: identity.idValue });
  const account = await storage.accounts.byId(exchange.accountId);
  if (account?.identity && account.identity.fingerprint !== fingerprint) return mismatched(back, account);
  const at = back.clock.now();
  const proof = {
    at,
    fingerprint,
    sealed: sealPerson(keyring, journey.id, identity),
    level: identity.level,
    method: identity.method,
    evidenceId: identity.evidenceId,
  };
  // The last demanded proof of an account that is linked and owes no code.
  const lastProof = account?.identity != null && account.owedCode === null;
  await storage.accounts.update(exchange.accountId, (current) =>
    identification(back, current, identity, at, lastProof),
  );
  return (current) => ({
    ...current,
    identity: proof,
    brokerNotice: null,
    identificationPostponed: false,
    ...(lastProof && { newPassword: null }),
  });
}

/** On a linked account the identification counts at once; on an unlinked one the linking writes it. */
function identification(
  back: Return,
  account: Account,
  identity: StrongIdentity,
  at: number,
  lastProof: boolean,
): Change {
  const { exchange, journey, client, keyring } = back;
  const details = {
    broker: exchange.brokerId,
    method: identity.method,
    level: identity.level,
    evidence: identity.evidenceId,
  };
  const common = { accountId: account.id, clientId: client.id, journeyId: journey.id };
  const audit = { ...common, at, event: 'strong-auth.identified', details } as const;
  if (account.identity === null) return { account, effects: { audit: [audit] } };
  const person = sealAccountPerson(keyring, account, personOf(identity));
  const change: Change = { account: withIdentification(account, person, at), effects: { audit: [audit] } };
  if (!lastProof) return change;
  const locale = journey.locale ?? account.locale;
  return withWaitingPassword(
    back,
    change,
    { newPassword: journey.newPassword, client, locale, journeyId: journey.id },
    at,
  );
}

/** Somebody else at the bank: the proof is dropped here and now, and the owner is told at most once a day. */
async function mismatched(back: Return, owner: Account): Promise<JourneyChange> {
  const { clock, storage, client, journey, exchange } = back;
  const now = clock.now();
  await storage.accounts.update(owner.id, (account) => {
    const told = account.mismatchMailedAt !== null && now - account.mismatchMailedAt < dayMs;
    const { id: accountId, email: to, emailFingerprint, locale } = account;
    const mail = { message: 'mismatch', model: { at: now }, to, emailFingerprint, accountId, client, locale } as const;
    const details = { broker: exchange.brokerId, method: exchange.method };
    const audit = {
      at: now,
      event: 'strong-auth.mismatch',
      accountId,
      clientId: client.id,
      journeyId: journey.id,
      details,
    } as const;
    const changed = told ? account : { ...account, mismatchMailedAt: now };
    return { account: changed, effects: { audit: [audit], mails: told ? [] : [composeMail(back, mail)] } };
  });
  return (current) => ({ ...current, identity: null, brokerNotice: 'mismatch', mismatches: current.mismatches + 1 });
}
