/**
 * The end of an account. Every erasure goes the same way: first the account is told when it ends (`deletion`), then, from
 * that very instant on, it is nobody to whoever asks (due-accounts.ts), and then it is erased (erase-account.ts), by the
 * next pass of the retention (job.ts) or by whoever needs its address. So nothing depends on a sweep being on time, and
 * whatever is cut off in between is completed by the next one.
 *
 * Here: deletion.ts (asking, ordering, taking back); dormancy.ts and retention.ts (who and what is kept how long);
 * account-operations.ts and retention-operations.ts (`avain account`, `avain retention`); personal-data.ts (a person's
 * own copy). May import accounts/, mail/, notices/, secrets/ and the ports; no page and no provider.
 *
 * Promise: what is erased leaves nothing that says whose it was; an account that is used is never erased by a race.
 */
import type { Account, Deletion } from '../accounts/account.ts';
import type { AuditRecord } from '../audit/audit-log.ts';
import type { AccountId, ClientId, Instant } from '../ids.ts';
import type { Accounts, Change, UpdateOutcome } from '../storage/ports.ts';

/** From now on it is nobody, whether it is erased yet or not. */
export function isErasureDue({ deletion }: Account, now: Instant): boolean {
  return deletion !== null && now >= deletion.dueAt;
}

type Letters = (account: Account) => NonNullable<Change['effects']>['mails'];

function recorded(account: Account, at: Instant, event: AuditRecord['event'], rest: Partial<AuditRecord>): AuditRecord {
  return { at, event, accountId: account.id, clientId: null, journeyId: null, details: {}, ...rest };
}

/** Its owner wants it erased; null where that was asked before. */
export function withDeletionAsked(
  account: Account,
  deletion: Deletion,
  { clientId, letters }: { readonly clientId: ClientId; readonly letters: Letters },
): Change | null {
  if (account.deletion !== null) return null;
  const asked = { ...account, deletion };
  const audit = recorded(account, deletion.askedAt, 'deletion.asked', { clientId });
  return { account: asked, effects: { audit: [audit], mails: letters(asked) ?? [] } };
}

/** By a page or by a link of that hash; null where there is nothing to take back any more. */
export function withDeletionTakenBack(
  account: Account,
  now: Instant,
  how: {
    readonly by: 'page' | 'link';
    readonly clientId: ClientId;
    readonly journeyId: string | null;
    readonly letters: Letters;
    readonly spends?: string;
  },
): Change | null {
  const { deletion } = account;
  if (deletion === null || isErasureDue(account, now)) return null;
  if (how.spends !== undefined && deletion.undoTokenHash !== how.spends) return null;
  const { by, clientId, journeyId, letters, spends } = how;
  const kept = { ...account, deletion: null };
  const audit = recorded(account, now, 'deletion.taken-back', { clientId, journeyId, details: { by } });
  return {
    account: kept,
    effects: { audit: [audit], mails: letters(kept) ?? [], ...(spends !== undefined && { spends }) },
  };
}

/** Why an account is to end now; the words of an operator stand in `details`, and who it was in `actor`. */
export type ErasureOrder =
  | { readonly why: 'dormant' }
  | { readonly why: 'operator'; readonly by: string; readonly reason: string; readonly actor: string };

/**
 * It is nobody from now on, if `mayEnd` says so of the account as it is at that moment. What an unfinished deletion was
 * waiting for is cut short.
 */
export function orderErasure(
  accounts: Pick<Accounts, 'update'>,
  id: AccountId,
  {
    order,
    now,
    mayEnd,
  }: { readonly order: ErasureOrder; readonly now: Instant; readonly mayEnd: (account: Account) => boolean },
): Promise<UpdateOutcome> {
  return accounts.update(id, (account) => {
    if (!mayEnd(account)) return null;
    const deletion = { askedAt: account.deletion?.askedAt ?? now, dueAt: now, undoTokenHash: '' };
    const { actor = null, ...details } = { actor: null, ...order };
    const audit = recorded(account, now, 'deletion.ordered', { actor, details });
    return { account: { ...account, deletion }, effects: { audit: [audit] } };
  });
}
