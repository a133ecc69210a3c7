import { setTimeout as sleep } from 'node:timers/promises';
import { TemporarilyUnavailable } from '../../errors.ts';
import type { Ask } from './connection.ts';

/** How long somebody may stand between the first step of a change and its commit; far more than a slow store needs. */
const patienceMs = 300;
const longestWaitMs = 1_500;

/** Patience with one undecided change at a time, in small random steps, and an end to all waiting. */
export function createWatch() {
  const began = performance.now();
  let watched: { change: string; since: number } | null = null;
  return {
    isOver(change: string): boolean {
      if (watched?.change !== change) watched = { change, since: performance.now() };
      return performance.now() - watched.since > patienceMs;
    },
    /** Counts as waiting for the store: the request has a budget. */
    async pause(ask: Ask): Promise<void> {
      if (performance.now() - began > longestWaitMs) throw new TemporarilyUnavailable('mongo: contended');
      await ask(() => sleep(5 + Math.random() * 20));
    },
  };
}
