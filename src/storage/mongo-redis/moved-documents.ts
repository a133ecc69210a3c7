import type { Account } from '../../accounts/account.ts';
import { keysOf } from '../account-keys.ts';
import type { MovedRow, MovedTable, MovedValues } from '../moving.ts';
import type { RosterEntry } from '../roster-port.ts';
import { checkpointDocument } from './checkpoints.ts';
import type { MailDocument } from './documents.ts';
import type { Models } from './models.ts';
import { keySetId } from './signing-keys.ts';
import { statisticsDocument } from './statistics.ts';

export type Document = { readonly _id: string } & Readonly<Record<string, unknown>>;
export type DurableTable = Extract<
  MovedTable,
  | 'signingKeys'
  | 'marks'
  | 'accounts'
  | 'rosters'
  | 'clients'
  | 'spentTokens'
  | 'termsEvidence'
  | 'audit'
  | 'auditCheckpoints'
  | 'outbox'
  | 'logouts'
  | 'statistics'
>;

/** How the rows of one table leave MongoDB and come in. */
export type DocumentMove<T extends DurableTable> = {
  readonly model: keyof Models;
  readonly filter: Readonly<Record<string, unknown>>;
  /** What pages are ordered by, and within the same of it; both with an index. */
  readonly by: string;
  readonly within: string;
  readonly toValue: (document: Document) => MovedValues[T];
  readonly toDocuments: (row: MovedRow<T>) => readonly (readonly [model: keyof Models, document: Document])[];
};

/** What a moved row was reserved and changed by; no attempt of anybody has this name. */
const moved = { change: 'moved', from: 0 };
/** Positions in the source stand for the order of writing: far below any clock's microseconds. */
const writtenAt = ({ position }: MovedRow) => Number(position);

/** The documents are what models.ts says, as lean rows: hence the casts. */
export const documentMoves: { readonly [T in DurableTable]: DocumentMove<T> } = {
  signingKeys: {
    ...{ model: 'signingKeys', filter: { _id: keySetId }, by: '_id', within: '_id' },
    toValue: ({ version, keys }) => ({ version, keys }) as MovedValues['signingKeys'],
    toDocuments: ({ value }) => [['signingKeys', { _id: keySetId, slot: keySetId, ...value, pending: [] }]],
  },
  marks: {
    ...{ model: 'marks', filter: {}, by: '_id', within: '_id' },
    toValue: ({ _id, value }) => ({ name: _id, value }) as MovedValues['marks'],
    toDocuments: ({ value: { name, value } }) => [['marks', { _id: name, value }]],
  },
  accounts: {
    ...{ model: 'accounts', filter: { account: { $ne: null } }, by: '_id', within: '_id' },
    toValue: ({ account }) => account as Account,
    toDocuments({ value: account }) {
      const own = { owner: account.id, at: account.createdAt, ...moved };
      const { id: _id, version: revision } = account;
      const collections = { email: 'emails', identity: 'identities' } as const;
      return [
        ['accounts', { _id, revision, account, recent: [], pending: [] }],
        ...keysOf(account).map(({ kind, value }) => [collections[kind], { _id: value, ...own }] as const),
      ];
    },
  },
  rosters: {
    ...{ model: 'rosters', filter: { entry: { $ne: null } }, by: '_id', within: '_id' },
    toValue: ({ entry }) => entry as RosterEntry,
    toDocuments({ value: entry }) {
      const { id: _id, version: revision, roster, county, source, fingerprints, validFrom, validTo } = entry;
      const found = { roster, county, source, fingerprints, validFrom, validTo };
      return [['rosters', { _id, ...found, revision, entry, recent: [], pending: [] }]];
    },
  },
  clients: {
    ...{ model: 'clients', filter: {}, by: '_id', within: '_id' },
    toValue: ({ _id, text, changedAt }) => ({ id: _id, text, changedAt }) as MovedValues['clients'],
    toDocuments: ({ value: { id, ...rest } }) => [['clients', { _id: id, ...rest }]],
  },
  statistics: {
    ...{ model: 'statistics', filter: {}, by: '_id', within: '_id' },
    toValue: ({ day, clientId, counts }) => ({ day, clientId, counts }) as MovedValues['statistics'],
    toDocuments: ({ value }) => [['statistics', statisticsDocument(value)]],
  },
  spentTokens: {
    ...{ model: 'tokens', filter: { settled: true }, by: '_id', within: '_id' },
    toValue: ({ _id, at }) => ({ hash: _id, spentAt: at }) as MovedValues['spentTokens'],
    toDocuments: ({ value: { hash, spentAt } }) => [
      ['tokens', { _id: hash, owner: '', at: spentAt, settled: true, ...moved }],
    ],
  },
  termsEvidence: {
    ...{ model: 'evidence', filter: {}, by: 'accountId', within: 'written' },
    toValue: ({ _id, written: _written, ...evidence }) => evidence as MovedValues['termsEvidence'],
    toDocuments: (row) => [['evidence', { _id: `moved-${row.position}`, written: writtenAt(row), ...row.value }]],
  },
  audit: {
    ...{ model: 'audit', filter: {}, by: 'written', within: 'written' },
    toValue: ({ _id, written: _written, ...record }) => record as unknown as MovedValues['audit'],
    toDocuments: (row) => [['audit', { _id: `moved-${row.position}`, written: writtenAt(row), ...row.value }]],
  },
  auditCheckpoints: {
    ...{ model: 'auditCheckpoints', filter: {}, by: '_id', within: '_id' },
    toValue: ({ _id, ...checkpoint }) => checkpoint as unknown as MovedValues['auditCheckpoints'],
    toDocuments: ({ value }) => [['auditCheckpoints', checkpointDocument(value)]],
  },
  outbox: {
    ...{ model: 'outbox', filter: {}, by: '_id', within: '_id' },
    toValue(document) {
      const { mail, sealed, attempts, dueAt, settledAt, deadReason } = document as unknown as MailDocument;
      return {
        mail: { ...mail, sealed: sealed ?? null },
        attempts,
        dueAt: dueAt ?? null,
        settledAt: settledAt ?? null,
        deadReason: deadReason ?? null,
      };
    },
    toDocuments: (row) => [['outbox', movedMail(row)]],
  },
  logouts: {
    ...{ model: 'logouts', filter: {}, by: '_id', within: '_id' },
    toValue: ({ logout, attempts, dueAt }) => ({ logout, attempts, dueAt }) as MovedValues['logouts'],
    toDocuments: ({ value: { logout, ...rest } }) => [
      ['logouts', { _id: logout.id, clientId: logout.clientId, logout, ...rest }],
    ],
  },
};

/** Fields that a settled mail, or one that waits, does not have are left out (models.ts). */
function movedMail(row: MovedRow<'outbox'>): Document {
  const { mail, attempts, dueAt, settledAt, deadReason } = row.value;
  const { sealed, ...rest } = mail;
  return {
    _id: rest.id,
    change: moved.change,
    written: writtenAt(row),
    mail: rest,
    expiresAt: rest.expiresAt,
    attempts,
    pending: [],
    ...(sealed !== null && { sealed }),
    ...(dueAt !== null && { dueAt }),
    ...(settledAt !== null && { settledAt, deadReason }),
  };
}
