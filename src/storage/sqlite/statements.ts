/** Prepared once, kept, and typed at the one place where SQLite's untyped rows come in. */
import type { DatabaseSync } from 'node:sqlite';

export type SqlValue = string | number | null;

/** A statement without result; returns the number of rows it changed. */
export function prepareRun(db: DatabaseSync, sql: string): (...values: SqlValue[]) => number {
  const statement = db.prepare(sql);
  return (...values) => Number(statement.run(...values).changes);
}

/** The first row. `Row` must name the columns of `sql` with the types of their STRICT table. */
export function prepareOne<Row>(db: DatabaseSync, sql: string): (...values: SqlValue[]) => Row | undefined {
  const statement = db.prepare(sql);
  // STRICT tables hold what the migration declares; the caller writes the same columns in `Row`.
  return (...values) => statement.get(...values) as Row | undefined;
}

/** All rows, as prepareOne. */
export function prepareAll<Row>(db: DatabaseSync, sql: string): (...values: SqlValue[]) => Row[] {
  const statement = db.prepare(sql);
  return (...values) => statement.all(...values) as Row[];
}
