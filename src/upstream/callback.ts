/**
 * Back from the broker: `GET /upstream/:broker/callback`. One address per broker; the exchange is found by `state`, used
 * once, and only in the browser that started it (security R21). Whatever came back, the person lands on the ladder again.
 */
import type { Context } from 'koa';
import { signInAddress } from '../clients/sign-in-address.ts';
import type { Client } from '../config/schema.ts';
import type { Deps } from '../deps.ts';
import { RequestRefused } from '../errors.ts';
import { browserOf } from '../http/browser.ts';
import { deviceLookOf } from '../http/device-look.ts';
import type { Pages } from '../http/pages.ts';
import { rememberWhose } from '../http/refusal.ts';
import { endOthersAfterChange } from '../journey/forced-change.ts';
import type { Interactions } from '../journey/interactions.ts';
import { decidedFor } from '../journey/journey-rules.ts';
import { startAgain } from '../journey/origin.ts';
import { sha256Base64url } from '../secrets/sealing.ts';
import type { UpstreamExchange } from '../storage/rows.ts';
import type { ExchangeSecrets } from './broker.ts';
import { settle } from './settle.ts';

export type CallbackDeps = Deps & {
  readonly interactions: Interactions;
  readonly clients: ReadonlyMap<string, Client>;
  readonly pages: Pages;
};

/** The route of the broker's answers. */
export function brokerCallback(deps: CallbackDeps) {
  return (ctx: Context): Promise<void> => comeBack(deps, ctx);
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
  if (!key || !waiting || waiting.brokerId !== brokerId) {
    throw new RequestRefused(410, 'exchange-gone', expired, await startAgain(deps, ctx, String(state)));
  }
  rememberWhose(ctx, { journeyId: waiting.journeyId, accountId: waiting.accountId, clientId: null });
  if (waiting.browser !== browserOf(ctx).hash) return otherBrowser(deps, ctx, key, waiting);
  // Looking is not coming back: the exchange stays for the GET.
  if (ctx.method === 'HEAD') {
    ctx.status = 204;
    return;
  }
  // Used already by the same browser (a double load): what is now true is on the ladder.
  if (!(await useOnce(deps, key))) return toJourney(ctx, waiting);
  const journey = await deps.storage.journeys.get(waiting.journeyId);
  const client = journey && deps.clients.get(journey.clientId);
  // The account was changed on another tab meanwhile: this proof was asked for somebody else.
  if (!journey || !client || journey.accountId !== waiting.accountId) return toJourney(ctx, waiting);
  // A cast: only steps/strong-auth.ts seals what opens under this purpose and key.
  const secrets = JSON.parse(deps.keyring.open(waiting.sealed, key, 'exchange')) as ExchangeSecrets;
  const outcome = await broker.finish({ callbackUrl: new URL(ctx.originalUrl, deps.config.issuer), exchange: secrets });
  const { endSessionsOf } = deps.interactions;
  const back = { ...deps, endSessionsOf, exchange: waiting, journey, client, where: deviceLookOf(ctx) };
  const change = await settle(back, outcome);
  const decided = decidedFor(journey, waiting.accountId, change);
  const updated = await deps.storage.journeys.update(journey.id, (current) => ({ value: decided(current) }));
  if (updated) await endOthersAfterChange(deps, ctx, journey, updated.value);
  toJourney(ctx, waiting);
}

/** True for one of any number of requests; what could be used again is gone from the row. */
async function useOnce({ storage, clock }: CallbackDeps, key: string): Promise<boolean> {
  const usedAt = clock.now();
  const result = await storage.exchanges.update(key, (exchange) =>
    exchange.usedAt === null ? { value: { ...exchange, sealed: '', usedAt } } : null,
  );
  return result?.changed === true;
}

function toJourney(ctx: Context, { interactionUid }: UpstreamExchange): void {
  ctx.redirect(`/interaction/${interactionUid}`);
  ctx.status = 303;
}

/**
 * Nothing is accepted in another browser than the one that left for the bank, and the answer is used up: whoever left may
 * have sent somebody else to the bank, and would ask that person for this very address next.
 */
async function otherBrowser(deps: CallbackDeps, ctx: Context, key: string, exchange: UpstreamExchange): Promise<void> {
  const { pages, clients, storage } = deps;
  const { endSessionsOf } = deps.interactions;
  const journey = await storage.journeys.get(exchange.journeyId);
  const client = clients.get(journey?.clientId ?? '') ?? null;
  if (ctx.method !== 'HEAD' && (await useOnce(deps, key)) && journey && client) {
    const back = { ...deps, endSessionsOf, exchange, journey, client, where: deviceLookOf(ctx) };
    const change = await settle(back, { outcome: 'failed', cause: 'other_browser' });
    const decided = decidedFor(journey, exchange.accountId, change);
    await storage.journeys.update(journey.id, (current) => ({ value: decided(current) }));
  }
  ctx.status = 400;
  pages.send(ctx, 'pages/other-browser', { startHref: signInAddress(client, deps.config.issuer) ?? '/' }, { client });
}
