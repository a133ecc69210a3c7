/**
 * The documents of MongoDB, as they lie there: native values, so that a support tool can look into them. Times
 * are epoch milliseconds, but `written`: microseconds, strictly rising within one process (created by createStamp), which
 * puts rows of one millisecond in the order of writing; rows of several nodes in one millisecond have no order to keep.
 */
import type { Account } from '../../accounts/account.ts';
import type { AuditRecord } from '../../audit/audit-log.ts';
import type { ChainPlace } from '../../audit/chain.ts';
import type { AccountId, ClientId, Fingerprint, Instant, RosterEntryId } from '../../ids.ts';
import type { OutboxMail } from '../../mail/outbox.ts';
import type { AccountKey } from '../account-keys.ts';
import type { Checkpoint } from '../audit-port.ts';
import type { Logout } from '../logout-port.ts';
import type { TermsEvidence } from '../ports.ts';
import type { RosterEntry } from '../roster-port.ts';
import type { SigningKeySet } from '../signing-key-port.ts';
import type { DayCounts } from '../statistics-port.ts';

/** One account and everything about it that must be decided in one place. */
export type AccountDocument = {
  readonly _id: AccountId;
  /** Raised by every commit and by every kill (reservations.ts); 0 stands for "no such document". */
  readonly revision: number;
  /** null: a tombstone; a creation that others gave up before it was committed, or an account that was absorbed or erased. */
  readonly account: Account | null;
  /** The newest changes: tells a commit whose reply was lost from one that never was. */
  readonly recent: readonly string[];
  readonly pending: readonly Pending[];
  /** Of tombstones only. */
  readonly killedAt?: Instant;
  /** Another account is about to absorb this one, or has done it: absorptions.ts tells how to know. */
  readonly absorbing?: {
    readonly into: AccountId;
    readonly from: number;
    readonly change: string;
    readonly at: Instant;
  };
};

/** What a committed change still owes to other collections: each part is stored by a step that can be repeated. */
export type Pending = {
  readonly change: string;
  readonly audit: readonly AuditDocument[];
  readonly mails: readonly MailDocument[];
  readonly evidence: readonly EvidenceDocument[];
  readonly spends: string | null;
  /** Keys that the change gave up; reservations of this account up to `revision` mean nothing any more. */
  readonly frees: readonly { readonly kind: AccountKey['kind']; readonly key: string; readonly revision: number }[];
  /** The account that the change absorbed, and its keys, which belong to this one from `from` on. */
  readonly absorbs?: Absorbed;
  /** The account was erased: what its mails told goes. */
  readonly emptiesMailsAt?: Instant;
};

export type Absorbed = {
  readonly born: AccountId;
  readonly keys: readonly AccountKey[];
  readonly from: number;
  readonly at: Instant;
};

/** A unique key and who holds it, or tries to: reservations.ts says when it means anything. */
export type ReservationDocument = {
  readonly _id: string;
  readonly owner: AccountId;
  /** The owner's revision that the change was decided on. */
  readonly from: number;
  readonly change: string;
  readonly at: Instant;
  /** Of tokens only: the change that spends it is committed. */
  readonly settled?: boolean;
};

/** As a change owes it; its place in a chain it gets when it is stored (audit-chain.ts). */
export type AuditDocument = AuditRecord & { readonly _id: string; readonly written: number };
export type ChainedDocument = AuditDocument & ChainPlace;
export type CheckpointDocument = Checkpoint & { readonly _id: string };
/** A chain, and which process writes to it until when. */
export type AuditNodeDocument = { readonly _id: string; readonly holder: string; readonly heldUntil: Instant };
export type EvidenceDocument = TermsEvidence & { readonly _id: string; readonly written: number };

export type MailDocument = {
  readonly _id: string;
  readonly change: string;
  readonly written: number;
  readonly mail: Omit<OutboxMail, 'sealed'>;
  /** Gone, not null, once the mail is settled; the same holds for `dueAt`. */
  readonly sealed?: string;
  readonly expiresAt: Instant;
  readonly attempts: number;
  readonly dueAt?: Instant;
  readonly settledAt?: Instant;
  readonly deadReason?: string | null;
  readonly pending: readonly Pending[];
};

/** One entry of a roster, and beside it what entries are found by. */
export type RosterDocument = Pick<RosterEntry, 'roster' | 'county' | 'source' | 'validFrom' | 'validTo'> & {
  readonly _id: RosterEntryId;
  readonly fingerprints: readonly Fingerprint[];
  /** The entry's version. */
  readonly revision: number;
  /** null: a tombstone. */
  readonly entry: RosterEntry | null;
  readonly removed?: true;
  readonly recent: readonly string[];
  readonly pending: readonly Pending[];
};

export type ClientDocument = { readonly _id: ClientId; readonly text: string; readonly changedAt: Instant };

export type LogoutDocument = {
  readonly _id: string;
  readonly clientId: ClientId;
  readonly logout: Logout;
  readonly dueAt: Instant;
  readonly attempts: number;
};

/** `batches`: the last ones added, so that none counts twice. */
export type StatisticsDocument = DayCounts & { readonly _id: string; readonly batches: readonly string[] };

export type MarkDocument = { readonly _id: string; readonly value: string };

/** One for all keys; `pending`: audit records that are still to be copied out. */
export type KeySetDocument = SigningKeySet & {
  readonly _id: string;
  readonly slot: string;
  readonly pending: readonly Pending[];
};

/** What was consumed or revoked in Redis for good (revocations.ts). */
export type RevocationDocument = { readonly _id: string; readonly at: Instant; readonly expiresAt: Instant };
