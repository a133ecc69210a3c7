import type { DatabaseSync } from 'node:sqlite';
import type { Instant } from '../../ids.ts';
import type { Kept, KeptTable } from '../kept-port.ts';
import { prepareOne, prepareRun } from './statements.ts';
import type { Transactions } from './transaction.ts';

type Source = { readonly table: string; readonly number: string; readonly at: string; readonly old: string };

const sources: Readonly<Record<KeptTable, Source>> = {
  audit: { table: 'audit', number: 'id', at: 'at', old: 'at < ?' },
  evidence: {
    table: 'terms_evidence',
    number: 'id',
    at: 'accepted_at',
    old: 'accepted_at < ? AND NOT EXISTS (SELECT 1 FROM accounts WHERE accounts.id = account_id)',
  },
  mails: { table: 'outbox', number: 'number', at: 'settled_at', old: 'settled_at < ?' },
};

export function createKept(db: DatabaseSync, { read, write }: Transactions): Kept {
  const removable = { evidence: prepareKept(db, sources.evidence), mails: prepareKept(db, sources.mails) };
  const tables = { ...removable, audit: prepareKept(db, sources.audit) };
  return {
    count: (table, before) => read(() => tables[table].count(before)),
    async remove(table, before, limit) {
      // Mostly there is nothing: no transaction, no sync of the disk.
      if (!(await read(() => removable[table].isAny(before)))) return 0;
      return write(() => removable[table].remove(before, limit));
    },
  };
}

function prepareKept(db: DatabaseSync, { table, number, at, old }: Source) {
  type All = { readonly rows: number; readonly oldestAt: Instant | null };
  const all = prepareOne<All>(db, `SELECT count(*) AS rows, min(${at}) AS oldestAt FROM ${table}`);
  const due = prepareOne<{ due: number }>(db, `SELECT count(*) AS due FROM ${table} WHERE ${old}`);
  const oldest = (what: string) => `SELECT ${what} FROM ${table} WHERE ${old} ORDER BY ${at}`;
  const any = prepareOne(db, `${oldest('1')} LIMIT 1`);
  const remove = prepareRun(db, `DELETE FROM ${table} WHERE ${number} IN (${oldest(number)} LIMIT ?)`);
  return {
    count: (before: Instant) => ({ rows: 0, oldestAt: null, ...all(), due: due(before)?.due ?? 0 }),
    isAny: (before: Instant) => any(before) !== undefined,
    remove,
  };
}
