import type { Instant } from '../../ids.ts';
import { type MovedPage, type MovedTable, type Moving, type MovingState, movedTables } from '../moving.ts';
import { type TableMove, type TableMoves, tableMoves } from './moved-tables.ts';
import { prepareOne, prepareRun, type SqlValue } from './statements.ts';
import type { Store } from './sweeper.ts';

const pageRows = 500;

/** The embedded back end's part in moving house. A page of durable rows and its state are one transaction. */
export function createMoving(durable: Store, expiring: Store): Moving {
  const moves = tableMoves(durable, expiring);
  const load = prepareOne<{ state: string }>(durable.db, 'SELECT state FROM moving');
  const store = prepareRun(durable.db, 'INSERT OR REPLACE INTO moving (only_row, state) VALUES (1, ?)');
  const clear = prepareRun(durable.db, 'DELETE FROM moving');
  const save = (state: MovingState | null) => void (state ? store(JSON.stringify(state)) : clear());

  return {
    isEmpty: async () => movedTables.every((table) => !hasRows(moves[table])),
    count: async (table, asOf) => countRows(moves[table], asOf),
    read: async (table, from, asOf) => readPage(moves, table, from, asOf),
    async write(table, rows, state) {
      const { store: own, insert } = moves[table];
      const insertAll = () => rows.forEach(({ value }) => void insert(value));
      if (own === durable) {
        return durable.transactions.writeTogether(() => {
          insertAll();
          save(state);
        });
      }
      await own.transactions.writeTogether(insertAll);
      return durable.transactions.write(() => save(state));
    },
    state: async () => {
      const row = load();
      // Written by `save` only.
      return row ? (JSON.parse(row.state) as MovingState) : null;
    },
    setState: (state) => durable.transactions.write(() => save(state)),
  };
}

function hasRows({ store, table }: Pick<TableMove, 'store' | 'table'>): boolean {
  return store.db.prepare(`SELECT 1 FROM ${table} LIMIT 1`).get() !== undefined;
}

const live = '(expires_at IS NULL OR expires_at > ?)';

export function countRows(
  { store, table, expires }: Pick<TableMove, 'store' | 'table' | 'expires'>,
  asOf: Instant,
): number {
  const sql = `SELECT count(*) AS rows FROM ${table}`;
  const row = expires ? store.db.prepare(`${sql} WHERE ${live}`).get(asOf) : store.db.prepare(sql).get();
  return Number(row?.['rows']);
}

export function readPage<T extends MovedTable>(
  moves: TableMoves,
  name: T,
  from: string | null,
  asOf: Instant,
): MovedPage<T> {
  const { store, table, position, columns, expires, toValue } = moves[name];
  // Row numbers begin above 0, hashes above the empty text.
  const after: SqlValue = position === 'hash' ? (from ?? '') : Number(from ?? 0);
  const sql = `SELECT ${position} AS position, ${columns} FROM ${table}
    WHERE ${position} > ? ${expires ? `AND ${live}` : ''} ORDER BY ${position} LIMIT ${pageRows}`;
  // A cast: no column of ours is a blob.
  const found = store.db.prepare(sql).all(after, ...(expires ? [asOf] : [])) as Record<string, SqlValue>[];
  const rows = found.map(({ position: at, ...rest }) => ({ position: String(at), value: toValue(rest) }));
  return { rows, next: rows.length < pageRows ? null : (rows.at(-1)?.position ?? null) };
}
