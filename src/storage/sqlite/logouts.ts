import type { DatabaseSync } from 'node:sqlite';
import type { Logout, Logouts } from '../logout-port.ts';
import { prepareDepth } from './queue-depth.ts';
import { prepareAll, prepareRun } from './statements.ts';
import type { Transactions } from './transaction.ts';

type Row = { readonly id: string; readonly body: string; readonly attempts: number };

export function createLogouts(db: DatabaseSync, { read, write, writeTogether }: Transactions): Logouts {
  const insert = prepareRun(db, 'INSERT INTO logouts (id, client_id, body, due_at, attempts) VALUES (?, ?, ?, ?, 0)');
  const due = prepareAll<Row>(
    db,
    `SELECT id, body, attempts FROM logouts WHERE due_at <= ?
     AND client_id NOT IN (SELECT value FROM json_each(?)) ORDER BY due_at LIMIT ?`,
  );
  // A lease is nothing but a later due time, as for mails.
  const lease = prepareRun(db, 'UPDATE logouts SET due_at = ?, attempts = attempts + 1 WHERE id = ?');
  const postpone = prepareRun(db, 'UPDATE logouts SET due_at = ? WHERE id = ?');
  const remove = prepareRun(db, 'DELETE FROM logouts WHERE id = ?');
  return {
    add: (logouts) =>
      writeTogether(() => {
        for (const logout of logouts) insert(logout.id, logout.clientId, JSON.stringify(logout), logout.createdAt);
      }),
    async claimDue(now, { limit, leaseMs, except }) {
      const found = (most: number) => due(now, JSON.stringify(except), most);
      // The usual answer is "none": no transaction, no sync of the disk.
      if ((await read(() => found(1))).length === 0) return [];
      return writeTogether(() =>
        found(limit).map(({ id, body, attempts }) => {
          lease(now + leaseMs, id);
          // A cast: written by `insert` alone.
          return { logout: JSON.parse(body) as Logout, attempts: attempts + 1 };
        }),
      );
    },
    depth: prepareDepth(db, { read }, 'logouts'),
    retryAt: (id, at) => write(() => void postpone(at, id)),
    remove: (id) => write(() => void remove(id)),
  };
}
