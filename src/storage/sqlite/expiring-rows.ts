import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../deps.ts';
import type { ExpiringRows } from '../expiring-ports.ts';
import { prepareOne, prepareRun } from './statements.ts';
import type { Transactions } from './transaction.ts';

type Body = { readonly body: string };

/**
 * Rows of one kind over one table for all kinds. Returns the maker: the statements are prepared once for all of them.
 * `T` must survive JSON; what is stored under a kind is written by its own ExpiringRows<T> only.
 */
export function prepareExpiringRows(db: DatabaseSync, transactions: Transactions, clock: Clock) {
  const statements = prepareStatements(db);
  return <T>(kind: string): ExpiringRows<T> => createExpiringRows(statements, transactions, clock, kind);
}

function createExpiringRows<T>(
  statements: ReturnType<typeof prepareStatements>,
  { read, write }: Transactions,
  clock: Clock,
  kind: string,
): ExpiringRows<T> {
  const live = (key: string) => statements.get(kind, key, clock.now())?.body;
  // The cast holds by the rule above: one kind, one T.
  const parse = (body: string | undefined) => (body === undefined ? null : (JSON.parse(body) as T));
  return {
    put: (key, value, expiresAt) => write(() => void statements.put(kind, key, JSON.stringify(value), expiresAt)),
    insert: (key, value, expiresAt) =>
      write(() => statements.insert(kind, key, JSON.stringify(value), expiresAt, clock.now()) === 1),
    get: (key) => read(() => parse(live(key))),
    async update(key, change) {
      for (;;) {
        const before = await read(() => live(key));
        if (before === undefined) return null;
        // Parsed for `change` alone, so that what it does to the object cannot reach what is compared.
        const after = change(JSON.parse(before) as T);
        if (!after) return { changed: false, value: JSON.parse(before) as T };
        const body = JSON.stringify(after.value);
        const stored = () => statements.swap(body, after.expiresAt ?? null, kind, key, before, clock.now()) === 1;
        if (await write(stored)) return { changed: true, value: after.value };
      }
    },
    async takeOnce(key) {
      // Most look in vain: they need no transaction. Whether there is one is decided by the taking itself.
      if ((await read(() => live(key))) === undefined) return null;
      return write(() => parse(statements.take(kind, key, clock.now())?.body));
    },
    delete: (key) => write(() => void statements.remove(kind, key)),
  };
}

function prepareStatements(db: DatabaseSync) {
  return {
    put: prepareRun(
      db,
      `INSERT INTO rows (kind, key, body, expires_at) VALUES (?, ?, ?, ?)
       ON CONFLICT (kind, key) DO UPDATE SET body = excluded.body, expires_at = excluded.expires_at`,
    ),
    insert: prepareRun(
      db,
      `INSERT INTO rows (kind, key, body, expires_at) VALUES (?, ?, ?, ?)
       ON CONFLICT (kind, key) DO UPDATE SET body = excluded.body, expires_at = excluded.expires_at
       WHERE rows.expires_at <= ?`,
    ),
    get: prepareOne<Body>(db, 'SELECT body FROM rows WHERE kind = ? AND key = ? AND expires_at > ?'),
    // Compares the stored text itself: no version number that a delete and a new insert could bring back.
    swap: prepareRun(
      db,
      `UPDATE rows SET body = ?, expires_at = coalesce(?, expires_at)
       WHERE kind = ? AND key = ? AND body = ? AND expires_at > ?`,
    ),
    take: prepareOne<Body>(db, 'DELETE FROM rows WHERE kind = ? AND key = ? AND expires_at > ? RETURNING body'),
    remove: prepareRun(db, 'DELETE FROM rows WHERE kind = ? AND key = ?'),
  };
}
