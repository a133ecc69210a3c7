/** The ports of the audit log's chains (audit/chain.ts) and of what is signed about them. Promises as in ports.ts. */
import type { AuditEvent, AuditRecord } from '../audit/audit-log.ts';
import type { ChainedRecord, ChainHead } from '../audit/chain.ts';
import type { AccountId, Instant } from '../ids.ts';

/** Chain → the last number that was seen of it. The same on every back end, so that it outlives moving house. */
export type AuditPosition = Readonly<Record<string, number>>;

export type AuditPage = {
  /** Each chain's in its order, and the chains among each other by time; none = there is nothing new. */
  readonly records: readonly ChainedRecord[];
  /** Behind the last of them. */
  readonly next: AuditPosition;
};

/** null = any; `since` <= at. */
export type AuditFilter = {
  readonly accountId: AccountId | null;
  readonly event: AuditEvent | null;
  readonly actor: string | null;
  readonly since: Instant | null;
};

/** Of one account's history. */
export type HistoryFilter = {
  readonly events: readonly AuditEvent[];
  readonly since: Instant;
  readonly skip: number;
  readonly limit: number;
};

export type AuditChains = {
  /** The next records behind `after` (null: the first ones), at most `limit`. No record is ever left out, however late. */
  scan(after: AuditPosition | null, limit: number): Promise<AuditPage>;
  /** All chains that have a record. */
  nodes(): Promise<readonly string[]>;
  /** The records of one chain behind a number, in its order. */
  chain(node: string, after: number, limit: number): Promise<readonly ChainedRecord[]>;
  /** Newest first. `before`: where the page before ended; `next` null = there are no more. */
  search(
    filter: AuditFilter,
    before: string | null,
    limit: number,
  ): Promise<{ readonly records: readonly AuditRecord[]; readonly next: string | null }>;
  /** Stores the anchor and removes its chain's records, and checkpoints, up to it. Resolves to how many records. */
  trim(anchor: Checkpoint): Promise<number>;
};

/** What is signed of a chain: up to `sequence` it was as `hash` says. */
export type Checkpoint = ChainHead & {
  /** `anchor`: what comes up to here was removed by the rule of retention. */
  readonly kind: 'checkpoint' | 'anchor';
  readonly node: string;
  readonly at: Instant;
  /** Ed25519, base64url (audit/checkpoint.ts). */
  readonly signature: string;
};

export type Checkpoints = {
  /** The same again (one chain, one number, one kind) changes nothing. */
  add(checkpoint: Checkpoint): Promise<void>;
  /** All chains that have one. */
  nodes(): Promise<readonly string[]>;
  /** Of one chain behind a number, in its order. */
  of(node: string, kind: Checkpoint['kind'], after: number, limit: number): Promise<readonly Checkpoint[]>;
  /** The newest of one chain, of either kind. */
  newest(node: string): Promise<Checkpoint | null>;
};
