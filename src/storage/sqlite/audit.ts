import type { DatabaseSync } from 'node:sqlite';
import type { AuditRecord } from '../../audit/audit-log.ts';
import type { ChainedRecord } from '../../audit/chain.ts';
import type { AuditChains } from '../audit-port.ts';
import { createAuditScan } from '../audit-scan.ts';
import type { Audit } from '../ports.ts';
import { prepareAuditInsert } from './audit-chain.ts';
import { prepareCheckpointInsert, prepareNames } from './checkpoints.ts';
import { prepareAll, prepareRun } from './statements.ts';
import type { Transactions } from './transaction.ts';

type Row<R extends AuditRecord> = Omit<R, 'details'> & { readonly details: string };

/** As it was written: nobody did it for another, so there is no actor. */
export function auditRecord<R extends AuditRecord>({ actor, sealed, details, ...row }: Row<R>): R {
  // A cast: TypeScript does not see that taking fields apart and putting them together again gives the same.
  return { ...row, ...(actor && { actor }), ...(sealed && { sealed }), details: parsed(details) } as unknown as R;
}

/** One that somebody has damaged must not keep the others from being read; its hash tells. */
function parsed(details: string): AuditRecord['details'] {
  try {
    return JSON.parse(details);
  } catch {
    return { unreadable: true };
  }
}

const columns =
  'at, event, account_id AS accountId, client_id AS clientId, journey_id AS journeyId, actor, details, sealed';
export const chainedColumns = `${columns}, node, sequence, previous_hash AS previousHash, hash`;

export function createAudit(db: DatabaseSync, transactions: Transactions): Audit {
  const { read, write } = transactions;
  const insert = prepareAuditInsert(db);
  const select = (where: string) =>
    prepareAll<Row<AuditRecord>>(db, `SELECT ${columns} FROM audit ${where.replaceAll('NEWEST', 'ORDER BY id DESC')}`);
  const newest = select('NEWEST LIMIT ?');
  const newestOf = select('WHERE account_id = ? NEWEST LIMIT ?');
  const history = select(
    'WHERE account_id = ? AND at >= ? AND event IN (SELECT value FROM json_each(?)) NEWEST LIMIT ? OFFSET ?',
  );
  const ofJourneys = select('WHERE journey_id IN (SELECT value FROM json_each(?)) NEWEST LIMIT ?');
  const told = (rows: readonly Row<AuditRecord>[]) => rows.map((row) => auditRecord<AuditRecord>(row));
  return {
    append: (record) => write(() => insert(record)),
    list: ({ accountId, limit }) =>
      read(() => told(accountId === undefined ? newest(limit) : newestOf(accountId, limit))),
    history: (accountId, { events, since, skip, limit }) =>
      read(() => told(history(accountId, since, JSON.stringify(events), limit, skip))),
    ofJourneys: (journeys, limit) => read(() => told(ofJourneys(JSON.stringify(journeys), limit))),
    ...createChains(db, transactions),
  };
}

function createChains(db: DatabaseSync, { read, writeTogether }: Transactions): AuditChains {
  const names = prepareNames(db, 'audit');
  const behind = prepareAll<Row<ChainedRecord>>(
    db,
    `SELECT ${chainedColumns} FROM audit WHERE node = ? AND sequence > ? ORDER BY sequence LIMIT ?`,
  );
  const addAnchor = prepareCheckpointInsert(db);
  const remove = prepareRun(db, 'DELETE FROM audit WHERE node = ? AND sequence <= ?');
  const removeSigned = prepareRun(db, 'DELETE FROM audit_checkpoints WHERE node = ? AND sequence <= ?');
  const nodes: AuditChains['nodes'] = () => read(names);
  const chain: AuditChains['chain'] = (node, after, limit) =>
    read(() => behind(node, after, limit).map((row) => auditRecord<ChainedRecord>(row)));
  return {
    nodes,
    chain,
    scan: createAuditScan({ nodes, chain }),
    search: createSearch(db, read),
    trim: (anchor) =>
      writeTogether(() => {
        removeSigned(anchor.node, anchor.sequence);
        addAnchor(anchor);
        return remove(anchor.node, anchor.sequence);
      }),
  };
}

/** By the account's own index where one is asked for; else from the newest back, which a person who asks may wait for. */
function createSearch(db: DatabaseSync, read: Transactions['read']): AuditChains['search'] {
  const matching = (account: string) =>
    prepareAll<Row<AuditRecord> & { readonly id: number }>(
      db,
      `SELECT id, ${columns} FROM audit WHERE id < ? AND at >= ? AND ${account}
         AND (?4 IS NULL OR event = ?4) AND (?5 IS NULL OR actor = ?5) ORDER BY id DESC LIMIT ?6`,
    );
  const [ofOne, ofAll] = [matching('account_id = ?3'), matching('?3 IS NULL')];
  return ({ accountId, event, actor, since }, before, limit) =>
    read(() => {
      const from = before === null ? Number.MAX_SAFE_INTEGER : Number(before);
      const rows = (accountId === null ? ofAll : ofOne)(from, since ?? 0, accountId, event, actor, limit);
      const next = rows.length < limit ? null : String(rows.at(-1)?.id);
      return { records: rows.map(({ id: _id, ...row }) => auditRecord<AuditRecord>(row)), next };
    });
}
