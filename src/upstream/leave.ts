/** Away to a broker: who offers what, and what must be remembered until the answer comes back to callback.ts. */
import type { Client } from '../config/schema.ts';
import type { Deps } from '../deps.ts';
import type { Locale } from '../http/locale.ts';
import type { BrowserHash } from '../ids.ts';
import type { Journey } from '../journey/journey.ts';
import { rememberOrigin } from '../journey/origin.ts';
import { sha256Base64url } from '../secrets/sealing.ts';
import type { ExchangeAim } from '../storage/rows.ts';
import type { Broker, BrokerUnavailable, ExchangeSecrets, MethodId } from './broker.ts';

type LeaveDeps = Pick<Deps, 'brokers' | 'config' | 'storage' | 'keyring' | 'clock'>;

/** One person in one journey, about to leave for the bank. */
export type Leaving = {
  readonly aim: ExchangeAim;
  readonly method: MethodId;
  readonly journey: Journey;
  readonly client: Client;
  readonly locale: Locale;
  readonly browser: BrowserHash;
  /** Demand level high. */
  readonly requireHigh: boolean;
};

type Left = { readonly outcome: 'left'; readonly url: URL };

const methods: readonly MethodId[] = ['bank', 'mobile'];

function brokerFor({ brokers }: Pick<Deps, 'brokers'>, method: MethodId): Broker | null {
  for (const broker of brokers.values()) {
    if (broker.enabled && broker.methods.some(({ id }) => id === method)) return broker;
  }
  return null;
}

/** The methods that can be had; where every broker is switched off all of them are shown, and told to be away. */
export function offeredMethods(deps: Pick<Deps, 'brokers'>): readonly MethodId[] {
  const had = methods.filter((method) => brokerFor(deps, method) !== null);
  return had.length > 0 ? had : methods;
}

/** Where the browser goes; the visit is remembered and in the audit log. */
export async function leaveForBroker(deps: LeaveDeps, leaving: Leaving): Promise<Left | BrokerUnavailable> {
  const { aim, method, journey, client, locale, requireHigh } = leaving;
  const broker = brokerFor(deps, method);
  if (broker === null) return { outcome: 'unavailable', cause: 'no-broker' };
  const started = await broker.start({ method, locale, serviceName: client.name[locale], requireHigh });
  if (started.outcome === 'unavailable') return started;
  await remember(deps, leaving, started.exchange);
  await deps.storage.audit.append({
    at: deps.clock.now(),
    event: 'strong-auth.started',
    accountId: aim.accountId,
    clientId: client.id,
    journeyId: journey.id,
    details: { broker: broker.id, method, purpose: aim.purpose },
  });
  return { outcome: 'left', url: started.url };
}

async function remember(
  deps: LeaveDeps,
  { aim, browser, journey, client, locale }: Leaving,
  exchange: ExchangeSecrets,
): Promise<void> {
  const key = sha256Base64url(exchange.state);
  const expiresAt = deps.clock.now() + deps.config.lives.upstreamExchangeSeconds * 1000;
  await rememberOrigin(deps, exchange.state, client, locale);
  await deps.storage.exchanges.put(
    key,
    {
      ...aim,
      brokerId: exchange.brokerId,
      browser,
      journeyId: journey.id,
      interactionUid: journey.interactionUid,
      method: exchange.method,
      sealed: deps.keyring.seal(JSON.stringify(exchange), key, 'exchange'),
      startedAt: exchange.startedAt,
      usedAt: null,
    },
    expiresAt,
  );
}
