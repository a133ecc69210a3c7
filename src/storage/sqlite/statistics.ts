import type { DatabaseSync } from 'node:sqlite';
import type { DayCounts, Statistics } from '../statistics-port.ts';
import type { TableMove } from './moved-tables.ts';
import { prepareAll, prepareOne, prepareRun } from './statements.ts';
import type { Transactions } from './transaction.ts';

type Row = { readonly counts: string; readonly batches: string };
type CountsRow = Omit<DayCounts, 'counts'> & Pick<Row, 'counts'>;

const batchesKept = 10;

export function createStatistics(db: DatabaseSync, { read, writeTogether }: Transactions): Statistics {
  const find = prepareOne<Row>(db, 'SELECT counts, batches FROM statistics WHERE day = ? AND client_id = ?');
  const put = prepareRun(
    db,
    `INSERT INTO statistics (day, client_id, counts, batches) VALUES (?, ?, ?, ?)
     ON CONFLICT (day, client_id) DO UPDATE SET counts = excluded.counts, batches = excluded.batches`,
  );
  const between = prepareAll<CountsRow>(
    db,
    'SELECT day, client_id AS clientId, counts FROM statistics WHERE day BETWEEN ? AND ? ORDER BY day, client_id',
  );

  function addRow(batch: string, { day, clientId, counts }: DayCounts): void {
    const row = find(day, clientId);
    // Casts: both were written below.
    const batches = JSON.parse(row?.batches ?? '[]') as string[];
    if (batches.includes(batch)) return;
    const sums = JSON.parse(row?.counts ?? '{}') as Record<string, number>;
    for (const [name, count] of Object.entries(counts)) sums[name] = (sums[name] ?? 0) + count;
    put(day, clientId, JSON.stringify(sums), JSON.stringify([...batches, batch].slice(-batchesKept)));
  }

  return {
    add: (batch, rows) => writeTogether(() => rows.forEach((row) => void addRow(batch, row))),
    read: (from, to) =>
      read(() => between(from, to).map(({ counts, ...row }) => ({ ...row, counts: JSON.parse(counts) }))),
  };
}

/** How they move house; what was added last need not move, since nobody adds meanwhile. */
export function statisticsMove(db: DatabaseSync): Omit<TableMove<'statistics'>, 'store'> {
  const insert = prepareRun(
    db,
    "INSERT OR IGNORE INTO statistics (day, client_id, counts, batches) VALUES (?, ?, ?, '[]')",
  );
  return {
    ...{ expires: false, table: 'statistics', position: 'rowid' },
    columns: 'day, client_id AS clientId, counts',
    // A cast: written by the two inserts here.
    toValue: ({ counts, ...rest }) => ({ ...rest, counts: JSON.parse(String(counts)) }) as DayCounts,
    insert: ({ day, clientId, counts }) => void insert(day, clientId, JSON.stringify(counts)),
  };
}
