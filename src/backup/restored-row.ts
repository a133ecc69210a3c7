/** What does not come back as it was: a restore undoes that something was used, so whatever could be used again goes. */
import type { Account } from '../accounts/account.ts';
import type { AccountId, Fingerprint, Instant } from '../ids.ts';
import type { MovedTable, MovedValues } from '../storage/moving.ts';

const totpStepMs = 30_000;

/** Pure. `at`: the moment of the restore; `erased`: who does not come back. */
export function restoredRow<T extends MovedTable>(
  table: T,
  value: MovedValues[T],
  at: Instant,
  erased: ReadonlySet<AccountId>,
): MovedValues[T] {
  // Casts: the rows of a table are of that table's type, which TypeScript does not follow through the generic.
  if (table === 'accounts') return restoredAccount(value as Account, at) as MovedValues[T];
  if (table === 'outbox') return restoredMail(value as MovedValues['outbox'], at, erased) as MovedValues[T];
  return value;
}

/** Recovery codes may have been used since, and codes of an app within the last minute. */
function restoredAccount(account: Account, at: Instant): Account {
  const { factors } = account;
  const { authenticator } = factors;
  // The app of a person may be a step ahead.
  const lastStep = Math.max(authenticator?.lastStep ?? 0, Math.floor(at / totpStepMs) + 1);
  return {
    ...account,
    factors: { ...factors, recoveryCodes: null, authenticator: authenticator && { ...authenticator, lastStep } },
  };
}

/** Most were sent after the backup was taken, and what they lead to is refused now. */
function restoredMail(row: MovedValues['outbox'], at: Instant, erased: ReadonlySet<AccountId>): MovedValues['outbox'] {
  const { accountId } = row.mail;
  // As erasing does it. A cast: it is the fingerprint of no address.
  const nobody = accountId !== null && erased.has(accountId) ? { emailFingerprint: '' as Fingerprint } : {};
  const mail = { ...row.mail, ...nobody, sealed: null };
  if (row.dueAt === null) return { ...row, mail };
  return { ...row, mail, dueAt: null, settledAt: at, deadReason: 'restored' };
}
