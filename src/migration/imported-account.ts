import type { Account, StoredPassword } from '../accounts/account.ts';
import { newAccount } from '../accounts/new-account.ts';
import type { AuditRecord } from '../audit/audit-log.ts';
import type { Deps } from '../deps.ts';
import type { Fingerprint } from '../ids.ts';
import type { UserToImport } from './check-row.ts';

export type BroughtFrom = {
  readonly fingerprint: Fingerprint;
  readonly password: StoredPassword | null;
  /** Goes to `importedFrom` of the account. */
  readonly source: string;
};

/** The account that somebody of an earlier system gets here, before it is stored. */
export function importedAccount(
  deps: Pick<Deps, 'keyring' | 'random'>,
  { email, createdAt, locale, nickname, activatedAt, mustChange: mustChangePassword }: UserToImport,
  { fingerprint: emailFingerprint, password, source: importedFrom }: BroughtFrom,
): Account {
  const born = { email: email.typed, emailFingerprint, locale, createdAt, bornIn: null };
  return { ...newAccount(deps, born), nickname, activatedAt, password, mustChangePassword, importedFrom };
}

/** Its trace. `during`: the sign-in that brought it; absent = a file did. */
export function importedAudit(
  { id: accountId, importedFrom }: Account,
  at: number,
  during: Pick<AuditRecord, 'clientId' | 'journeyId'> = { clientId: null, journeyId: null },
): AuditRecord {
  const { clientId, journeyId } = during;
  return { at, event: 'account.imported', accountId, clientId, journeyId, details: { source: importedFrom } };
}
