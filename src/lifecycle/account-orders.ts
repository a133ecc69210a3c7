/**
 * What may be done to one account by order, for the command line, the admin API and its pages alike. Each says what became
 * of it and is safe to give again: an order that was cut off is completed by the next one.
 */
import type { Deps } from '../deps.ts';
import type { AccountId } from '../ids.ts';
import type { Interactions } from '../journey/interactions.ts';
import { orderErasure } from './deletion.ts';
import { eraseAccount } from './erase-account.ts';
import { carryOut, type Order, type Ordered, orderRecord } from './order.ts';

export type OrderDeps = Deps & Pick<Interactions, 'endSessionsOf'>;

/** Whoever is signed in is out within a second, on every node; the owner's next proof leads to a page that says so. */
export async function barAccount(deps: OrderDeps, accountId: AccountId, order: Order): Promise<Ordered> {
  const at = deps.clock.now();
  const ordered = await carryOut(deps.storage.accounts, accountId, order, (account) => {
    if (account.barredAt !== null) return null;
    const audit = [orderRecord(order, 'account.barred', { accountId, at })];
    return { account: { ...account, barredAt: at }, effects: { audit } };
  });
  // Also where it was barred before.
  if (ordered === 'done' || ordered === 'already') await deps.endSessionsOf(accountId);
  return ordered;
}

export function unbarAccount({ storage, clock }: OrderDeps, accountId: AccountId, order: Order): Promise<Ordered> {
  return carryOut(storage.accounts, accountId, order, (account) => {
    if (account.barredAt === null) return null;
    const audit = [orderRecord(order, 'account.unbarred', { accountId, at: clock.now() })];
    return { account: { ...account, barredAt: null }, effects: { audit } };
  });
}

/** The next sign-in asks for a new one, which its owner chooses: nobody else ever does (security R40). */
export function orderNewPassword({ storage, clock }: OrderDeps, accountId: AccountId, order: Order): Promise<Ordered> {
  return carryOut(storage.accounts, accountId, order, (account) => {
    // Without a password there is nothing to change: a first one is set by mail.
    if (account.mustChangePassword || account.password === null) return null;
    const audit = [orderRecord(order, 'password.change-ordered', { accountId, at: clock.now() })];
    return { account: { ...account, mustChangePassword: true }, effects: { audit } };
  });
}

/** All of its sessions and tokens; the account itself stays as it is. */
export async function endAllSessions(deps: OrderDeps, accountId: AccountId, order: Order): Promise<Ordered> {
  if ((await deps.storage.accounts.byId(accountId)) === null) return 'missing';
  const at = deps.clock.now();
  // Before: a record of what failed says more than none of what did not.
  await deps.storage.audit.append(orderRecord(order, 'sessions.ended', { accountId, at }));
  await deps.endSessionsOf(accountId);
  return 'done';
}

/** Its owner is told by mail; address and identity are free. */
export async function eraseByOrder(deps: OrderDeps, accountId: AccountId, order: Order): Promise<Ordered> {
  const { storage, clock } = deps;
  const { by, reason, actor, version } = order;
  const ordered = await orderErasure(storage.accounts, accountId, {
    order: { why: 'operator', by, reason, actor },
    now: clock.now(),
    mayEnd: (account) => version === null || account.version === version,
  });
  if (ordered.outcome === 'unchanged') return 'stale';
  if (ordered.outcome !== 'updated') return 'missing';
  // It is nobody from now on; should we be killed here, the next pass of the retention goes on.
  await deps.endSessionsOf(accountId);
  await eraseAccount(deps, ordered.account);
  return 'done';
}
