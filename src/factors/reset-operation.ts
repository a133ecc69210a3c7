/** `avain account reset-factors`, where the store is. */
import { type Operation, OperationRefused, type Operations } from '../control/operation.ts';
import { accountNamed } from '../control/operator-words.ts';
import { typedOrder } from '../lifecycle/order.ts';
import { resetFactors } from './reset-factors.ts';

/** Arguments: the account, who, why. */
const reset: Operation = async (deps, [which, by, reason], print) => {
  const order = typedOrder(by, reason);
  const ordered = await resetFactors(deps, await accountNamed(deps, which), order);
  if (ordered === 'missing') throw new OperationRefused('There is no such account.');
  const isNew = ordered === 'done';
  print(
    isNew ? 'Two-step verification is off. Its owner is told by mail.' : 'The account has no two-step verification.',
  );
  return 0;
};

export const factorOperations: Operations = { 'account.reset-factors': reset };
