import type { Logger } from 'pino';
import { codeOf } from './errors.ts';

export type Work = {
  readonly pauseMs: number;
  readonly log: Pick<Logger, 'info' | 'error'>;
  /** What the log says when it throws, and when it no longer does. */
  readonly failed: string;
  readonly recovered: string;
};

export type Worker = {
  /** Waits for the turn under way. */
  stop(): Promise<void>;
};

/** Does `work` again and again, each time a pause after the last. What it throws is told once, not at every turn. */
export function startWorker({ failed, recovered, pauseMs, log }: Work, work: () => Promise<void>): Worker {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let readable = true;
  const turn = async (): Promise<void> => {
    try {
      await work();
      if (!readable) log.info(recovered);
      readable = true;
    } catch (error) {
      if (readable) log.error({ code: codeOf(error), err: error }, failed);
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
