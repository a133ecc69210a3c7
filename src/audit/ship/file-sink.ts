import { open } from 'node:fs/promises';
import type { Sink, SinkConfig } from './sink.ts';

/**
 * Appends, and waits until the disk has it. The file is opened anew for each batch, so that a rotated one is made again by
 * itself, without a signal. For its owner only.
 */
export function fileSink({ path }: Extract<SinkConfig, { to: 'file' }>): Sink {
  return async (lines) => {
    const file = await open(path, 'a', 0o600);
    try {
      await file.appendFile(`${lines.join('\n')}\n`);
      await file.datasync();
    } finally {
      await file.close();
    }
  };
}
