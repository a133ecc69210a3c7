/** One SQLite file as we want it, or an error that says why not. */
import { closeSync, openSync } from 'node:fs';
import { basename } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { CannotStart } from '../../cannot-start.ts';
import { migrate } from './migrate.ts';

export type DatabaseOptions = {
  readonly path: string | ':memory:';
  readonly migrations: readonly string[];
  /**
   * A commit survives a power cut, and what is deleted is overwritten. Else it survives any kill of the process, and the
   * log grows to 16 MB before it is written out: of what lives for seconds most need never be (measured: a third of the
   * processor time of a small commit).
   */
  readonly durable: boolean;
  readonly cacheKib: number;
};

/** Opens, checks and migrates. Throws on a damaged file, and when the file system refuses WAL or the sync mode. */
export function openDatabase({ path, migrations, durable, cacheKib }: DatabaseOptions): DatabaseSync {
  if (path !== ':memory:') createPrivateFile(path);
  // Nobody else writes (lock.ts); a backup or an administrator's shell may hold a short lock.
  const db = new DatabaseSync(path, { timeout: 5000 });
  try {
    db.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = ${durable ? 'FULL' : 'NORMAL'};
      PRAGMA cache_size = -${cacheKib};
      PRAGMA journal_size_limit = 67108864;
      PRAGMA trusted_schema = OFF;
      PRAGMA secure_delete = ${durable ? 'ON' : 'FAST'};
      PRAGMA wal_autocheckpoint = ${durable ? 1000 : 4000};
    `);
    assertPragma(db, 'journal_mode', path === ':memory:' ? 'memory' : 'wal');
    assertPragma(db, 'synchronous', durable ? 2 : 1);
    assertPragma(db, 'quick_check', 'ok');
    migrate(db, migrations);
    return db;
  } catch (error) {
    db.close();
    const why = error instanceof Error ? error.message : 'no reason was given';
    throw new CannotStart(`Storage ${basename(path)} cannot be used: ${why}`, { cause: error });
  }
}

/** Owner only: the file holds hashes and sealed values, and its -wal and -shm inherit the mode. */
export function createPrivateFile(path: string): void {
  try {
    // Never opens an existing file: closing it would drop the POSIX locks SQLite holds on it in this process.
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    // node:fs throws nothing else than these.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

function assertPragma(db: DatabaseSync, name: string, expected: string | number): void {
  const row = db.prepare(`PRAGMA ${name}`).get() ?? {};
  const found = Object.values(row)[0];
  if (found !== expected) throw new Error(`${name} is ${String(found)}, expected ${expected}`);
}
