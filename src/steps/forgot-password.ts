import { z } from 'zod';
import { emailFingerprint } from '../accounts/email-address.ts';
import { readEmailField } from '../accounts/email-form.ts';
import { requestMail } from '../accounts/request-mail.ts';
import { mailLimitError } from '../http/limit-texts.ts';
import { shownEmail, typedEmail, withTypedEmail } from '../journey/journey-rules.ts';
import { mailInterval } from '../secrets/limits.ts';
import { advance, defineStep, type JourneyChange, type Outcome, retry, type StepContext } from './step.ts';

async function requestReset(context: StepContext, email: string, change: JourneyChange): Promise<Outcome> {
  const { deps, client, locale, browser, network, journey } = context;
  const read = readEmailField(email);
  if (!read.ok) return retry(read.error.field, read.error.text);
  const { address } = read;
  const sent = advance((current) => ({ ...change(current), door: 'reset-sent', notice: null }));
  if ((await mailInterval(deps, 'reset', emailFingerprint(deps.keyring, address))) !== null) return sent;
  const { id: journeyId, interactionUid } = journey;
  const request = { address, client, locale, browser, network, journeyId, interactionUid };
  const wait = await requestMail(deps, 'reset', request);
  return wait === null ? sent : mailLimitError(wait);
}

/** A forgotten password: the same answer for every address. One that was found by an identification is not shown whole. */
export const forgotPassword = defineStep({
  view: 'steps/forgot-password',
  form: z.union([z.object({ action: z.literal('found') }), z.object({ email: z.string() })]),
  show: ({ journey }, typed) =>
    journey.emailFound && typed.email === undefined
      ? { maskedEmail: shownEmail(journey) }
      : { maskedEmail: null, email: typed.email ?? typedEmail(journey) },
  submit: async (context, input) => {
    const { email, emailFound } = context.journey;
    if ('email' in input) {
      const { email: typed } = input;
      return requestReset(context, typed, (current) => withTypedEmail(current, typed.trim()));
    }
    return emailFound && email !== null ? requestReset(context, email, (current) => current) : advance();
  },
});
