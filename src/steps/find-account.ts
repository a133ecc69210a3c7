import { z } from 'zod';
import { maskEmail } from '../accounts/email-address.ts';
import { identificationLimitError } from '../http/limit-texts.ts';
import type { FindAccountModel } from '../http/step-models.ts';
import { findAccountWait } from '../secrets/limits.ts';
import type { MethodId } from '../upstream/broker.ts';
import { leaveForBroker, offeredMethods } from '../upstream/leave.ts';
import { advance, defineStep, type Outcome, type StepContext } from './step.ts';

async function begin(context: StepContext, method: MethodId): Promise<Outcome> {
  const { deps, client, journey, facts, browser, network } = context;
  const wait = await findAccountWait(deps, browser, network);
  if (wait !== null) return identificationLimitError(wait);
  const { accountId } = journey;
  const aim = { purpose: 'find-account', accountId } as const;
  // What the client demands, so that the proof is good for this very request.
  const requireHigh = facts.request.demandedLevel === 'high';
  const left = await leaveForBroker(deps, { ...context, aim, method, requireHigh });
  if (left.outcome === 'left') return { kind: 'leave', url: left.url };
  const common = { at: deps.clock.now(), accountId, clientId: client.id, journeyId: journey.id };
  const details = { cause: left.cause, purpose: aim.purpose };
  await deps.storage.audit.append({ ...common, event: 'strong-auth.failed', details });
  return advance((current) => ({ ...current, door: 'find-account', brokerNotice: 'unavailable' }));
}

/** The address goes into the journey, where no page shows more of it than this one did. */
function answered({ identityOwner }: StepContext, answer: 'continue' | 'lost' | 'again'): Outcome {
  if (answer === 'again') return advance((current) => ({ ...current, door: 'find-account', identity: null }));
  if (identityOwner === null) return advance();
  const { email } = identityOwner;
  const door = answer === 'lost' ? 'lost-mailbox' : 'password';
  return advance((current) => ({ ...current, email, emailFound: true, door, notice: null }));
}

function page({ deps, facts, journey, identityOwner }: StepContext): FindAccountModel {
  if (facts.journey.identity === null) {
    const { brokerNotice } = journey;
    const notice = brokerNotice === 'mismatch' ? null : brokerNotice;
    return { state: 'ask', notice, methods: offeredMethods(deps) };
  }
  return identityOwner === null ? { state: 'none' } : { state: 'found', maskedEmail: maskEmail(identityOwner.email) };
}

/**
 * Rung `sign-in`, for somebody who does not remember their address: whoever identifies at a bank is told the address of
 * their account, masked, and nothing else; whoever cannot, learns nothing. It is no way in: the password is asked next.
 */
export const findAccount = defineStep({
  view: 'steps/find-account',
  form: z.union([
    z.object({ method: z.enum(['bank', 'mobile']) }),
    z.object({ answer: z.enum(['continue', 'lost', 'again']) }),
  ]),
  show: page,
  submit: async (context, input) =>
    'method' in input ? begin(context, input.method) : answered(context, input.answer),
});
