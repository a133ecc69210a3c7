import { z } from 'zod';
import { withDeletionTakenBack } from '../lifecycle/deletion.ts';
import { composeNotice } from '../notices/notice.ts';
import { accountOf, advance, defineStep, type Outcome, type StepContext } from './step.ts';

/** Whoever came too late finds no account: the ladder begins at the bottom, as for anybody unknown. */
async function takeBack(context: StepContext): Promise<Outcome> {
  const { deps, client, journey, look } = context;
  const now = deps.clock.now();
  const { id } = accountOf(context);
  await deps.storage.accounts.update(id, (account) =>
    withDeletionTakenBack(account, now, {
      by: 'page',
      clientId: client.id,
      journeyId: journey.id,
      letters: (kept) => [
        composeNotice(deps, { message: 'deletion-taken-back', account: kept, client, model: { at: now, where: look } }),
      ],
    }),
  );
  return advance();
}

/** Rung `deletion-asked`: its owner wants the account erased; signing in they may take that back, or leave it. */
export const deletionAsked = defineStep({
  view: 'steps/deletion-asked',
  form: z.object({ action: z.literal('take-back') }),
  show: (context) => ({ dueAt: accountOf(context).deletion?.dueAt ?? context.facts.now }),
  submit: (context) => takeBack(context),
});
