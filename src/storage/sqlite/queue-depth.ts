import type { DatabaseSync } from 'node:sqlite';
import type { QueueDepth } from '../outbox-port.ts';
import { prepareOne } from './statements.ts';
import type { Transactions } from './transaction.ts';

/** Of a table whose rows have their beginning in `body`, and `due_at` while they wait. */
export function prepareDepth(db: DatabaseSync, { read }: Pick<Transactions, 'read'>, table: 'outbox' | 'logouts') {
  const depth = prepareOne<QueueDepth>(
    db,
    `SELECT count(*) AS length, min(json_extract(body, '$.createdAt')) AS oldestAt FROM ${table} WHERE due_at IS NOT NULL`,
  );
  return (): Promise<QueueDepth> => read(() => ({ length: 0, oldestAt: null, ...depth() }));
}
