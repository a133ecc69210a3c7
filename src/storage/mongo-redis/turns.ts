/** Who changes the same account: one after another within this node, and after a pause when nodes collided. */
import { setTimeout as sleep } from 'node:timers/promises';
import { TemporarilyUnavailable } from '../../errors.ts';
import type { AccountId } from '../../ids.ts';
import type { Ask } from './connection.ts';

/** The end of beginning again, for work that has no budget of a request. */
const longestRetryMs = 10_000;
const longestTurnMs = 300;

/** A short random pause, so that those who collided do not collide again; it counts as waiting for the store. */
export function createRetry(ask: Ask): () => Promise<void> {
  const began = performance.now();
  return async () => {
    if (performance.now() - began > longestRetryMs) throw new TemporarilyUnavailable('mongo: contended');
    await ask(() => sleep(Math.random() * 10));
  };
}

/**
 * Changes of one account go one after another within this node, since colliding costs both sides more. It is a courtesy:
 * compare-and-swap decides, and nobody waits long for somebody who is stuck.
 */
export function createTurns(ask: Ask) {
  const last = new Map<AccountId, Promise<unknown>>();
  return async <T>(id: AccountId, work: () => Promise<T>): Promise<T> => {
    const before = last.get(id);
    const turn = async () => {
      if (before) await ask(() => Promise.race([before, sleep(longestTurnMs, null, { ref: false })]));
      return work();
    };
    const own = turn();
    const ended: Promise<unknown> = own
      .catch(() => undefined)
      .then(() => {
        if (last.get(id) === ended) last.delete(id);
      });
    last.set(id, ended);
    return own;
  };
}
