import { knownFrom } from '../accounts/known-from.ts';
import type { Deps } from '../deps.ts';
import type { AccountId } from '../ids.ts';
import type { Interactions } from '../journey/interactions.ts';
import { carryOut, type Order, type Ordered, orderRecord } from '../lifecycle/order.ts';
import { composeNotice } from '../notices/notice.ts';
import { hasSecondFactor, withoutFactors } from './factor-rules.ts';

/** For whoever has lost them all and has no identity to stand in for them. The owner is told; whoever is signed in is out. */
export async function resetFactors(
  deps: Deps & Pick<Interactions, 'endSessionsOf'>,
  accountId: AccountId,
  order: Order,
): Promise<Ordered> {
  const client = { id: await knownFrom(deps, accountId) };
  const ordered = await carryOut(deps.storage.accounts, accountId, order, (account) => {
    if (!hasSecondFactor(account)) return null;
    const at = deps.clock.now();
    const audit = [orderRecord(order, 'factor.removed', { accountId, at }, { factor: 'all' })];
    const model = { at, where: null, factor: 'all' } as const;
    const mail = composeNotice(deps, { message: 'factor-removed', account, client, model });
    return { account: withoutFactors(account), effects: { audit, mails: [mail] } };
  });
  // Also where there was none any more: an order that was cut off is completed by giving it again.
  if (ordered === 'done' || ordered === 'already') await deps.endSessionsOf(accountId);
  return ordered;
}
