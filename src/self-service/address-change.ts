import { z } from 'zod';
import { maskEmail } from '../accounts/email-address.ts';
import { cancelPending } from '../recovery/cancel-pending.ts';
import { waitingAddress } from '../recovery/pending-address.ts';
import { defineAccountPage } from './account-page.ts';

/** A change of address that somebody asked for who has lost the mailbox (recovery/pending-address.ts): can be stopped here. */
export const addressChange = defineAccountPage({
  path: '/account/address-change',
  view: 'account/address-change',
  fresh: true,
  form: z.object({ answer: z.literal('cancel') }),
  show: ({ account, deps }) => {
    const pending = waitingAddress(account, deps.clock.now());
    return { waiting: pending && { maskedEmail: maskEmail(pending.email), dueAt: pending.dueAt } };
  },
  submit: async ({ deps, account }) => {
    const cancelled = await cancelPending(deps, account.id, null);
    // Another tab, or the mailbox, was faster: the page says what is now true.
    return cancelled
      ? { kind: 'done', path: '/account', done: 'address-kept' }
      : { kind: 'done', path: '/account/address-change' };
  },
});
