/**
 * The account: one aggregate, one document, changed only by compare-and-swap on `version`.
 *
 * Everything a rung of the ladder must recall after a sign-in has finished lies here or in the session row
 * (design.md §4); nothing here is ever copied to a log, a URL or a cookie.
 * Imports types only. Pure rules about one account live here; storing it is the business of storage/.
 */

import type { Locale } from '../http/locale.ts';
import type { AccountId, BrowserHash, ClientId, Fingerprint, Instant, JourneyId } from '../ids.ts';

export type StoredPassword = {
  /** `argon2id`, or an old format of legacy-hashes/formats.ts, or `wrapped:` and such a name. */
  readonly format: string;
  readonly hash: string;
};

/** The strong identity linked to the account: one identity code = one account, by its unique fingerprints. */
export type LinkedIdentity = {
  /** ISO 3166-1 alpha-2: whose register the code belongs to. */
  readonly country: string;
  /** What kind of code it is in that country, as `hetu`. */
  readonly idType: string;
  /** One for each index key in use: usually one, two while the keys rotate, never none. Each is a unique key. */
  readonly fingerprints: readonly Fingerprint[];
  /** The identity code, sealed under the account's data key. */
  readonly sealedCode: string;
  readonly linkedAt: Instant;
};

/** What the last strong identification told about the person, sealed under the account's data key (JSON of VerifiedPerson). */
export type VerifiedPerson = {
  readonly name: string | null;
  readonly givenName: string | null;
  readonly familyName: string | null;
  /** `YYYY-MM-DD` */
  readonly birthdate: string | null;
};

export type AcceptedTerms = { readonly version: string; readonly acceptedAt: Instant };

/** What a third-party client was allowed by the person (rung `consent`). */
export type GivenConsent = {
  readonly scopes: readonly string[];
  readonly claims: readonly string[];
  readonly givenAt: Instant;
};

/** What the account owes whatever browser it comes from, until it is paid by a success (decisions.md §4). */
export type Owed = { readonly since: Instant; readonly rule: 'rate' | 'reset' | 'relink' };

/** An address the account had until lately: whoever has that mailbox may put it back, by a link (links/undo-address.ts). */
export type PreviousAddress = {
  readonly email: string;
  readonly emailFingerprint: Fingerprint;
  readonly replacedAt: Instant;
  /** SHA-256 of the link's token. */
  readonly undoTokenHash: string;
  /** The link works before this instant. */
  readonly undoUntil: Instant;
};

/** Support has asked that the identity be unlinked; a second person must confirm it (identity/relinking.ts). */
export type Relinking = {
  readonly id: string;
  readonly askedBy: string;
  readonly askedAt: Instant;
  readonly reason: string;
};

/** What the owner is shown of a device to recognise it by: never a whole user agent or address. */
export type DeviceLook = {
  /** Of a short list of names that need no translation; null = none of them. */
  readonly program: string | null;
  readonly system: string | null;
  /** The first half of the network's address, or `local`. */
  readonly network: string;
};

/** A browser, by its cookie, in which this account has finished a sign-in; a page about devices needs no more. */
export type KnownDevice = DeviceLook & {
  readonly browser: BrowserHash;
  readonly firstSeenAt: Instant;
  readonly lastSeenAt: Instant;
  /** The journey that last finished on it: one sign-in is recorded once, however often its last form is sent. */
  readonly lastJourney: JourneyId;
};

export type Account = {
  readonly id: AccountId;
  /** Raised by one at every stored change; the storage compares it. */
  readonly version: number;
  readonly createdAt: Instant;
  /** As the person typed it; compared only by `emailFingerprint`. */
  readonly email: string;
  readonly emailFingerprint: Fingerprint;
  /** When the mailbox was first proved by one of our links or codes; null = imported and never activated. */
  readonly activatedAt: Instant | null;
  readonly locale: Locale;
  readonly nickname: string | null;
  /** null = imported without any hash: "set a password by mail". */
  readonly password: StoredPassword | null;
  readonly passwordSetAt: Instant | null;
  /** An administrator ordered a new password. */
  readonly mustChangePassword: boolean;
  readonly barredAt: Instant | null;
  readonly importedFrom: string | null;
  /** The journey whose activation link made it; null = imported. */
  readonly bornIn: JourneyId | null;
  /** Newest first; those whose undo link is over are dropped at the next sign-in or change of address. */
  readonly previousAddresses: readonly PreviousAddress[];
  readonly relinking: Relinking | null;
  /** Random key of this account wrapped by the master key; destroying it erases what it sealed. */
  readonly dataKey: string;
  readonly identity: LinkedIdentity | null;
  readonly sealedPerson: string | null;
  /** Last successful strong identification with the linked identity: serves first, atMostDays, notWithinHours only. */
  readonly identifiedAt: Instant | null;
  readonly codeProvedAt: Instant | null;
  readonly owedIdentification: Owed | null;
  readonly owedCode: Owed | null;
  readonly terms: Readonly<Record<string, AcceptedTerms>>;
  readonly consents: Readonly<Record<ClientId, GivenConsent>>;
  readonly greetedAt: Instant | null;
  /** Newest first, at most 20. */
  readonly devices: readonly KnownDevice[];
  /** The owner is mailed about a foreign identification at most once a day. */
  readonly mismatchMailedAt: Instant | null;
};

export const maxKnownDevices = 20;

export function isKnownDevice(account: Account, browser: BrowserHash): boolean {
  return account.devices.some((device) => device.browser === browser);
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
