/** Who may do what at Avain itself: given and taken by owners, one account at a time. */
import type { Deps } from '../../deps.ts';
import type { AccountId } from '../../ids.ts';
import { carryOut, type Order, type Ordered, orderRecord } from '../../lifecycle/order.ts';
import type { GivenRole } from '../role.ts';

/** null = none. The role is read at each call, so a change counts from the next one on. */
export function giveRole(
  { storage, clock }: Pick<Deps, 'storage' | 'clock'>,
  accountId: AccountId,
  role: GivenRole | null,
  order: Order,
): Promise<Ordered> {
  return carryOut(storage.accounts, accountId, order, (account) => {
    if (account.adminRole === role) return null;
    const details = { from: account.adminRole, to: role };
    const audit = [orderRecord(order, 'admin-role.changed', { accountId, at: clock.now() }, details)];
    return { account: { ...account, adminRole: role }, effects: { audit } };
  });
}

/**
 * An owner takes the role from another one, and never from themselves: so whoever takes it is left. Where two take it from
 * each other at the same moment, each finds the own role gone afterwards and gives the other's back.
 */
export async function takeFromOwner(
  deps: Pick<Deps, 'storage' | 'clock'>,
  { taker, from }: { readonly taker: AccountId; readonly from: AccountId },
  role: GivenRole | null,
  order: Order,
): Promise<Ordered | 'last-owner'> {
  if (taker === from) return 'last-owner';
  const ordered = await giveRole(deps, from, role, order);
  if (ordered !== 'done') return ordered;
  const own = await deps.storage.accounts.byId(taker);
  if (own?.adminRole === 'owner') return 'done';
  await giveRole(deps, from, 'owner', { ...order, version: null });
  return 'last-owner';
}
