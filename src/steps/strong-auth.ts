import { z } from 'zod';
import { identificationLimitError } from '../http/limit-texts.ts';
import type { StrongAuthModel } from '../http/step-models.ts';
import type { IdentificationRule } from '../journey/facts.ts';
import { identificationRule } from '../journey/proof-rules.ts';
import { strongAuthWait } from '../secrets/limits.ts';
import type { MethodId } from '../upstream/broker.ts';
import { leaveForBroker, offeredMethods } from '../upstream/leave.ts';
import { accountOf, advance, defineStep, type Outcome, type StepContext } from './step.ts';

/** The broker cannot be reached: a demanded identification waits on this page, a sampled one is postponed and stays owed. */
async function unavailable(context: StepContext, cause: string, mayWait: boolean): Promise<Outcome> {
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

async function begin(context: StepContext, method: MethodId): Promise<Outcome> {
  const { deps, facts } = context;
  const { id: accountId } = accountOf(context);
  const wait = await strongAuthWait(deps, accountId);
  if (wait !== null) return identificationLimitError(wait);
  const requireHigh = facts.request.demandedLevel === 'high';
  const aim = { purpose: 'sign-in', accountId } as const;
  const left = await leaveForBroker(deps, { ...context, aim, method, requireHigh });
  if (left.outcome === 'left') return { kind: 'leave', url: left.url };
  // What the page does not offer is no outage: else whoever has a password would ask for it to get round the dice.
  return unavailable(context, left.cause, offeredMethods(deps).includes(method));
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
    methods: offeredMethods(context.deps),
    stopped: context.facts.journey.identifiedAsOtherTooOften,
  }),
  submit: async (context, input) => {
    if (context.facts.journey.identifiedAsOtherTooOften) return { kind: 'refuse', error: 'access_denied' };
    // A slip of the finger on the page before.
    if (input.action === 'have-factor') return advance((current) => ({ ...current, factorLost: false }));
    return begin(context, input.method);
  },
});
