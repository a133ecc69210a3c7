import type { Logger } from 'pino';
import type { Clock } from '../deps.ts';
import type { Instant } from '../ids.ts';
import { startWorker, type Worker } from '../worker.ts';
import type { Health } from './health.ts';

export type ClockWatch = {
  /** One look, for the worker; a jump is told to the log and to `jumped`. */
  look(): void;
};

export type ClockWatchDeps = {
  readonly clock: Clock;
  /** Milliseconds that only go forward, whatever the wall clock does. */
  readonly monotonic: () => number;
  readonly health: Health;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
  readonly jumped: (seconds: number) => void;
};

/** A jump of this size is told; a smaller one is what time servers do all day. */
const toldMs = 5_000;
/** Set back so far, links and codes that are dead live again: nobody is served until the time is where it was. */
const unreadyMs = 30_000;
const pauseMs = 1_000;

/** Compares the wall clock with the monotonic one (security.md §4 "Time"). */
export function createClockWatch({ clock, monotonic, health, log, jumped }: ClockWatchDeps): ClockWatch {
  let last = { wall: clock.now(), monotonic: monotonic() };
  /** The time that had been reached when it was set back; null = it was not. */
  let reached: Instant | null = null;
  return {
    look() {
      const now = { wall: clock.now(), monotonic: monotonic() };
      const jumpMs = now.wall - last.wall - (now.monotonic - last.monotonic);
      if (Math.abs(jumpMs) > toldMs) {
        log.warn({ seconds: Math.round(jumpMs / 1_000) }, 'the clock has jumped');
        jumped(jumpMs / 1_000);
      }
      if (jumpMs < -unreadyMs) reached = Math.max(reached ?? 0, now.wall - jumpMs);
      last = now;
      if (reached !== null && now.wall >= reached) {
        reached = null;
        log.info('the clock is where it was');
      }
      health.note('clock', reached === null ? null : 'set-back');
    },
  };
}

export function startClockWatch(deps: ClockWatchDeps): Worker {
  const watch = createClockWatch(deps);
  const words = { failed: 'clock not watched', recovered: 'clock watched again' };
  return startWorker({ ...words, pauseMs, log: deps.log }, async () => watch.look());
}
