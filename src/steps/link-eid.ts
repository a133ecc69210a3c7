import { z } from 'zod';
import { maskEmail } from '../accounts/email-address.ts';
import { linkIdentity, provedPerson } from '../identity/linking.ts';
import { leaveAccount } from '../journey/journey.ts';
import { accountOf, advance, defineStep, type Outcome, type StepContext } from './step.ts';

async function decline(context: StepContext): Promise<Outcome> {
  const { deps, client, journey } = context;
  const accountId = accountOf(context).id;
  const common = { at: deps.clock.now(), accountId, clientId: client.id, journeyId: journey.id };
  await deps.storage.audit.append({ ...common, event: 'link-eid.declined', details: {} });
  return advance((current) => ({ ...current, linkDeclined: true }));
}

async function link(context: StepContext): Promise<Outcome> {
  const { deps, client, locale, journey } = context;
  const outcome = await linkIdentity(deps, { journey, account: accountOf(context), client, locale });
  // Taken by another account between the page and its answer: the ladder shows the conflict next.
  if (outcome === 'conflict') return advance();
  return advance((current) => ({ ...current, newPassword: null, linkDeclined: false, notice: null }));
}

/**
 * Rung `link-eid`: consent to linking, and its conflict. Shows the address and the name, never the identity code. The address of
 * the other account is shown masked, and only to somebody who proved that identity at a bank in this very journey.
 */
export const linkEid = defineStep({
  view: 'steps/link-eid',
  form: z.object({ answer: z.enum(['yes', 'no', 'back', 'sign-in']) }),
  show: (context) => {
    const { facts, identityOwner, journey, deps } = context;
    if (facts.journey.identity?.owner === 'another-account') {
      return { state: 'conflict', maskedEmail: maskEmail(identityOwner?.email ?? '') };
    }
    if (journey.linkDeclined) return { state: 'declined' };
    return { state: 'ask', email: accountOf(context).email, name: provedPerson(deps.keyring, journey).person.name };
  },
  submit: async (context, { answer }) => {
    if (context.facts.journey.identity?.owner === 'another-account') {
      return answer === 'sign-in' ? advance(leaveAccount) : advance();
    }
    if (answer === 'no') return decline(context);
    if (answer === 'back') return advance((current) => ({ ...current, linkDeclined: false }));
    // Declined once, only «back» leads to the question again: no stale «yes» links anything.
    return answer === 'yes' && !context.journey.linkDeclined ? link(context) : advance();
  },
});
