/** What the expiring rows hold. Types only: the ports name them, the modules that own each kind give them meaning. */

import type { DeviceLook } from '../accounts/account.ts';
import type { Locale } from '../http/locale.ts';
import type { MailName } from '../http/mail-models.ts';
import type { AccountId, BrowserHash, ClientId, Fingerprint, Instant, JourneyId } from '../ids.ts';
import type { IdentificationMethod, IdentityLevel, ProvedFactor } from '../journey/facts.ts';
import type { LineCounts, LineResult } from '../rosters/import-list.ts';
import type { RosterList } from './roster-port.ts';

/**
 * What the library's session cannot keep, one row per `session.uid` (stable while the session id rotates), bound at
 * resume from the journey (decisions.md §5). Lives 12 h absolute like the session.
 */
export type SessionFacts = {
  readonly accountId: AccountId;
  readonly browser: BrowserHash;
  /** As that browser looked when something was last proved in it. */
  readonly look: DeviceLook;
  readonly startedAt: Instant;
  /** null = signed in with a passkey. */
  readonly passwordProvedAt: Instant | null;
  readonly factor: ProvedFactor | null;
  readonly codeProvedAt: Instant | null;
  readonly identified: {
    readonly at: Instant;
    readonly method: IdentificationMethod;
    readonly level: IdentityLevel;
  } | null;
  /** The broker was down when a sampled identification was due: owed at the next sign-in, not in this session. */
  readonly identificationPostponed: boolean;
  /** Versions of terms that are not asked for again in this session (accounts/terms.ts). */
  readonly termsPostponed: readonly string[];
  readonly expiresAt: Instant;
};

/** Links that somebody asked for; the others come with a notice. */
export type RequestedLink = 'activate' | 'reset';
export type LinkPurpose =
  | RequestedLink
  | 'undo-address'
  | 'not-me'
  | 'change-address'
  | 'undo-deletion'
  | 'new-mailbox'
  | 'undo-mailbox'
  /** Of no mail: an operator's command prints it (links/owner.ts). */
  | 'owner';

export type LinkClaim = { readonly requestId: string; readonly browser: BrowserHash; readonly until: Instant };

/**
 * A link sent by mail, keyed by the SHA-256 of its token. Rows outlive the link by days so that a dead link's page can
 * say why and lead back to the right client (decisions.md §2).
 */
export type MailLink = {
  readonly purpose: LinkPurpose;
  readonly emailFingerprint: Fingerprint;
  /** As typed; a pending sign-up is this row and nothing else: no account, no lock on the address. */
  readonly email: string;
  /** The account at the time of sending, where there was one (reset; undo; activation of an imported account). */
  readonly accountId: AccountId | null;
  readonly clientId: ClientId;
  readonly locale: Locale;
  readonly journeyId: JourneyId | null;
  readonly interactionUid: string | null;
  /** The browser that asked; null = none did, it came with a notice. */
  readonly browser: BrowserHash | null;
  /** The notice that a `not-me` link came with. */
  readonly about?: MailName;
  /** When that happened. */
  readonly aboutAt?: Instant;
  readonly createdAt: Instant;
  readonly validUntil: Instant;
  /** First step of spending (decisions.md §7): held for 10 s by one request, frees itself if the durable row never comes. */
  readonly claim: LinkClaim | null;
  readonly spentAt: Instant | null;
  /** The browser that spent it; its reload is told what is now true. */
  readonly spentBy: BrowserHash | null;
  readonly replacedAt: Instant | null;
};

/** The e-mailed six-digit code: bound to browser, journey, account and purpose; five wrong tries in all. */
export type CodeChallenge = {
  readonly journeyId: JourneyId;
  readonly browser: BrowserHash;
  readonly accountId: AccountId;
  readonly purpose: 'link' | 'sign-in';
  /** Newest first, at most two: a resend leaves the previous code its own remaining life. */
  readonly codes: readonly { readonly mac: string; readonly validUntil: Instant }[];
  readonly wrongTries: number;
  readonly sentAt: Instant;
  readonly resends: number;
  readonly succeededAt: Instant | null;
};

/** A secret that a session may be shown for some minutes: of an app about to be set up, recovery codes just made. */
export type Enrolment = {
  readonly accountId: AccountId;
  /** Under the account's data key. */
  readonly sealed: string;
};

/** Proofs made behind a link in a browser that had no interaction; adopted once by its next request to the same client. */
export type AdoptableProofs = {
  readonly accountId: AccountId;
  readonly passwordProvedAt: Instant;
  readonly mailboxProvedAt: Instant;
  /** The link was opened in the browser that asked for it. */
  readonly sameBrowser: boolean;
  /** In which the link's page was read: the journey goes on in it, whatever the client's fresh request says. */
  readonly locale: Locale;
};

/** Which client a journey came from: outlives it by days, so that its dead pages have "start again" to that client. */
export type Origin = { readonly clientId: ClientId; readonly locale: Locale };

/** Who goes to the broker, and why. */
export type ExchangeAim =
  /** Somebody who has proved to be this account's owner, for its sake. */
  | { readonly purpose: 'sign-in'; readonly accountId: AccountId }
  /** Somebody who does not remember their address; the account is the journey's, which may have none. */
  | { readonly purpose: 'find-account'; readonly accountId: AccountId | null };

/** A visit to the broker under way, keyed by SHA-256 of `state`; single use. */
export type UpstreamExchange = ExchangeAim & {
  readonly brokerId: string;
  readonly browser: BrowserHash;
  readonly journeyId: JourneyId;
  readonly interactionUid: string;
  readonly method: 'bank' | 'mobile';
  /** state, nonce and PKCE verifier (JSON), sealed; empty once used. */
  readonly sealed: string;
  readonly startedAt: Instant;
  /** Stays until it expires, so that a callback loaded twice leads to the journey and not to a complaint. */
  readonly usedAt: Instant | null;
};

/** A call of the admin API under an Idempotency-Key. */
export type AdminCall = {
  /** Hash of all that makes the request what it is. */
  readonly request: string;
  /** null = it is under way. */
  readonly sealedAnswer: string | null;
};

/** A county's file that one of its staff has sent, until they say that it shall be put into the list, and what became of it. */
export type RosterUpload = RosterList & {
  readonly accountId: AccountId;
  /** Empty once it is in the list. */
  readonly sealedFile: string;
  readonly lines: number;
  readonly outcomes: LineCounts;
  /** The first of those lines that have something to say. */
  readonly told: readonly LineResult[];
  readonly done: boolean;
};

/** One thing that happened where nothing durable was changed. Codes, ids and numbers only. */
export type TrailEntry = {
  readonly at: Instant;
  readonly what: 'link-opened' | 'page-shown' | 'error-shown' | 'begun';
  readonly journeyId: string | null;
  readonly accountId: AccountId | null;
  readonly clientId: string | null;
  readonly details: Readonly<Record<string, string | number | boolean | null>>;
};

/** Oldest first, at most 50; written by timeline/trail.ts only. */
export type Trail = readonly TrailEntry[];

/** Which nodes are alive, and the version of the signing keys that each has loaded; `since`: when the row was made. */
export type KeyNodes = {
  readonly since: Instant;
  readonly nodes: Readonly<Record<string, { readonly version: number; readonly until: Instant }>>;
};
