/** `avain account reset-factors`, where the store is: for whoever has lost them all and has no identity to stand in for them. */
import { knownFrom } from '../accounts/known-from.ts';
import { type Operation, OperationRefused, type Operations } from '../control/operation.ts';
import { accountNamed, operatorName, operatorReason } from '../control/operator-words.ts';
import { composeNotice } from '../notices/notice.ts';
import { hasSecondFactor, withoutFactors } from './factor-rules.ts';

/** Arguments: the account, who, why. The owner is told; whoever is signed in is out. */
const reset: Operation = async (deps, [which, by, reason], print) => {
  const words = { by: operatorName(by), reason: operatorReason(reason) };
  const id = await accountNamed(deps, which);
  const client = { id: await knownFrom(deps, id) };
  const result = await deps.storage.accounts.update(id, (account) => {
    if (!hasSecondFactor(account)) return null;
    const at = deps.clock.now();
    const details = { factor: 'all', ...words };
    const audit = { at, event: 'factor.removed', accountId: id, clientId: null, journeyId: null, details } as const;
    const model = { at, where: null, factor: 'all' } as const;
    const mail = composeNotice(deps, { message: 'factor-removed', account, client, model });
    return { account: withoutFactors(account), effects: { audit: [audit], mails: [mail] } };
  });
  if (result.outcome === 'missing') throw new OperationRefused('There is no such account.');
  // Also where there was none any more: an order that was cut off is completed by giving it again.
  await deps.endSessionsOf(id);
  const done = result.outcome === 'updated';
  print(
    done ? 'Two-step verification is off. Its owner is told by mail.' : 'The account has no two-step verification.',
  );
  return 0;
};

export const factorOperations: Operations = { 'account.reset-factors': reset };
