import { randomBytes } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { AuditRecord } from '../../audit/audit-log.ts';
import { type ChainedRecord, type ChainHead, chainBegin, chained } from '../../audit/chain.ts';
import { prepareOne, prepareRun } from './statements.ts';

/**
 * Adds a record at the end of this store's one chain. Call it inside the transaction of the change: what is rolled back
 * leaves no gap, since the end is read from the store each time (5 microseconds) and remembered nowhere.
 */
export function prepareAuditInsert(db: DatabaseSync): (record: AuditRecord) => void {
  const insert = prepareChainedInsert(db);
  const name = prepareOne<{ node: string }>(db, 'SELECT node FROM audit_node');
  const giveName = prepareRun(db, 'INSERT INTO audit_node (only_row, node) VALUES (1, ?)');
  const last = prepareOne<ChainHead>(
    db,
    'SELECT sequence, hash FROM audit WHERE node = ? ORDER BY sequence DESC LIMIT 1',
  );
  // Where the rule of retention has removed all records, the chain goes on from its anchor.
  const anchor = prepareOne<ChainHead>(
    db,
    `SELECT sequence, hash FROM audit_checkpoints WHERE node = ? AND kind = 'anchor' ORDER BY sequence DESC LIMIT 1`,
  );
  const newNode = (): string => {
    const node = randomBytes(9).toString('base64url');
    giveName(node);
    return node;
  };
  return (record) => {
    const node = name()?.node ?? newNode();
    insert(chained(record, node, last(node) ?? anchor(node) ?? chainBegin));
  };
}

/** A record that has its place already, as one that comes from another store. */
export function prepareChainedInsert(db: DatabaseSync): (record: ChainedRecord) => void {
  const insert = prepareRun(
    db,
    `INSERT INTO audit (at, event, account_id, client_id, journey_id, actor, details, sealed,
       node, sequence, previous_hash, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  return ({ at, event, accountId, clientId, journeyId, actor = null, details, sealed = null, ...place }) => {
    const { node, sequence, previousHash, hash } = place;
    const what = [at, event, accountId, clientId, journeyId, actor, JSON.stringify(details), sealed];
    insert(...what, node, sequence, previousHash, hash);
  };
}
