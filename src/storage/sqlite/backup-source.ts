import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { CannotStart } from '../../cannot-start.ts';
import {
  type BackupPage,
  type BackupSource,
  backedUpTables,
  registeredClientModel,
  type SchemaState,
} from '../backup-port.ts';
import type { MovedPage, MovedTable } from '../moving.ts';
import { schemaVersion } from './migrate.ts';
import { durableMigrations } from './migrations/durable.ts';
import { expiringMigrations } from './migrations/expiring.ts';
import { type TableMoves, tableMoves } from './moved-tables.ts';
import { countRows, readPage } from './moving.ts';
import type { Store } from './sweeper.ts';
import { createTransactions } from './transaction.ts';

/**
 * Reads beside the Avain that serves, by connections of its own: one read transaction for each file, so each is seen as
 * it was at one moment, however long it takes, and nobody waits for it. That moment is the same for both within a
 * millisecond; of expiring.db only the clients that registered themselves are taken, to which nothing else refers.
 * Throws CannotStart.
 */
export function openSqliteBackupSource(directory: string): BackupSource {
  const opened: DatabaseSync[] = [];
  const close = () => {
    for (const db of opened) db.close();
  };
  const open = (name: string, migrations: readonly string[]): Store => {
    const db = openReader(join(directory, name), migrations.length);
    opened.push(db);
    return { db, transactions: createTransactions(db) };
  };
  try {
    const moves = tableMoves(open('avain.db', durableMigrations), open('expiring.db', expiringMigrations));
    const registered = `(SELECT * FROM artifacts WHERE model = '${registeredClientModel}')`;
    const taken: TableMoves = { ...moves, artifacts: { ...moves.artifacts, table: registered } };
    return {
      count: async (table) => countRows(taken[table], 0),
      pages: () => allPages((table, from) => readPage(taken, table, from, 0)),
      close: async () => close(),
    };
  } catch (error) {
    close();
    throw error;
  }
}

async function* allPages(read: (table: MovedTable, from: string | null) => MovedPage): AsyncGenerator<BackupPage> {
  for (const table of backedUpTables) {
    let from: string | null = null;
    do {
      const { rows, next } = read(table, from);
      yield { table, rows };
      from = next;
    } while (from !== null);
  }
}

/** Looks, and changes nothing. */
export function sqliteSchemaState(directory: string): readonly SchemaState[] {
  const files = { 'avain.db': durableMigrations, 'expiring.db': expiringMigrations };
  return Object.entries(files).map(([name, { length: needs }]) => {
    const path = join(directory, name);
    if (!existsSync(path)) return { name: path, has: null, needs };
    const db = new DatabaseSync(path, { readOnly: true, timeout: 5000 });
    try {
      return { name: path, has: schemaVersion(db), needs };
    } finally {
      db.close();
    }
  });
}

/** From the first question on it sees one moment. */
function openReader(path: string, needs: number): DatabaseSync {
  if (!existsSync(path)) throw new CannotStart(`There is no ${path}: nothing to back up.`);
  const db = new DatabaseSync(path, { readOnly: true, timeout: 5000 });
  try {
    db.exec('BEGIN');
    const has = schemaVersion(db);
    if (has === needs) return db;
    throw new CannotStart(
      `${path} has the schema version ${has}, and this Avain needs ${needs}: use the Avain that serves it.`,
    );
  } catch (error) {
    db.close();
    throw error;
  }
}
