import { z } from 'zod';
import { parseEmailAddress } from '../accounts/email-address.ts';
import { mailLimitError } from '../http/limit-texts.ts';
import { requestNewMailbox } from '../recovery/request-new-mailbox.ts';
import { advance, defineStep, type Outcome, type StepContext } from './step.ts';

async function resend(context: StepContext): Promise<Outcome> {
  const { deps, journey, identityOwner: account } = context;
  const parsed = parseEmailAddress(journey.email ?? '');
  // The identification is over, or whose it is has changed: the ladder leads to a new one.
  if (!parsed.ok || account === null) return advance((current) => ({ ...current, door: 'lost-mailbox' }));
  const { id: journeyId, interactionUid } = journey;
  const { address } = parsed;
  const wait = await requestNewMailbox(deps, { ...context, account, address, journeyId, interactionUid });
  return wait === null ? advance((current) => ({ ...current, notice: 'resent' })) : mailLimitError(wait);
}

/** The link to the new mailbox is on its way, unless the address has an account already: the page never says. */
export const newMailboxSent = defineStep({
  view: 'steps/new-mailbox-sent',
  form: z.object({ action: z.enum(['resend', 'other-address']) }),
  show: ({ journey, deps }) => ({
    email: journey.email ?? '',
    validMs: deps.config.lives.changeAddressLinkSeconds * 1000,
    notice: journey.notice,
  }),
  submit: async (context, { action }) =>
    action === 'resend' ? resend(context) : advance((current) => ({ ...current, door: 'lost-mailbox', notice: null })),
});
