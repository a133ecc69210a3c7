import type { DatabaseSync } from 'node:sqlite';
import type { Marks } from '../ports.ts';
import { prepareOne, prepareRun } from './statements.ts';
import type { Transactions } from './transaction.ts';

export function createMarks(db: DatabaseSync, { read, write }: Transactions): Marks {
  const get = prepareOne<{ value: string }>(db, 'SELECT value FROM marks WHERE name = ?');
  const put = prepareRun(
    db,
    'INSERT INTO marks (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  );
  return {
    get: (name) => read(() => get(name)?.value ?? null),
    put: (name, value) => write(() => void put(name, value)),
  };
}
