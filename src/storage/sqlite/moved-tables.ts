import type { DatabaseSync } from 'node:sqlite';
import { keysOf } from '../account-keys.ts';
import type { MovedTable, MovedValues } from '../moving.ts';
import { auditMoves } from './audit-moves.ts';
import { prepareEvidenceInsert } from './effects.ts';
import { evidenceColumns } from './evidence.ts';
import { prepareRosterInsert } from './rosters.ts';
import { prepareRun, type SqlValue } from './statements.ts';
import { statisticsMove } from './statistics.ts';
import type { Store } from './sweeper.ts';

export type Columns = Readonly<Record<string, SqlValue>>;

/** How one table's rows leave and come in. */
export type TableMove<T extends MovedTable = MovedTable> = {
  readonly store: Store;
  readonly table: string;
  /** What pages are ordered by. */
  readonly position: string;
  readonly columns: string;
  /** Rows that had expired by `?` are left out; false for what does not expire. */
  readonly expires: boolean;
  readonly toValue: (columns: Columns) => MovedValues[T];
  readonly insert: (value: MovedValues[T]) => void;
};

export type TableMoves = { readonly [T in MovedTable]: TableMove<T> };

type Keyed = 'signingKeys' | 'marks' | 'accounts' | 'rosters' | 'clients' | 'spentTokens';
type Numbered = 'termsEvidence' | 'outbox' | 'logouts';
type Audited = 'audit' | 'auditCheckpoints';

/** The columns are named as the value's own keys, and hold what this back end wrote under them: hence the casts below. */
export function tableMoves(durable: Store, expiring: Store): TableMoves {
  return {
    ...keyedMoves(durable),
    ...numberedMoves(durable),
    ...auditMoves(durable),
    statistics: { store: durable, ...statisticsMove(durable.db) },
    ...expiringMoves(expiring),
  };
}

function keyedMoves(store: Store): Pick<TableMoves, Keyed> {
  const { db } = store;
  const insertKeySet = prepareRun(db, 'INSERT OR IGNORE INTO signing_key_set (version, body) VALUES (?, ?)');
  const insertClient = prepareRun(db, 'INSERT OR IGNORE INTO clients (id, text, changed_at) VALUES (?, ?, ?)');
  const insertMark = prepareRun(db, 'INSERT OR IGNORE INTO marks (name, value) VALUES (?, ?)');
  const insertSpent = prepareRun(db, 'INSERT OR IGNORE INTO spent_tokens (hash, spent_at) VALUES (?, ?)');
  const common = { store, expires: false };
  return {
    signingKeys: {
      ...{ ...common, table: 'signing_key_set', position: 'rowid', columns: 'body' },
      toValue: ({ body }) => JSON.parse(String(body)),
      insert: (set) => void insertKeySet(set.version, JSON.stringify(set)),
    },
    marks: {
      ...{ ...common, table: 'marks', position: 'rowid', columns: 'name, value' },
      toValue: (columns) => columns as MovedValues['marks'],
      insert: ({ name, value }) => void insertMark(name, value),
    },
    accounts: {
      ...{ ...common, table: 'accounts', position: 'rowid', columns: 'body' },
      toValue: ({ body }) => JSON.parse(String(body)),
      insert: prepareAccountInsert(db),
    },
    rosters: {
      ...{ ...common, table: 'roster_entries', position: 'rowid', columns: 'body' },
      toValue: ({ body }) => JSON.parse(String(body)),
      insert: prepareRosterInsert(db),
    },
    clients: {
      ...{ ...common, table: 'clients', position: 'rowid', columns: 'id, text, changed_at AS changedAt' },
      toValue: (columns) => columns as MovedValues['clients'],
      insert: ({ id, text, changedAt }) => void insertClient(id, text, changedAt),
    },
    spentTokens: {
      ...common,
      table: 'spent_tokens',
      position: 'hash',
      columns: 'hash, spent_at AS spentAt',
      toValue: (columns) => columns as MovedValues['spentTokens'],
      insert: ({ hash, spentAt }) => void insertSpent(hash, spentAt),
    },
  };
}

function numberedMoves(store: Store): Pick<TableMoves, Numbered> {
  const { db } = store;
  const insertLogout = prepareRun(
    db,
    'INSERT OR IGNORE INTO logouts (id, client_id, body, due_at, attempts) VALUES (?, ?, ?, ?, ?)',
  );
  const common = { store, expires: false };
  return {
    termsEvidence: {
      ...common,
      table: 'terms_evidence',
      position: 'id',
      columns: evidenceColumns,
      toValue: (columns) => columns as MovedValues['termsEvidence'],
      insert: prepareEvidenceInsert(db),
    },
    outbox: {
      ...common,
      table: 'outbox',
      position: 'number',
      columns: 'body, sealed, attempts, due_at AS dueAt, settled_at AS settledAt, dead_reason AS deadReason',
      toValue: ({ body, sealed, ...rest }) =>
        ({ mail: { ...JSON.parse(String(body)), sealed }, ...rest }) as MovedValues['outbox'],
      insert: prepareMovedMail(db),
    },
    logouts: {
      ...common,
      table: 'logouts',
      position: 'rowid',
      columns: 'body, attempts, due_at AS dueAt',
      toValue: ({ body, ...rest }) => ({ logout: JSON.parse(String(body)), ...rest }) as MovedValues['logouts'],
      insert: ({ logout, attempts, dueAt }) =>
        void insertLogout(logout.id, logout.clientId, JSON.stringify(logout), dueAt, attempts),
    },
  };
}

function prepareAccountInsert(db: DatabaseSync): (account: MovedValues['accounts']) => void {
  const insert = prepareRun(db, 'INSERT INTO accounts (id, version, body) VALUES (?, ?, ?)');
  const insertKey = {
    email: prepareRun(db, 'INSERT INTO account_emails (fingerprint, account_id) VALUES (?, ?)'),
    identity: prepareRun(db, 'INSERT INTO identity_links (fingerprint, account_id) VALUES (?, ?)'),
  };
  return (account) => {
    insert(account.id, account.version, JSON.stringify(account));
    for (const { kind, value } of keysOf(account)) insertKey[kind](value, account.id);
  };
}

function prepareMovedMail(db: DatabaseSync): (moved: MovedValues['outbox']) => void {
  const insert = prepareRun(
    db,
    `INSERT INTO outbox (id, body, sealed, expires_at, attempts, due_at, settled_at, dead_reason)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  return ({ mail: { sealed, ...rest }, attempts, dueAt, settledAt, deadReason }) =>
    void insert(rest.id, JSON.stringify(rest), sealed, rest.expiresAt, attempts, dueAt, settledAt, deadReason);
}

/** A page of these may be written twice, when a copy stopped before its state was stored: what is there stays. */
function expiringMoves(store: Store): Omit<TableMoves, Keyed | Numbered | Audited | 'statistics'> {
  const { db } = store;
  const insertArtifact = prepareRun(
    db,
    `INSERT OR IGNORE INTO artifacts
       (model, id, grant_id, uid, user_code, account_id, client_id, consumed_at, expires_at, payload)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const insertRow = prepareRun(db, 'INSERT OR IGNORE INTO rows (kind, key, body, expires_at) VALUES (?, ?, ?, ?)');
  const insertLimit = prepareRun(db, 'INSERT OR IGNORE INTO rate_limits (key, count, expires_at) VALUES (?, ?, ?)');
  const common = { store, position: 'number', expires: true };
  return {
    artifacts: {
      ...common,
      table: 'artifacts',
      columns: `model, id, payload, grant_id AS grantId, uid, user_code AS userCode, account_id AS accountId,
        client_id AS clientId, consumed_at AS consumedAt, expires_at AS expiresAt`,
      toValue: ({ model, id, payload, consumedAt, expiresAt, ...index }) =>
        ({ model, id, payload, index, consumedAt, expiresAt }) as MovedValues['artifacts'],
      insert: ({ model, id, payload, index, consumedAt, expiresAt }) => {
        const { grantId, uid, userCode, accountId, clientId } = index;
        insertArtifact(model, id, grantId, uid, userCode, accountId, clientId, consumedAt, expiresAt, payload);
      },
    },
    rows: {
      ...common,
      table: 'rows',
      columns: 'kind, key, body, expires_at AS expiresAt',
      toValue: (columns) => columns as MovedValues['rows'],
      insert: ({ kind, key, body, expiresAt }) => void insertRow(kind, key, body, expiresAt),
    },
    rateLimits: {
      ...common,
      table: 'rate_limits',
      columns: 'key, count, expires_at AS resetsAt',
      toValue: (columns) => columns as MovedValues['rateLimits'],
      insert: ({ key, count, resetsAt }) => void insertLimit(key, count, resetsAt),
    },
  };
}
