/**
 * Removes what is dead. Nothing depends on it: reads compare the expiry themselves. It walks the row numbers in small
 * slices, each a transaction of its own that lets requests in between, and rests at least 50 times as long as it worked.
 */
import type { DatabaseSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../deps.ts';
import { prepareOne, prepareRun } from './statements.ts';
import type { Transactions } from './transaction.ts';

const sliceRows = 200;
const leastPauseMs = 60_000;

export type Store = { readonly db: DatabaseSync; readonly transactions: Transactions };

/** One whole pass over everything; resolves to the number of rows removed. */
export type Sweep = () => Promise<number>;

export function createSweep(durable: Store, expiring: Store, clock: Clock): Sweep {
  const tables = ['artifacts', 'rows', 'rate_limits'].map((table) => prepareWalk(expiring, table, clock));
  const outbox = prepareOutboxSweep(durable, clock);
  return async () => {
    await outbox();
    let removed = 0;
    for (const walk of tables) removed += await walk();
    return removed;
  };
}

function prepareWalk({ db, transactions }: Store, table: string, clock: Clock): Sweep {
  const sliceEnd = prepareOne<{ number: number | null }>(
    db,
    `SELECT max(number) AS number FROM (SELECT number FROM ${table} WHERE number > ? ORDER BY number LIMIT ${sliceRows})`,
  );
  const isDead = prepareOne(db, `SELECT 1 FROM ${table} WHERE number > ? AND number <= ? AND expires_at <= ? LIMIT 1`);
  const remove = prepareRun(db, `DELETE FROM ${table} WHERE number > ? AND number <= ? AND expires_at <= ?`);
  return async () => {
    let removed = 0;
    let from = 0;
    for (;;) {
      const to = sliceEnd(from)?.number ?? null;
      if (to === null) return removed;
      const [start, now] = [from, clock.now()];
      if (isDead(start, to, now)) removed += await transactions.write(() => remove(start, to, now));
      await setImmediate();
      from = to;
    }
  };
}

function prepareOutboxSweep({ db, transactions }: Store, clock: Clock): () => Promise<void> {
  // A worker that is switched off must not keep a secret alive: past its expiry the sealed part goes.
  const expired = 'due_at IS NOT NULL AND expires_at <= ?';
  const anything = prepareOne(db, `SELECT 1 FROM outbox WHERE ${expired} LIMIT 1`);
  const giveUp = prepareRun(
    db,
    `UPDATE outbox SET due_at = NULL, sealed = NULL, settled_at = ?, dead_reason = 'expired' WHERE ${expired}`,
  );
  return async () => {
    const now = clock.now();
    if (anything(now)) await transactions.write(() => giveUp(now, now));
  };
}

/** Sweeps now and then until stopped, without keeping the process alive. A failed pass is told and tried again later. */
export function startSweeper(sweep: Sweep, onFailure: (error: unknown) => void): { stop(): void } {
  let stopped = false;
  let timer = schedule(leastPauseMs);

  function schedule(delayMs: number): NodeJS.Timeout {
    return setTimeout(() => void pass(), delayMs).unref();
  }

  async function pass(): Promise<void> {
    const started = performance.now();
    try {
      await sweep();
    } catch (error) {
      if (!stopped) onFailure(error);
    }
    if (!stopped) timer = schedule(Math.max(leastPauseMs, 50 * (performance.now() - started)));
  }

  return {
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
