/**
 * The storage ports: promises in words, kept by every back end and proved by test/storage/contract.ts.
 *
 * - A durable change and its audit, mail and evidence rows (`Effects`) are stored together or not at all.
 * - Uniqueness (address, identity, spent token) is decided by the store, once, under any concurrency.
 * - `update` is compare-and-swap: the change function may be called again and must be pure.
 * - Expiry is exact on read, whatever a sweeper did. Secrets arrive hashed; a leaked store gives no usable token.
 * - Not knowing is refusing: a failing store throws, it never answers "absent"; one that is away, or whose answer was
 *   lost, throws TemporarilyUnavailable in time, and what was asked may have been done.
 * What expires has its ports in expiring-ports.ts; rosters, clients, mails, logouts and what is kept for a time have files of their own.
 * Only storage/open.ts imports a back end.
 */
import type { Account } from '../accounts/account.ts';
import type { AuditRecord } from '../audit/audit-log.ts';
import type { AccountId, ClientId, Fingerprint, Instant } from '../ids.ts';
import type { Journey } from '../journey/journey.ts';
import type { OutboxMail } from '../mail/outbox.ts';
import type { AuditChains, Checkpoints, HistoryFilter } from './audit-port.ts';
import type { StoredClients } from './client-port.ts';
import type { Artifacts, ExpiringRows, RateLimits } from './expiring-ports.ts';
import type { Kept } from './kept-port.ts';
import type { Logouts } from './logout-port.ts';
import type { Outbox } from './outbox-port.ts';
import type { Rosters } from './roster-port.ts';
import type {
  AdminCall,
  AdoptableProofs,
  CodeChallenge,
  Enrolment,
  KeyNodes,
  MailLink,
  Origin,
  RosterUpload,
  SessionFacts,
  Trail,
  UpstreamExchange,
} from './rows.ts';
import type { SigningKeys } from './signing-key-port.ts';
import type { Statistics } from './statistics-port.ts';

/** Kept when a person accepts terms. */
export type TermsEvidence = {
  readonly accountId: AccountId;
  readonly termsId: string;
  readonly version: string;
  readonly locale: string;
  /** SHA-256 (base64url) of the text that was shown. */
  readonly textHash: string;
  readonly acceptedAt: Instant;
  readonly clientId: ClientId;
  /** Half of the address it came from, or `local` (http/device-look.ts). */
  readonly network: string;
};

/** Rows that stand or fall with a durable change. */
export type Effects = {
  readonly audit?: readonly AuditRecord[];
  readonly mails?: readonly OutboxMail[];
  readonly evidence?: readonly TermsEvidence[];
  /** Hash of a one-time token that this change spends: unique for ever, so that a second change with it is `spent`. */
  readonly spends?: string;
};

export type Change = { readonly account: Account; readonly effects?: Effects };

/** Where several hold, `spent` is told before `email-taken`, and that before `identity-taken`. */
export type CreateOutcome = 'created' | 'email-taken' | 'identity-taken' | 'spent';

export type ErasureEffects = Pick<Effects, 'audit' | 'mails'>;

export type EraseOutcome = 'erased' | 'unchanged' | 'missing';

export type UpdateOutcome =
  /** `account` carries the new version. */
  | { readonly outcome: 'updated'; readonly account: Account }
  /** The change function returned null. */
  | { readonly outcome: 'unchanged'; readonly account: Account }
  | { readonly outcome: 'missing' | 'email-taken' | 'identity-taken' | 'spent' };

export type Accounts = {
  byId(id: AccountId): Promise<Account | null>;
  byEmail(fingerprint: Fingerprint): Promise<Account | null>;
  /** The account that has any of these fingerprints, which tell of one strong identity. */
  byIdentity(fingerprints: readonly Fingerprint[]): Promise<Account | null>;
  /** Stores a new account (version 1) with its effects; unique by address, by identity and by `effects.spends`. */
  create(account: Account, effects: Effects): Promise<CreateOutcome>;
  /**
   * Compare-and-swap with retry: reads, calls `change` (pure, maybe several times), writes if nobody wrote meanwhile.
   * The unique keys follow the document. `known`, as it was read before, may save a reading; only comparing believes it.
   */
  update(id: AccountId, change: (account: Account) => Change | null, known?: Account): Promise<UpdateOutcome>;
  /**
   * Joins `from`, an account without identity, to `into`: stores what `change` makes of the two, which may have the keys of
   * both, and removes `from`, in one step. `change` as for `update`; `missing` if either is gone. Throws where it would
   * lose an identity.
   */
  absorb(
    into: AccountId,
    from: AccountId,
    change: (kept: Account, born: Account) => Change | null,
  ): Promise<UpdateOutcome>;
  /**
   * Removes an account for good: its unique keys are free, of its mails only what tells nothing personal stays, and the
   * effects are stored, all in one step. `decide` as for `update`; null leaves the account. Who changes it at the same
   * moment finds it missing, or is found by `decide`.
   */
  erase(id: AccountId, decide: (account: Account) => ErasureEffects | null): Promise<EraseOutcome>;
  /** True if a change with `effects.spends === tokenHash` was stored. */
  isSpent(tokenHash: string): Promise<boolean>;
  /**
   * The next accounts behind `after` (null: the first ones) in the order of their ids, at most `limit`; none = there are no
   * more. Accounts that are made meanwhile may be missed.
   */
  scan(after: AccountId | null, limit: number): Promise<readonly Account[]>;
};

/** null = any. `from` <= accepted < `to`. */
export type EvidenceFilter = {
  readonly termsId: string | null;
  readonly from: Instant | null;
  readonly to: Instant | null;
};

/** `next`: where to go on, null = there are no more. */
export type EvidencePage = { readonly rows: readonly TermsEvidence[]; readonly next: string | null };

/** Who accepted which terms, as effects of changes have told: a row is never changed. */
export type Evidence = {
  /** Oldest first. */
  of(id: AccountId): Promise<readonly TermsEvidence[]>;
  /**
   * The next rows behind `after` (null: the first ones), oldest first, at most `limit`. What is accepted meanwhile may be
   * missed.
   */
  scan(filter: EvidenceFilter, after: string | null, limit: number): Promise<EvidencePage>;
};

export type Audit = AuditChains & {
  append(record: AuditRecord): Promise<void>;
  /** Newest first; for tests and the support timeline. */
  list(filter: { accountId?: AccountId; limit: number }): Promise<readonly AuditRecord[]>;
  /** What happened to one account, of these events, at `since` or later: newest first, `limit` of them behind `skip`. */
  history(account: AccountId, of: HistoryFilter): Promise<readonly AuditRecord[]>;
  /** What happened in these journeys, also before anybody was known in them: newest first. */
  ofJourneys(journeys: readonly string[], limit: number): Promise<readonly AuditRecord[]>;
};

/** Small durable values by name: how far long work has come, so that it goes on where it stood. Nothing personal. */
export type Marks = {
  get(name: string): Promise<string | null>;
  put(name: string, value: string): Promise<void>;
};

export type Storage = {
  readonly accounts: Accounts;
  readonly evidence: Evidence;
  readonly audit: Audit;
  readonly checkpoints: Checkpoints;
  readonly outbox: Outbox;
  readonly logouts: Logouts;
  readonly rosters: Rosters;
  readonly clients: StoredClients;
  readonly signingKeys: SigningKeys;
  readonly marks: Marks;
  readonly kept: Kept;
  readonly statistics: Statistics;
  readonly artifacts: Artifacts;
  readonly journeys: ExpiringRows<Journey>;
  readonly sessions: ExpiringRows<SessionFacts>;
  readonly links: ExpiringRows<MailLink>;
  /** The newest link of a purpose and an address: `purpose|address fingerprint` → hash of its token. */
  readonly newestLinks: ExpiringRows<{ tokenHash: string }>;
  readonly challenges: ExpiringRows<CodeChallenge>;
  /** Of passkeys, by their random part. */
  readonly usedChallenges: ExpiringRows<{ at: Instant }>;
  /** By session and kind. */
  readonly enrolments: ExpiringRows<Enrolment>;
  readonly adoptions: ExpiringRows<AdoptableProofs>;
  readonly exchanges: ExpiringRows<UpstreamExchange>;
  /** By SHA-256 of an interaction's uid, or of a broker visit's state. */
  readonly origins: ExpiringRows<Origin>;
  /** By a random id, for half an hour. */
  readonly rosterUploads: ExpiringRows<RosterUpload>;
  /** By the hash of who called and their Idempotency-Key, for a day. */
  readonly adminCalls: ExpiringRows<AdminCall>;
  /** What support looks for and no record tells (timeline/trail.ts says under which keys). */
  readonly trails: ExpiringRows<Trail>;
  /** One row for all (signing-keys/nodes.ts). */
  readonly keyNodes: ExpiringRows<KeyNodes>;
  readonly limits: RateLimits;
  /** Short-lived artifacts made before this are refused: a spent one may have come back (decisions.md §7). It can rise. */
  readonly notBefore: Instant;
  /** Runs the work of one request, whose waits for the store are bounded in all, not only one by one. */
  bounded<T>(work: () => Promise<T>): Promise<T>;
  /** Throws when the store cannot serve; for readiness. */
  ping(): Promise<void>;
  /** Flushes and closes; further calls throw. */
  close(): Promise<void>;
};
