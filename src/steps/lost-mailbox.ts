import { z } from 'zod';
import type { Account } from '../accounts/account.ts';
import { emailFingerprint, maskEmail } from '../accounts/email-address.ts';
import { readEmailField } from '../accounts/email-form.ts';
import { mailLimitError } from '../http/limit-texts.ts';
import { withTypedEmail } from '../journey/journey-rules.ts';
import { waitingDays } from '../recovery/pending-address.ts';
import { requestNewMailbox } from '../recovery/request-new-mailbox.ts';
import { mailInterval } from '../secrets/limits.ts';
import { advance, defineStep, type Outcome, retry, type StepContext } from './step.ts';

async function ask(context: StepContext, account: Account, typed: string): Promise<Outcome> {
  const { deps, journey } = context;
  const read = readEmailField(typed);
  if (!read.ok) return retry(read.error.field, read.error.text);
  const { address } = read;
  const fingerprint = emailFingerprint(deps.keyring, address);
  if (fingerprint === account.emailFingerprint) {
    return retry('email', { key: 'error.address-same' });
  }
  const sent = advance((current) => ({
    ...withTypedEmail(current, address.typed),
    door: 'new-mailbox-sent',
    notice: null,
  }));
  // A mail went out within the minute (a double click, another tab): it is on its way, so the same page is the truth.
  if ((await mailInterval(deps, 'new-mailbox', fingerprint)) !== null) return sent;
  const { id: journeyId, interactionUid } = journey;
  const wait = await requestNewMailbox(deps, { ...context, account, address, journeyId, interactionUid });
  return wait === null ? sent : mailLimitError(wait);
}

/**
 * Rung `sign-in`, for somebody who was identified as the account's owner in this journey and cannot get at its mailbox:
 * a link goes to a new one. The ladder shows this page only while that proof lives.
 */
export const lostMailbox = defineStep({
  view: 'steps/lost-mailbox',
  form: z.object({ email: z.string() }),
  show: ({ deps, identityOwner }, typed) => ({
    email: typed.email ?? '',
    maskedEmail: maskEmail(identityOwner?.email ?? ''),
    waitDays: waitingDays(deps.config),
  }),
  submit: async (context, { email }) =>
    context.identityOwner === null ? advance() : ask(context, context.identityOwner, email),
});
