/** The port of what is counted by day and client (statistics/statistics.ts says what). Promises as in ports.ts. */
import type { ClientId } from '../ids.ts';

/** The counts of one client on one day. */
export type DayCounts = {
  /** As people in Finland count days: `YYYY-MM-DD`. */
  readonly day: string;
  /** Empty: of no client. */
  readonly clientId: ClientId | '';
  /** By name, which has neither dot nor dollar. */
  readonly counts: Readonly<Record<string, number>>;
};

export type Statistics = {
  /**
   * Adds to what was counted before; each row is one step. A batch whose answer was lost is given again under the same
   * name, and nothing of it counts twice, while no more than ten others came between.
   */
  add(batch: string, rows: readonly DayCounts[]): Promise<void>;
  /** Of these days, both included, by day and then by client. */
  read(from: string, to: string): Promise<readonly DayCounts[]>;
};
