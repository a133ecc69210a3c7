import type { DatabaseSync } from 'node:sqlite';
import type { AuditRecord } from '../../audit/audit-log.ts';
import type { Audit } from '../ports.ts';
import { prepareAuditInsert } from './effects.ts';
import { prepareAll } from './statements.ts';
import type { Transactions } from './transaction.ts';

type AuditRow = Omit<AuditRecord, 'details'> & { readonly details: string };

const columns = 'at, event, account_id AS accountId, client_id AS clientId, journey_id AS journeyId, details';

export function createAudit(db: DatabaseSync, { read, write }: Transactions): Audit {
  const insert = prepareAuditInsert(db);
  const newest = prepareAll<AuditRow>(db, `SELECT ${columns} FROM audit ORDER BY id DESC LIMIT ?`);
  const newestOf = prepareAll<AuditRow>(
    db,
    `SELECT ${columns} FROM audit WHERE account_id = ? ORDER BY id DESC LIMIT ?`,
  );
  const history = prepareAll<AuditRow>(
    db,
    `SELECT ${columns} FROM audit WHERE account_id = ? AND at >= ? AND event IN (SELECT value FROM json_each(?))
     ORDER BY id DESC LIMIT ? OFFSET ?`,
  );
  const told = (rows: readonly AuditRow[]) => rows.map((row) => ({ ...row, details: JSON.parse(row.details) }));
  return {
    append: (record) => write(() => insert(record)),
    list: ({ accountId, limit }) =>
      read(() => told(accountId === undefined ? newest(limit) : newestOf(accountId, limit))),
    history: (accountId, { events, since, skip, limit }) =>
      read(() => told(history(accountId, since, JSON.stringify(events), limit, skip))),
  };
}
