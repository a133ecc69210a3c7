import type { DatabaseSync } from 'node:sqlite';
import type { SigningKeySet, SigningKeys } from '../signing-key-port.ts';
import { prepareEffects } from './effects.ts';
import { prepareOne, prepareRun } from './statements.ts';
import type { Transactions } from './transaction.ts';

export function createSigningKeys(db: DatabaseSync, { read, write }: Transactions): SigningKeys {
  const get = prepareOne<{ body: string }>(db, 'SELECT body FROM signing_key_set');
  const update = prepareRun(db, 'UPDATE signing_key_set SET version = ?, body = ? WHERE version = ?');
  const insert = prepareRun(
    db,
    'INSERT INTO signing_key_set (version, body) SELECT ?, ? WHERE NOT EXISTS (SELECT 1 FROM signing_key_set)',
  );
  const effects = prepareEffects(db);
  return {
    read: () =>
      read(() => {
        const row = get();
        // A cast: only `replace` writes it.
        return row ? (JSON.parse(row.body) as SigningKeySet) : null;
      }),
    replace: (set, audit) =>
      write(() => {
        const { version } = set;
        const body = JSON.stringify(set);
        const changed = version === 1 ? insert(version, body) : update(version, body, version - 1);
        if (changed === 1) effects.write({ audit }, 0);
        return changed === 1;
      }),
  };
}
