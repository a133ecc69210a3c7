/** The port for durable rows that are kept for a time and then removed (lifecycle/retention.ts). Promises as in ports.ts. */
import type { Instant } from '../ids.ts';

/**
 * What counts as old: a record by when it happened; an evidence by when it was given, and only if its account is gone;
 * a mail by when it was settled.
 */
export type KeptTable = 'audit' | 'evidence' | 'mails';

export type KeptCount = {
  readonly rows: number;
  /** Older than `before`: what `remove` would remove. */
  readonly due: number;
  /** When the oldest of all is from; null = there are none. */
  readonly oldestAt: Instant | null;
};

export type Kept = {
  /** Reads the whole table where it must: for a person who asks, not for a request. */
  count(table: KeptTable, before: Instant): Promise<KeptCount>;
  /** Removes at most `limit` rows older than `before`, the oldest first; resolves to how many. Records: `audit.trim`. */
  remove(table: Exclude<KeptTable, 'audit'>, before: Instant, limit: number): Promise<number>;
};
