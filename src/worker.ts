import type { Logger } from 'pino';
import { codeOf } from './errors.ts';

export type Worker = {
  /** Waits for the turn under way. */
  stop(): Promise<void>;
};

/** Does `work` again and again, each time a pause after the last. What it throws is told once, not at every turn. */
export function startWorker(
  { what, pauseMs, log }: { what: string; pauseMs: number; log: Pick<Logger, 'info' | 'error'> },
  work: () => Promise<void>,
): Worker {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let readable = true;
  const turn = async (): Promise<void> => {
    try {
      await work();
      if (!readable) log.info(`${what} readable again`);
      readable = true;
    } catch (error) {
      if (readable) log.error({ code: codeOf(error), err: error }, `${what} not readable`);
      readable = false;
    }
    if (!stopped) timer = setTimeout(next, pauseMs);
  };
  const next = () => {
    running = turn();
  };
  next();
  return {
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
