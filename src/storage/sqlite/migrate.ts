import type { DatabaseSync } from 'node:sqlite';

/**
 * Brings the schema up to date in one transaction; `user_version` counts the migrations done. Throws, and changes
 * nothing, when one fails or when a newer Avain has written the file.
 */
export function migrate(db: DatabaseSync, migrations: readonly string[]): void {
  db.exec('BEGIN IMMEDIATE');
  try {
    const done = schemaVersion(db);
    if (done > migrations.length) {
      throw new Error(`schema version ${done} is newer than this Avain knows (${migrations.length})`);
    }
    for (const migration of migrations.slice(done)) db.exec(migration);
    // A pragma takes no parameters; the value is a number of our own.
    db.exec(`PRAGMA user_version = ${migrations.length}`);
    db.exec('COMMIT');
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

/** How many migrations were done. */
export function schemaVersion(db: DatabaseSync): number {
  return Number(db.prepare('PRAGMA user_version').get()?.['user_version']);
}
