/** What somebody of the staff, a machine or an operator orders of one account: who, why, and the account as they saw it. */
import type { Account } from '../accounts/account.ts';
import type { AuditEvent, AuditRecord } from '../audit/audit-log.ts';
import { operatorName, operatorReason } from '../control/operator-words.ts';
import type { AccountId, Instant } from '../ids.ts';
import type { Accounts, Effects } from '../storage/ports.ts';

export type Order = {
  /** A name that staff know, or the actor itself where it is known for sure. */
  readonly by: string;
  readonly reason: string;
  /** As the audit log names them. */
  readonly actor: string;
  /** The account's version as it was seen; null = however it is now. */
  readonly version: number | null;
};

/** `already`: there was nothing to do. `stale`: somebody has changed the account since it was seen, and nothing was done. */
export type Ordered = 'done' | 'already' | 'missing' | 'stale';

/** Of the command line. @throws OperationRefused */
export function typedOrder(by: string | undefined, reason: string | undefined): Order {
  const name = operatorName(by);
  return { by: name, reason: operatorReason(reason), actor: `operator:${name}`, version: null };
}

/** `details.by` and `details.reason` beside what the event has of its own. */
export function orderRecord(
  { by, reason, actor }: Order,
  event: AuditEvent,
  { accountId, at }: { readonly accountId: AccountId; readonly at: Instant },
  details: AuditRecord['details'] = {},
): AuditRecord {
  return { at, event, accountId, clientId: null, journeyId: null, actor, details: { ...details, by, reason } };
}

type Made = { readonly account: Account; readonly effects: Effects };

/** `make` as `change` of accounts.update; null = already so. */
export async function carryOut(
  accounts: Pick<Accounts, 'update'>,
  id: AccountId,
  { version }: Pick<Order, 'version'>,
  make: (account: Account) => Made | null,
): Promise<Ordered> {
  const isStale = (account: Account) => version !== null && account.version !== version;
  const result = await accounts.update(id, (account) => (isStale(account) ? null : make(account)));
  if (result.outcome === 'updated') return 'done';
  if (result.outcome !== 'unchanged') return 'missing';
  return isStale(result.account) ? 'stale' : 'already';
}
