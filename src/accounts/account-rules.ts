/** Pure rules about one account: what follows from what it holds, and what it becomes. */
import type { BrowserHash, Fingerprint, Instant, JourneyId } from '../ids.ts';
import type { Account, DeviceLook, LinkedIdentity, StoredPassword } from './account.ts';

export const maxKnownDevices = 20;

export function isKnownDevice(account: Account, browser: BrowserHash): boolean {
  return account.devices.some((device) => device.browser === browser);
}

/** Nothing of it works but what its owner sees after signing in: it is barred, or is to be erased. */
export function isClosed({ barredAt, deletion }: Account): boolean {
  return barredAt !== null || deletion !== null;
}

/** When the mailbox was last proved, by its first link or by a code. */
export function mailboxProvedAt({ activatedAt, codeProvedAt }: Account): Instant | null {
  return codeProvedAt ?? activatedAt;
}

/** The account with this browser as its most recent device; strangers' browsers never get here, only proved sign-ins. */
export function withDevice(
  account: Account,
  { browser, journey, look }: { browser: BrowserHash; journey: JourneyId; look: DeviceLook },
  now: Instant,
): Account {
  const known = account.devices.find((device) => device.browser === browser);
  const seen = { ...look, browser, firstSeenAt: known?.firstSeenAt ?? now, lastSeenAt: now, lastJourney: journey };
  const others = account.devices.filter((device) => device.browser !== browser);
  return { ...account, devices: [seen, ...others].slice(0, maxKnownDevices) };
}

/** The account with a password of today's rules; an order to change it is done. */
export function withPassword(account: Account, password: StoredPassword, now: Instant): Account {
  return { ...account, password, passwordSetAt: now, mustChangePassword: false };
}

/**
 * A password set by a link in the mail, on an account that somebody may have used before: it proves the mailbox and
 * nothing else, so the next sign-in asks strong identification, and the code if there is no identity to compare with.
 */
export function withPasswordByMail(account: Account, password: StoredPassword, now: Instant): Account {
  const owed = { since: now, rule: 'reset' } as const;
  return {
    ...withPassword(account, password, now),
    activatedAt: account.activatedAt ?? now,
    owedIdentification: owed,
    owedCode: account.identity === null ? owed : account.owedCode,
    // Whoever knew the old password may have made their device known.
    devices: [],
  };
}

/**
 * Its owner says that they did not do what was done to it: nothing that an intruder may have counts any more, and what
 * they may have asked for is off. The password is not trusted either: it only leads to choosing a new one, behind the
 * identification, or the code of the mail where there is no identity to compare with.
 */
export function withDenial(account: Account, now: Instant): Account {
  const owed = { since: now, rule: 'not-me' } as const;
  return {
    ...account,
    devices: [],
    mustChangePassword: account.password !== null,
    owedIdentification: owed,
    owedCode: account.identity === null ? owed : account.owedCode,
    pendingAddress: null,
    deletion: null,
  };
}

/** Two lists of fingerprints tell of one identity code: they have any in common (under some index key). */
export function sameIdentity(some: readonly Fingerprint[], others: readonly Fingerprint[]): boolean {
  return some.some((fingerprint) => others.includes(fingerprint));
}

/** Somebody has signed in with it, or an identity is linked: not a blank import that waits for its owner. */
export function isInUse({ identity, devices }: Account): boolean {
  return identity !== null || devices.length > 0;
}

/** A strong identification of the linked person pays whatever identification was owed. */
export function withIdentification(account: Account, sealedPerson: string | null, at: Instant): Account {
  return { ...account, sealedPerson: sealedPerson ?? account.sealedPerson, identifiedAt: at, owedIdentification: null };
}

export function withLinkedIdentity(
  account: Account,
  identity: LinkedIdentity,
  sealedPerson: string,
  at: Instant,
): Account {
  return { ...withIdentification(account, sealedPerson, at), identity };
}
