import { z } from 'zod';
import { parseEmailAddress } from '../accounts/email-address.ts';
import { requestMail } from '../accounts/request-mail.ts';
import { mailLimitError } from '../http/limit-texts.ts';
import { advance, defineStep, type Outcome, type StepContext } from './step.ts';

async function resend(context: StepContext): Promise<Outcome> {
  const { deps, client, locale, browser, network, journey } = context;
  const parsed = parseEmailAddress(journey.email ?? '');
  if (!parsed.ok) return advance((current) => ({ ...current, door: 'sign-up' }));
  const { id: journeyId, interactionUid } = journey;
  const request = { address: parsed.address, client, locale, browser, network, journeyId, interactionUid };
  const wait = await requestMail(deps, 'activate', request);
  return wait === null ? advance((current) => ({ ...current, notice: 'resent' })) : mailLimitError(wait);
}

/** The link is on its way. «Olen avannut linkin» asks the ladder again: if it is still this page, the page says so. */
export const linkSent = defineStep({
  view: 'steps/link-sent',
  form: z.object({ action: z.literal('resend').optional() }),
  show: ({ journey, deps, journeyPath }) => ({
    email: journey.email ?? '',
    validMs: deps.config.lives.activationLinkSeconds * 1000,
    notice: journey.notice,
    pollHref: `${journeyPath}/link-sent/opened`,
  }),
  submit: async (context, { action }) => {
    if (action === 'resend') return resend(context);
    return advance((current) =>
      current.notice === 'activated-elsewhere' ? current : { ...current, notice: 'waiting' },
    );
  },
});
