import { z } from 'zod';
import { emailFingerprint } from '../accounts/email-address.ts';
import { readEmailField } from '../accounts/email-form.ts';
import { requestMail } from '../accounts/request-mail.ts';
import { mailLimitError } from '../http/limit-texts.ts';
import { mailInterval } from '../secrets/limits.ts';
import { advance, defineStep, type Outcome, retry, type StepContext } from './step.ts';

async function requestReset(context: StepContext, email: string): Promise<Outcome> {
  const { deps, client, locale, browser, network, journey } = context;
  const read = readEmailField(email);
  if (!read.ok) return retry(read.error.field, read.error.text);
  const { address } = read;
  const sent = advance((current) => ({ ...current, email: address.typed, door: 'reset-sent', notice: null }));
  if ((await mailInterval(deps, 'reset', emailFingerprint(deps.keyring, address))) !== null) return sent;
  const { id: journeyId, interactionUid } = journey;
  const request = { address, client, locale, browser, network, journeyId, interactionUid };
  const wait = await requestMail(deps, 'reset', request);
  return wait === null ? sent : mailLimitError(wait);
}

/** A forgotten password: the same answer for every address. */
export const forgotPassword = defineStep({
  view: 'steps/forgot-password',
  form: z.object({ email: z.string() }),
  show: ({ journey }, typed) => ({ email: typed.email ?? journey.email ?? '' }),
  submit: (context, input) => requestReset(context, input.email),
});
