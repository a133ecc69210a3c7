/**
 * The documents of MongoDB, as they lie there: native values, so that a support tool can look into them. What is written
 * here goes through these schemas, and an unknown field throws; what is read is taken as it is (lean).
 *
 * Uniqueness comes only from `_id` and plain unique indexes (migrate.ts), so that every collection can be sharded. Times
 * are epoch milliseconds, but `written`: microseconds, strictly rising within one process (created by createStamp), which
 * puts rows of one millisecond in the order of writing; rows of several nodes in one millisecond have no order to keep.
 */
import { type Connection, type Model, Schema, type SchemaDefinition } from 'mongoose';
import type { Account } from '../../accounts/account.ts';
import type { AuditRecord } from '../../audit/audit-log.ts';
import type { AccountId, Instant } from '../../ids.ts';
import type { OutboxMail } from '../../mail/outbox.ts';
import type { RosterEntry, TermsEvidence } from '../ports.ts';

/** One account and everything about it that must be decided in one place. */
export type AccountDocument = {
  readonly _id: AccountId;
  /** Raised by every commit and by every kill (reservations.ts); 0 stands for "no such document". */
  readonly revision: number;
  /** null: a tombstone; a creation that others gave up before it was committed. */
  readonly account: Account | null;
  /** The newest changes: tells a commit whose reply was lost from one that never was. */
  readonly recent: readonly string[];
  readonly pending: readonly Pending[];
  /** Of tombstones only. */
  readonly killedAt?: Instant;
};

/** What a committed change still owes to other collections: each part is stored by a step that can be repeated. */
export type Pending = {
  readonly change: string;
  readonly audit: readonly AuditDocument[];
  readonly mails: readonly MailDocument[];
  readonly evidence: readonly EvidenceDocument[];
  readonly spends: string | null;
  /** Keys that the change gave up; reservations of this account up to `revision` mean nothing any more. */
  readonly frees: readonly { readonly kind: 'email' | 'identity'; readonly key: string; readonly revision: number }[];
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

export type AuditDocument = AuditRecord & { readonly _id: string; readonly written: number };
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

/** Which generation of a roster's entries holds. */
export type GenerationDocument = { readonly _id: string; readonly generation: string; readonly contentHash: string };

export type EntryDocument = RosterEntry & {
  readonly _id: string;
  readonly roster: string;
  readonly generation: string;
  readonly at: Instant;
};

export type MarkDocument = { readonly _id: string; readonly value: string };

export type KeyDocument = {
  readonly _id: string;
  /** Unique: what several nodes would store at once competes for one slot. */
  readonly slot: string;
  readonly sealedJwk: string;
  readonly createdAt: Instant;
};

/** What was consumed or revoked in Redis for good (revocations.ts). */
export type RevocationDocument = { readonly _id: string; readonly at: Instant; readonly expiresAt: Instant };

export type Models = ReturnType<typeof createModels>;

const anything = Schema.Types.Mixed;

/** `minimize` would drop empty objects, such as the terms of somebody who has accepted none. */
const options = {
  strict: 'throw',
  strictQuery: 'throw',
  versionKey: false,
  minimize: false,
  id: false,
  autoCreate: false,
  autoIndex: false,
} as const;

const pending = new Schema(
  { change: String, audit: [anything], mails: [anything], evidence: [anything], spends: String, frees: [anything] },
  { ...options, _id: false },
);

const reservation = { _id: String, owner: String, from: Number, change: String, at: Number };

const mail = {
  _id: String,
  change: String,
  written: Number,
  mail: anything,
  sealed: String,
  expiresAt: Number,
  attempts: Number,
  dueAt: Number,
  settledAt: Number,
  deadReason: String,
  pending: [pending],
};

const evidence = {
  _id: String,
  written: Number,
  accountId: String,
  termsId: String,
  version: String,
  locale: String,
  textHash: String,
  acceptedAt: Number,
  clientId: String,
};

const generation = { _id: String, generation: String, contentHash: String };
const key = { _id: String, slot: String, sealedJwk: String, createdAt: Number };

const entry = {
  _id: String,
  roster: String,
  generation: String,
  at: Number,
  county: String,
  fingerprint: String,
  validFrom: Number,
  validTo: Number,
};

const audit = {
  _id: String,
  written: Number,
  at: Number,
  event: String,
  accountId: String,
  clientId: String,
  journeyId: String,
  details: anything,
};

export function createModels(connection: Connection) {
  const model = <Document>(collection: string, fields: SchemaDefinition): Model<Document> =>
    connection.model<Document>(
      collection,
      new Schema<Document>(fields as SchemaDefinition<Document>, options),
      collection,
    );
  return {
    accounts: model<AccountDocument>('accounts', {
      _id: String,
      revision: Number,
      account: anything,
      recent: [String],
      pending: [pending],
      killedAt: Number,
    }),
    emails: model<ReservationDocument>('account_emails', reservation),
    identities: model<ReservationDocument>('identity_links', reservation),
    tokens: model<ReservationDocument>('spent_tokens', { ...reservation, settled: Boolean }),
    evidence: model<EvidenceDocument>('terms_evidence', evidence),
    audit: model<AuditDocument>('audit', audit),
    outbox: model<MailDocument>('outbox', mail),
    generations: model<GenerationDocument>('roster_generations', generation),
    entries: model<EntryDocument>('roster_entries', entry),
    signingKeys: model<KeyDocument>('signing_keys', key),
    marks: model<MarkDocument>('marks', { _id: String, value: String }),
    revocations: model<RevocationDocument>('revocations', { _id: String, at: Number, expiresAt: Number }),
  };
}
