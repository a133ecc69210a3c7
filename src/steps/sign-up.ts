import { z } from 'zod';
import { emailFingerprint } from '../accounts/email-address.ts';
import { readEmailField } from '../accounts/email-form.ts';
import { requestMail } from '../accounts/request-mail.ts';
import { mailLimitError } from '../http/limit-texts.ts';
import { typedEmail, withTypedEmail } from '../journey/journey-rules.ts';
import { mailInterval } from '../secrets/limits.ts';
import { advance, defineStep, type Outcome, retry, type StepContext } from './step.ts';

async function requestActivation(context: StepContext, email: string): Promise<Outcome> {
  const { deps, client, locale, browser, network, journey } = context;
  const read = readEmailField(email);
  if (!read.ok) return retry(read.error.field, read.error.text);
  const { address } = read;
  const sent = advance((current) => ({ ...withTypedEmail(current, address.typed), door: 'link-sent', notice: null }));
  // A mail went out within the minute (a double click, another tab): it is on its way, so the same page is the truth.
  if ((await mailInterval(deps, 'activate', emailFingerprint(deps.keyring, address))) !== null) return sent;
  const { id: journeyId, interactionUid } = journey;
  const request = { address, client, locale, browser, network, journeyId, interactionUid };
  const wait = await requestMail(deps, 'activate', request);
  return wait === null ? sent : mailLimitError(wait);
}

/** Free sign-up by e-mail: the same answer for new, pending and existing addresses. */
export const signUp = defineStep({
  view: 'steps/sign-up',
  form: z.object({ email: z.string() }),
  show: ({ journey, request, client, locale }, typed) => ({
    email: typed.email ?? (typedEmail(journey) || (request.loginHint ?? '')),
    clientNotice: client.notice?.[locale] ?? null,
  }),
  submit: (context, input) => requestActivation(context, input.email),
});
