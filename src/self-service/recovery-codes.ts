import { z } from 'zod';
import { remakeCodes } from '../factors/change-factors.ts';
import { endEnrolment, shownToSession } from '../factors/enrolment.ts';
import { hasSecondFactor } from '../factors/factor-rules.ts';
import { codesLeft } from '../factors/recovery-codes.ts';
import { type AccountContext, type AccountOutcome, defineAccountPage } from './account-page.ts';
import { changeDepsOf, ownerOf } from './factor-owner.ts';

const path = '/account/factors/recovery-codes';

/** The codes made last, as far as this session may see them still. */
async function shown(context: AccountContext): Promise<readonly string[] | null> {
  const { deps, account } = context;
  const madeAt = account.factors.recoveryCodes?.madeAt;
  if (madeAt === undefined) return null;
  const codes = await shownToSession(deps, ownerOf(context), { field: 'recovery-codes', madeAt });
  return codes?.split(' ') ?? null;
}

async function make(context: AccountContext): Promise<AccountOutcome> {
  const made = await remakeCodes(changeDepsOf(context), ownerOf(context));
  return { kind: 'done', path, ...(!made && { done: 'factors-meanwhile' }) };
}

/** They are written down: nobody who comes to this browser later shall see them. */
async function done(context: AccountContext): Promise<AccountOutcome> {
  const madeAt = context.account.factors.recoveryCodes?.madeAt;
  if (madeAt !== undefined) await endEnrolment(context.deps, ownerOf(context), { field: 'recovery-codes', madeAt });
  return { kind: 'done', path: '/account/factors' };
}

/** Ten codes to be written down or printed; seen once, in the session that made them. */
export const recoveryCodes = defineAccountPage({
  path,
  view: 'account/recovery-codes',
  fresh: true,
  form: z.object({ action: z.enum(['make', 'done']) }),
  show: async (context) => ({
    codes: await shown(context),
    left: codesLeft(context.account.factors),
    useful: hasSecondFactor(context.account),
  }),
  submit: (context, { action }) => (action === 'make' ? make(context) : done(context)),
});
