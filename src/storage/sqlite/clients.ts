import type { DatabaseSync } from 'node:sqlite';
import type { StoredClient, StoredClients } from '../client-port.ts';
import { prepareAll, prepareOne, prepareRun } from './statements.ts';
import type { Transactions } from './transaction.ts';

export function createClients(db: DatabaseSync, { read, write }: Transactions): StoredClients {
  const columns = 'id, text, changed_at AS changedAt';
  const all = prepareAll<StoredClient>(db, `SELECT ${columns} FROM clients ORDER BY id`);
  const byId = prepareOne<StoredClient>(db, `SELECT ${columns} FROM clients WHERE id = ?`);
  const put = prepareRun(
    db,
    `INSERT INTO clients (id, text, changed_at) VALUES (?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET text = excluded.text, changed_at = excluded.changed_at`,
  );
  const remove = prepareRun(db, 'DELETE FROM clients WHERE id = ?');
  return {
    all: () => read(() => all().map((row) => ({ ...row }))),
    byId: (id) =>
      read(() => {
        const row = byId(id);
        return row ? { ...row } : null;
      }),
    replace: (id, from, to) =>
      write(() => {
        if ((byId(id)?.text ?? null) !== from) return false;
        if (to === null) remove(id);
        else put(id, to.text, to.changedAt);
        return true;
      }),
    put: ({ id, text, changedAt }) => write(() => void put(id, text, changedAt)),
    remove: (id) => write(() => remove(id) === 1),
  };
}
