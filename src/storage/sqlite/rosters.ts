import type { DatabaseSync } from 'node:sqlite';
import type { Rosters } from '../ports.ts';
import { prepareOne, prepareRun } from './statements.ts';
import type { Transactions } from './transaction.ts';

export function createRosters(db: DatabaseSync, { read, writeTogether }: Transactions): Rosters {
  const clear = prepareRun(db, 'DELETE FROM roster_entries WHERE roster = ?');
  const insert = prepareRun(
    db,
    'INSERT INTO roster_entries (roster, fingerprint, county, valid_from, valid_to) VALUES (?, ?, ?, ?, ?)',
  );
  const listed = prepareOne(
    db,
    `SELECT 1 FROM roster_entries
     WHERE roster = ? AND fingerprint = ? AND valid_from <= ? AND (valid_to IS NULL OR valid_to > ?) LIMIT 1`,
  );
  return {
    replace: (roster, entries) =>
      writeTogether(() => {
        clear(roster);
        for (const entry of entries) {
          insert(roster, entry.fingerprint, entry.county, entry.validFrom, entry.validTo);
        }
      }),
    isListed: (roster, fingerprints, now) =>
      read(() => fingerprints.some((fingerprint) => listed(roster, fingerprint, now, now) !== undefined)),
  };
}
