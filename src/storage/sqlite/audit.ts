import type { DatabaseSync } from 'node:sqlite';
import type { AuditRecord } from '../../audit/audit-log.ts';
import type { Audit } from '../ports.ts';
import { prepareAuditInsert } from './effects.ts';
import { prepareAll } from './statements.ts';
import type { Transactions } from './transaction.ts';

export type AuditRow = Omit<AuditRecord, 'details'> & { readonly details: string };

/** As it was written: nobody did it for another, so there is no actor. */
export function auditRecord({ actor, details, ...row }: AuditRow): AuditRecord {
  return { ...row, ...(actor && { actor }), details: JSON.parse(details) };
}

export const auditColumns =
  'at, event, account_id AS accountId, client_id AS clientId, journey_id AS journeyId, actor, details';

export function createAudit(db: DatabaseSync, { read, write }: Transactions): Audit {
  const insert = prepareAuditInsert(db);
  const newest = prepareAll<AuditRow>(db, `SELECT ${auditColumns} FROM audit ORDER BY id DESC LIMIT ?`);
  const newestOf = prepareAll<AuditRow>(
    db,
    `SELECT ${auditColumns} FROM audit WHERE account_id = ? ORDER BY id DESC LIMIT ?`,
  );
  const history = prepareAll<AuditRow>(
    db,
    `SELECT ${auditColumns} FROM audit WHERE account_id = ? AND at >= ? AND event IN (SELECT value FROM json_each(?))
     ORDER BY id DESC LIMIT ? OFFSET ?`,
  );
  const ofJourneys = prepareAll<AuditRow>(
    db,
    `SELECT ${auditColumns} FROM audit WHERE journey_id IN (SELECT value FROM json_each(?)) ORDER BY id DESC LIMIT ?`,
  );
  const told = (rows: readonly AuditRow[]) => rows.map(auditRecord);
  return {
    append: (record) => write(() => insert(record)),
    list: ({ accountId, limit }) =>
      read(() => told(accountId === undefined ? newest(limit) : newestOf(accountId, limit))),
    history: (accountId, { events, since, skip, limit }) =>
      read(() => told(history(accountId, since, JSON.stringify(events), limit, skip))),
    ofJourneys: (journeys, limit) => read(() => told(ofJourneys(JSON.stringify(journeys), limit))),
  };
}
