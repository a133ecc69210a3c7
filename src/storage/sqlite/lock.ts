/** One process per data directory, enforced by a lock that the kernel frees when the process dies, however it dies. */
import { closeSync, fsyncSync, mkdirSync, openSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { CannotStart } from '../../cannot-start.ts';
import { createPrivateFile } from './database.ts';

export type DirectoryLock = { release(): void };

/**
 * Creates the directory (mode 0700) if need be and holds `lock.db` in an exclusive transaction that never ends: readers
 * of the other files, such as a backup, are not kept out. Throws at once when another process holds it.
 */
export function lockDirectory(directory: string): DirectoryLock {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  if (isNetworkFileSystem(statfsSync(directory).type)) {
    throw new CannotStart(`${directory} is on a network file system, whose locks cannot be trusted; use a local disk`);
  }
  const path = join(directory, 'lock.db');
  createPrivateFile(path);
  const db = new DatabaseSync(path, { timeout: 0 });
  try {
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    throw new CannotStart(`${directory} is in use by another Avain process; one data directory serves one process`, {
      cause: error,
    });
  }
  return { release: () => db.close() };
}

/** Linux magic numbers of statfs(2): NFS, SMB, CIFS, SMB2. */
export function isNetworkFileSystem(type: number): boolean {
  return [0x6969, 0x517b, 0xff534d42, 0xfe534d42].includes(type);
}

/** Makes new directory entries outlive a power cut. */
export function syncDirectory(directory: string): void {
  const descriptor = openSync(directory, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
