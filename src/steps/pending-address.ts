import { z } from 'zod';
import { maskEmail } from '../accounts/email-address.ts';
import { cancelPending } from '../recovery/cancel-pending.ts';
import { withTold } from '../recovery/pending-address.ts';
import { accountOf, advance, defineStep } from './step.ts';

/**
 * Rung `pending-address`: somebody who was identified at a bank as the account's owner has asked for another address. Who
 * signs in is told once in every browser, and can stop it; whatever the answer, the sign-in goes on.
 */
export const pendingAddress = defineStep({
  view: 'steps/pending-address',
  form: z.object({ answer: z.enum(['known', 'cancel']) }),
  show: (context) => {
    const { email = '', dueAt = 0 } = accountOf(context).pendingAddress ?? {};
    return { maskedEmail: maskEmail(email), dueAt };
  },
  submit: async (context, { answer }) => {
    const { deps, browser, journey } = context;
    const { id } = accountOf(context);
    if (answer === 'cancel') await cancelPending(deps, id, journey.id);
    else await deps.storage.accounts.update(id, (account) => ({ account: withTold(account, browser) }));
    return advance();
  },
});
