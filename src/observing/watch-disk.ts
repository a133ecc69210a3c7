import { statfs } from 'node:fs/promises';
import type { Logger } from 'pino';
import { startWorker, type Worker } from '../worker.ts';
import type { Health } from './health.ts';

export type DiskSpace = { readonly freeBytes: number; readonly sizeBytes: number };

const pauseMs = 30_000;
/** Below this a store of any size soon takes no write any more. */
const scarceBytes = 256 * 1024 ** 2;
const scarceShare = 0.02;

/** Looks at the file system of `directory` now and then. */
export function startDiskWatch({
  directory,
  health,
  log,
  seen,
}: {
  readonly directory: string;
  readonly health: Health;
  readonly log: Pick<Logger, 'info' | 'error'>;
  readonly seen: (space: DiskSpace) => void;
}): Worker {
  const words = { failed: 'disk space not read', recovered: 'disk space read again' };
  return startWorker({ ...words, pauseMs, log }, async () => {
    const { bsize, bavail, blocks } = await statfs(directory);
    const space = { freeBytes: bavail * bsize, sizeBytes: blocks * bsize };
    seen(space);
    const scarce = space.freeBytes < Math.min(scarceBytes, space.sizeBytes * scarceShare);
    health.note('disk', scarce ? 'nearly-full' : null);
  });
}
