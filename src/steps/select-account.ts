import { z } from 'zod';
import { maskEmail } from '../accounts/email-address.ts';
import { startOver } from '../journey/journey-rules.ts';
import { accountOf, advance, defineStep } from './step.ts';

/**
 * Rung `select-account`: the client wants the person to say who they are here (`prompt=select_account`). Whoever goes on
 * with another account signs in to it; the session at hand ends in order when that is done, and its clients are told.
 */
export const selectAccount = defineStep({
  view: 'steps/select-account',
  form: z.object({ answer: z.enum(['continue', 'other']) }),
  show: (context) => ({ maskedEmail: maskEmail(accountOf(context).email) }),
  submit: async (_context, { answer }) =>
    advance(answer === 'other' ? startOver : (journey) => ({ ...journey, accountSelected: true })),
});
