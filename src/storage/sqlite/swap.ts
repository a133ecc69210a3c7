/** A proved restore takes the place of what was there: file by file, so that whoever comes after a kill can finish it. */
import { existsSync, readdirSync, renameSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Instant } from '../../ids.ts';
import { syncDirectory } from './lock.ts';

const form = /^restored-\d+$/;

/** The folder whose existence says: what lies in it is proved and shall be served. */
export const swapName = (now: Instant): string => `restored-${now}`;

/** The last one decides what is served. */
const files = ['expiring.db', 'avain.db'] as const;

/**
 * Finishes a swap that was begun, if any was. What was there goes to the folder of the same name with `-aside`, with its
 * logs. Repeated after a kill it goes on: a file is put aside only while its successor still waits. Needs the lock.
 */
export function finishSwap(directory: string): void {
  for (const name of readdirSync(directory).filter((entry) => form.test(entry))) {
    const swap = join(directory, name);
    for (const file of files) {
      if (!existsSync(join(swap, file))) continue;
      for (const old of [file, `${file}-wal`, `${file}-shm`]) {
        if (existsSync(join(directory, old))) renameSync(join(directory, old), join(`${swap}-aside`, old));
      }
      syncDirectory(directory);
      renameSync(join(swap, file), join(directory, file));
    }
    syncDirectory(directory);
    rmdirSync(swap);
  }
}
