import { z } from 'zod';
import { parseEmailAddress } from '../accounts/email-address.ts';
import { requestMail } from '../accounts/request-mail.ts';
import { mailLimitError } from '../http/limit-texts.ts';
import { shownEmail } from '../journey/journey-rules.ts';
import { advance, defineStep } from './step.ts';

/** The reset link is on its way, if the address has an account: the page never says whether. */
export const resetSent = defineStep({
  view: 'steps/reset-sent',
  form: z.object({ action: z.literal('resend') }),
  show: ({ journey, deps }) => ({
    email: shownEmail(journey),
    validMs: deps.config.lives.resetLinkSeconds * 1000,
    notice: journey.notice,
  }),
  submit: async ({ deps, client, locale, browser, network, journey }) => {
    const parsed = parseEmailAddress(journey.email ?? '');
    if (!parsed.ok) return advance((current) => ({ ...current, door: 'forgot-password' }));
    const { id: journeyId, interactionUid } = journey;
    const request = { address: parsed.address, client, locale, browser, network, journeyId, interactionUid };
    const wait = await requestMail(deps, 'reset', request);
    return wait === null ? advance((current) => ({ ...current, notice: 'resent' })) : mailLimitError(wait);
  },
});
