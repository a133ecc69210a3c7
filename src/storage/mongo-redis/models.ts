/**
 * The collections of MongoDB (documents.ts says what lies in them). What is written goes through these schemas, and an
 * unknown field throws; what is read is taken as it is (lean). Uniqueness comes only from `_id` and plain unique indexes
 * (migrate.ts), so that every collection can be sharded.
 */
import { type Connection, type Model, Schema, type SchemaDefinition } from 'mongoose';
import type {
  AccountDocument,
  AuditNodeDocument,
  ChainedDocument,
  CheckpointDocument,
  ClientDocument,
  EvidenceDocument,
  KeySetDocument,
  LogoutDocument,
  MailDocument,
  MarkDocument,
  ReservationDocument,
  RevocationDocument,
  RosterDocument,
  StatisticsDocument,
} from './documents.ts';

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
  {
    change: String,
    audit: [anything],
    mails: [anything],
    evidence: [anything],
    spends: String,
    frees: [anything],
    absorbs: anything,
    emptiesMailsAt: Number,
  },
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
  network: String,
};

const keySet = { _id: String, slot: String, version: Number, keys: [anything], pending: [pending] };

const roster = {
  _id: String,
  roster: String,
  county: String,
  source: String,
  fingerprints: [String],
  validFrom: Number,
  validTo: Number,
  revision: Number,
  entry: anything,
  removed: Boolean,
  recent: [String],
  pending: [pending],
};

const audit = {
  _id: String,
  written: Number,
  at: Number,
  event: String,
  accountId: String,
  clientId: String,
  journeyId: String,
  actor: String,
  details: anything,
  sealed: String,
  node: String,
  sequence: Number,
  previousHash: String,
  hash: String,
};

const checkpoint = {
  _id: String,
  kind: String,
  node: String,
  sequence: Number,
  hash: String,
  at: Number,
  signature: String,
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
      absorbing: anything,
    }),
    emails: model<ReservationDocument>('account_emails', reservation),
    identities: model<ReservationDocument>('identity_links', reservation),
    tokens: model<ReservationDocument>('spent_tokens', { ...reservation, settled: Boolean }),
    evidence: model<EvidenceDocument>('terms_evidence', evidence),
    audit: model<ChainedDocument>('audit', audit),
    auditCheckpoints: model<CheckpointDocument>('audit_checkpoints', checkpoint),
    auditNodes: model<AuditNodeDocument>('audit_nodes', { _id: String, holder: String, heldUntil: Number }),
    outbox: model<MailDocument>('outbox', mail),
    logouts: model<LogoutDocument>('logouts', {
      _id: String,
      clientId: String,
      logout: anything,
      dueAt: Number,
      attempts: Number,
    }),
    rosters: model<RosterDocument>('rosters', roster),
    clients: model<ClientDocument>('clients', { _id: String, text: String, changedAt: Number }),
    signingKeys: model<KeySetDocument>('signing_keys', keySet),
    statistics: model<StatisticsDocument>('statistics', {
      _id: String,
      day: String,
      clientId: String,
      counts: anything,
      batches: [String],
    }),
    marks: model<MarkDocument>('marks', { _id: String, value: String }),
    revocations: model<RevocationDocument>('revocations', { _id: String, at: Number, expiresAt: Number }),
  };
}
