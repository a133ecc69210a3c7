import { z } from 'zod';
import { parseEmailAddress } from '../../accounts/email-address.ts';
import { resendActivation } from '../../accounts/resend-activation.ts';
import { operation } from '../operation.ts';
import { AdminRefused } from '../refusal.ts';
import { nothing, orderOf, reason } from '../shapes.ts';

export const resend = operation({
  id: 'account.resend-activation',
  method: 'POST',
  path: '/accounts/resend-activation',
  summary: 'Sends the activation mail again, where a sign-up or an imported account waits for it',
  roles: ['support', 'operator', 'owner'],
  // Its answer tells whether somebody has an account.
  readsPerson: true,
  guarded: null,
  params: nothing,
  query: nothing,
  body: z.strictObject({ address: z.string().max(254), reason }),
  output: z.strictObject({
    outcome: z.enum(['sent', 'activated-already', 'nothing-waits', 'wait']),
    waitSeconds: z.int().nullable(),
  }),
  async run({ deps, actor }, { body }) {
    const parsed = parseEmailAddress(body.address);
    if (!parsed.ok) throw new AdminRefused('invalid', '', [{ at: '/body/address', expected: 'an e-mail address' }]);
    const sent = await resendActivation(deps, parsed.address, orderOf(actor, body.reason, null));
    const waitSeconds = sent.outcome === 'wait' ? sent.seconds : null;
    return { output: { outcome: sent.outcome, waitSeconds }, about: sent.accountId };
  },
});
