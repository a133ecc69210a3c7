/** The addresses an account had until lately, and what becomes of it when one of them is put back. */
import type { Instant } from '../ids.ts';
import type { Account, PreviousAddress } from './account.ts';

/** So many changes of address can be undone at once; while all of them can, there is no further change. */
export const mostPreviousAddresses = 5;

function undoable({ previousAddresses }: Account, now: Instant): readonly PreviousAddress[] {
  return previousAddresses.filter(({ undoUntil }) => now < undoUntil);
}

/** What nobody can undo any more is forgotten. Returns the account itself where there is nothing to forget. */
export function withoutPastAddresses(account: Account, now: Instant): Account {
  const previousAddresses = undoable(account, now);
  return previousAddresses.length === account.previousAddresses.length ? account : { ...account, previousAddresses };
}

export function mayChangeAddress(account: Account, now: Instant): boolean {
  return undoable(account, now).length < mostPreviousAddresses;
}

/**
 * The account under another address. Earlier changes can still be undone: whoever took an account over could else make
 * its owner's link worthless by a second change.
 */
export function withNewAddress(
  account: Account,
  address: Pick<Account, 'email' | 'emailFingerprint'>,
  undo: Pick<PreviousAddress, 'undoTokenHash' | 'undoUntil'>,
  now: Instant,
): Account {
  const { email, emailFingerprint } = account;
  const previous = { email, emailFingerprint, replacedAt: now, ...undo };
  const { email: newEmail, emailFingerprint: newFingerprint } = address;
  return {
    ...account,
    email: newEmail,
    emailFingerprint: newFingerprint,
    previousAddresses: [previous, ...undoable(account, now)],
  };
}

/** The change that this link undoes, if it still can; null = over, undone already, or undone with an earlier one. */
export function undoableChange(account: Account, tokenHash: string, now: Instant): PreviousAddress | null {
  return undoable(account, now).find(({ undoTokenHash }) => undoTokenHash === tokenHash) ?? null;
}

/**
 * The address is back as if it and all later changes had not been. Somebody may have known either password, so that none
 * is trusted: a new one is set by mail, and the next sign-in asks strong identification whatever the policy says.
 */
export function withAddressBack(account: Account, tokenHash: string, now: Instant): Account | null {
  const back = undoableChange(account, tokenHash, now);
  if (back === null) return null;
  const owed = { since: now, rule: 'reset' } as const;
  return {
    ...account,
    email: back.email,
    emailFingerprint: back.emailFingerprint,
    previousAddresses: undoable(account, now).filter(({ replacedAt }) => replacedAt < back.replacedAt),
    password: null,
    // Reset links that were mailed before are dead by this.
    passwordSetAt: now,
    mustChangePassword: false,
    owedIdentification: owed,
    owedCode: account.identity === null ? owed : account.owedCode,
    devices: [],
  };
}
