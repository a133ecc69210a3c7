import type { DatabaseSync } from 'node:sqlite';
import type { Checkpoint, Checkpoints } from '../audit-port.ts';
import { prepareAll, prepareOne, prepareRun } from './statements.ts';
import type { Transactions } from './transaction.ts';

export const checkpointColumns = 'kind, node, sequence, hash, at, signature';

export function createCheckpoints(db: DatabaseSync, { read, write }: Transactions): Checkpoints {
  const insert = prepareCheckpointInsert(db);
  const names = prepareNames(db, 'audit_checkpoints');
  const behind = prepareAll<Checkpoint>(
    db,
    `SELECT ${checkpointColumns} FROM audit_checkpoints
     WHERE node = ? AND kind = ? AND sequence > ? ORDER BY sequence LIMIT ?`,
  );
  const newest = prepareOne<Checkpoint>(
    db,
    `SELECT ${checkpointColumns} FROM audit_checkpoints WHERE node = ? ORDER BY sequence DESC LIMIT 1`,
  );
  return {
    add: (checkpoint) => write(() => insert(checkpoint)),
    nodes: () => read(names),
    of: (node, kind, after, limit) => read(() => behind(node, kind, after, limit).map((row) => ({ ...row }))),
    newest: (node) =>
      read(() => {
        const found = newest(node);
        return found ? { ...found } : null;
      }),
  };
}

/** The chains in a table: from one name to the next by its index, which costs nothing however many rows there are. */
export function prepareNames(db: DatabaseSync, table: 'audit' | 'audit_checkpoints'): () => string[] {
  const names = prepareAll<{ node: string }>(
    db,
    `WITH RECURSIVE names (node) AS (SELECT min(node) FROM ${table} UNION ALL
       SELECT (SELECT min(node) FROM ${table} AS behind WHERE behind.node > names.node) FROM names
       WHERE names.node IS NOT NULL)
     SELECT node FROM names WHERE node IS NOT NULL`,
  );
  return () => names().map(({ node }) => node);
}

export function prepareCheckpointInsert(db: DatabaseSync): (checkpoint: Checkpoint) => void {
  const insert = prepareRun(
    db,
    'INSERT OR IGNORE INTO audit_checkpoints (kind, node, sequence, hash, at, signature) VALUES (?, ?, ?, ?, ?, ?)',
  );
  return ({ kind, node, sequence, hash, at, signature }) => void insert(kind, node, sequence, hash, at, signature);
}
