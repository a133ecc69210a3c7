import type { Deps } from '../deps.ts';
import { codeOf } from '../errors.ts';
import { startWorker, type Worker } from '../worker.ts';
import { tallyPauseMs } from './tally.ts';

/** Stores what is counted now and then, and a last time when it is stopped. */
export function startTallying({ tally, log }: Pick<Deps, 'tally' | 'log'>): Worker {
  const words = { failed: 'statistics not stored', recovered: 'statistics stored again' };
  const worker = startWorker({ ...words, pauseMs: tallyPauseMs, log }, () => tally.flush());
  return {
    async stop() {
      await worker.stop();
      await tally.flush().catch((error) => log.error({ code: codeOf(error) }, 'statistics not stored at the end'));
    },
  };
}
