import { z } from 'zod';
import type { StrongAuthModel } from '../http/step-models.ts';
import type { IdentificationRule } from '../journey/facts.ts';
import { rememberOrigin } from '../journey/origin.ts';
import { identificationRule } from '../journey/proof-rules.ts';
import { strongAuthWait } from '../secrets/limits.ts';
import { sha256Base64url } from '../secrets/sealing.ts';
import type { Broker, ExchangeSecrets, MethodId } from '../upstream/broker.ts';
import { accountOf, advance, defineStep, type Outcome, retryLater, type StepContext } from './step.ts';

function brokerFor({ deps }: StepContext, method: MethodId): Broker | null {
  for (const broker of deps.brokers.values()) {
    if (broker.enabled && broker.methods.some(({ id }) => id === method)) return broker;
  }
  return null;
}

const methods: readonly MethodId[] = ['bank', 'mobile'];

/** The methods that can be had; where every broker is switched off all of them are shown, and told to be away. */
function offered(context: StepContext): readonly MethodId[] {
  const had = methods.filter((method) => brokerFor(context, method) !== null);
  return had.length > 0 ? had : methods;
}

/** The broker cannot be reached: a demanded identification waits on this page, a sampled one is postponed and stays owed. */
async function unavailable(context: StepContext, cause: string, mayWait = true): Promise<Outcome> {
  const { deps, client, journey, facts } = context;
  const accountId = accountOf(context).id;
  const details = {
    cause,
    // Only what the draw alone asks for may wait.
    postponed: mayWait && identificationRule(context.facts) === 'rate',
  };
  const common = { at: deps.clock.now(), accountId, clientId: client.id, journeyId: journey.id, details };
  await deps.storage.audit.append({
    ...common,
    event: details.postponed ? 'strong-auth.postponed' : 'strong-auth.failed',
  });
  const postponed = details.postponed || facts.journey.identificationPostponed;
  return advance((current) => ({ ...current, brokerNotice: 'unavailable', identificationPostponed: postponed }));
}

async function remember(context: StepContext, exchange: ExchangeSecrets): Promise<void> {
  const { deps, browser, journey, client, locale } = context;
  const key = sha256Base64url(exchange.state);
  const expiresAt = deps.clock.now() + deps.config.lives.upstreamExchangeSeconds * 1000;
  await rememberOrigin(deps, exchange.state, client, locale);
  await deps.storage.exchanges.put(
    key,
    {
      brokerId: exchange.brokerId,
      browser,
      journeyId: journey.id,
      interactionUid: journey.interactionUid,
      accountId: accountOf(context).id,
      method: exchange.method,
      sealed: deps.keyring.seal(JSON.stringify(exchange), key, 'exchange'),
      startedAt: exchange.startedAt,
      usedAt: null,
    },
    expiresAt,
  );
}

async function begin(context: StepContext, method: MethodId): Promise<Outcome> {
  const { deps, client, journey, locale, facts } = context;
  const account = accountOf(context);
  const wait = await strongAuthWait(deps, account.id);
  if (wait !== null) {
    return retryLater(null, { key: 'error.identification-limit', params: { minutes: Math.ceil(wait / 60) } }, wait);
  }
  const broker = brokerFor(context, method);
  // What the page does not offer is no outage: else whoever has a password would ask for it to get round the dice.
  if (broker === null) return unavailable(context, 'no-broker', offered(context).includes(method));
  const requireHigh = facts.request.demandedLevel === 'high';
  const started = await broker.start({ method, locale, serviceName: client.name[locale], requireHigh });
  if (started.outcome === 'unavailable') return unavailable(context, started.cause);
  await remember(context, started.exchange);
  await deps.storage.audit.append({
    at: deps.clock.now(),
    event: 'strong-auth.started',
    accountId: account.id,
    clientId: client.id,
    journeyId: journey.id,
    details: { broker: broker.id, method },
  });
  return { kind: 'leave', url: started.url };
}

const whyOf: Readonly<Record<IdentificationRule, StrongAuthModel['why']>> = {
  'demanded-by-client': 'demanded',
  'demanded-by-request': 'demanded',
  relink: 'demanded',
  'not-me': 'demanded',
  'second-factor': 'demanded',
  'factor-lost': 'factor-lost',
  first: 'first',
  reset: 'reset',
  'new-device': 'new-device',
  'too-old': 'again',
  rate: 'again',
};

/** Rung `strong-auth`: strong identification, at a bank or by mobile certificate, away at the broker and back to upstream/callback.ts. */
export const strongAuth = defineStep({
  view: 'steps/strong-auth',
  form: z.union([
    z.object({ action: z.undefined().optional(), method: z.enum(['bank', 'mobile']) }),
    z.object({ action: z.literal('have-factor') }),
  ]),
  show: (context) => ({
    why: whyOf[identificationRule(context.facts) ?? 'rate'],
    notice: context.journey.brokerNotice,
    methods: offered(context),
    stopped: context.facts.journey.identifiedAsOtherTooOften,
  }),
  submit: async (context, input) => {
    if (context.facts.journey.identifiedAsOtherTooOften) return { kind: 'refuse', error: 'access_denied' };
    // A slip of the finger on the page before.
    if (input.action === 'have-factor') return advance((current) => ({ ...current, factorLost: false }));
    return begin(context, input.method);
  },
});
