import { setTimeout as sleep } from 'node:timers/promises';
import { TemporarilyUnavailable } from '../errors.ts';

/** A store that is busy or away for a moment is waited for: people come first. */
const patience = { tries: 30, pauseMs: 1_000 };

/** For work of an operation that may be done again, though it was done and only the answer was lost. */
export async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof TemporarilyUnavailable) || tried === patience.tries) throw error;
      await sleep(patience.pauseMs);
    }
  }
}
