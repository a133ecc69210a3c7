/**
 * The account: one aggregate, one document, changed only by compare-and-swap on `version`.
 *
 * Everything a rung of the ladder must recall after a sign-in has finished lies here or in the session row
 * (design.md §4); nothing here is ever copied to a log, a URL or a cookie.
 * Types only: pure rules about one account are in account-rules.ts; storing it is the business of storage/.
 */

import type { GivenRole } from '../admin/role.ts';
import type { Factors } from '../factors/factors.ts';
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

/** A role or a group: an operator's word on what the account may be at a service; told to clients that may see it. */
export type Membership = { readonly name: string; readonly givenAt: Instant };

/** What a third-party client was allowed by the person (rung `consent`). */
export type GivenConsent = {
  readonly scopes: readonly string[];
  readonly claims: readonly string[];
  /** What the person would rather not tell, by the names of scopes: not told, and not asked again. Absent = nothing. */
  readonly leftOut?: readonly string[];
  readonly givenAt: Instant;
};

/** What the account owes whatever browser it comes from, until it is paid by a success (decisions.md §4). */
export type Owed = { readonly since: Instant; readonly rule: 'rate' | 'reset' | 'relink' | 'not-me' };

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

/** An address proved by somebody who has lost the present one: it takes its place when the waiting time is over. */
export type PendingAddress = {
  readonly email: string;
  readonly emailFingerprint: Fingerprint;
  /** The address it takes the place of; of no other. */
  readonly replaces: Fingerprint;
  /** Where it was asked: the mails speak in that service's name. */
  readonly clientId: ClientId;
  readonly askedAt: Instant;
  /** It takes effect at this instant or soon after, never before, unless it is cancelled. */
  readonly dueAt: Instant;
  /** SHA-256 of the undo link's token: the row goes with the account. Links of earlier wishes work as well. */
  readonly undoTokenHash: string;
  /** Browsers in which somebody who signed in has been told of it; newest first, at most 20. */
  readonly toldIn: readonly BrowserHash[];
};

/** The owner has asked that the account be erased; until it is due they may take it back. */
export type Deletion = {
  readonly askedAt: Instant;
  readonly dueAt: Instant;
  /** SHA-256 of the undo link's token. */
  readonly undoTokenHash: string;
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
  /** By the person themselves, on their account's page; else it is the language they last signed in in. */
  readonly localeChosen: boolean;
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
  readonly pendingAddress: PendingAddress | null;
  readonly deletion: Deletion | null;
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
  /** Each name once, at most 50. */
  readonly roles: readonly Membership[];
  /** As `roles`. */
  readonly groups: readonly Membership[];
  /** What its person may do at Avain itself, by the word of an owner (admin/staff/roles.ts); null = nothing. */
  readonly adminRole: GivenRole | null;
  readonly greetedAt: Instant | null;
  readonly lastSignInAt: Instant | null;
  /** The owner was told that the account will be erased because nobody uses it; a sign-in forgets that. */
  readonly dormancyToldAt: Instant | null;
  readonly factors: Factors;
  /** Newest first, at most 20. */
  readonly devices: readonly KnownDevice[];
  /** The owner is mailed about a foreign identification at most once a day. */
  readonly mismatchMailedAt: Instant | null;
};
