/**
 * The chain over the audit records (security.md §4, Audit): what was written cannot be altered, removed or put elsewhere
 * unseen. Each record carries the hash of the one before it in its chain, and its own over all of itself.
 *
 * A chain is numbered from 1 without a gap. The embedded store has one; of several nodes each writes into one of its own
 * (storage/mongo-redis/audit-chain.ts), so that nobody waits for another. Its end is signed now and then (checkpoint.ts).
 * Imports types only; both back ends chain by it, and whoever verifies does too.
 */
import { hash } from 'node:crypto';
import type { AuditRecord } from './audit-log.ts';

/** Where a record stands. */
export type ChainPlace = {
  /** The chain's own random name. */
  readonly node: string;
  readonly sequence: number;
  /** Of the record before it; empty for the first. */
  readonly previousHash: string;
  readonly hash: string;
};

export type ChainedRecord = AuditRecord & ChainPlace;

/** The last record of a chain. */
export type ChainHead = Pick<ChainPlace, 'sequence' | 'hash'>;

/** Of a chain that has no record yet. */
export const chainBegin: ChainHead = { sequence: 0, hash: '' };

/** The record as the next link of a chain. */
export function chained<R extends AuditRecord>(record: R, node: string, head: ChainHead): R & ChainPlace {
  const place = { node, sequence: head.sequence + 1, previousHash: head.hash };
  return { ...record, ...place, hash: hashOf({ ...record, ...place }) };
}

/** SHA-256, base64url, over everything in a record but its hash. Personal details count as they lie there: sealed. */
export function hashOf(record: Omit<ChainedRecord, 'hash'>): string {
  const { node, sequence, previousHash, at, event, accountId, clientId, journeyId, details } = record;
  const { actor = null, sealed = null } = record;
  // One fixed order, since stores keep the values of an object and not the order of its keys; JSON lets no field's end be
  // taken for another's beginning.
  const named = Object.entries(details).filter(([, value]) => value !== undefined);
  named.sort(([one], [other]) => (one < other ? -1 : 1));
  const place = ['avain-audit/1', node, sequence, previousHash];
  return hash(
    'sha256',
    JSON.stringify([...place, at, event, actor, accountId, clientId, journeyId, named, sealed]),
    'base64url',
  );
}
