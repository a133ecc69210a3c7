import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../error-code.ts';

/** The lock file of a data folder: one world at a time works with it. */
export function lockFile(dataDir: string): string {
  return join(dataDir, 'world.lock');
}

/**
 * Takes the data folder (created when absent) for this process. Throws `Error` when a living world has it; the lock of
 * a world that was killed is taken over. Returns the release.
 */
export function takeLock(dataDir: string): () => void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const holder = lockHolder(dataDir);
  if (holder !== undefined) throw new Error(`The demo world already runs with ${dataDir} (process ${holder})`);
  const file = lockFile(dataDir);
  rmSync(file, { force: true });
  // Exclusive: of two worlds starting at the same moment one loses here.
  writeFileSync(file, `${process.pid}\n`, { flag: 'wx', mode: 0o600 });
  return () => rmSync(file, { force: true });
}

/** The process id of the living world that has this data folder, if any. */
export function lockHolder(dataDir: string): number | undefined {
  const pid = Number(readOrEmpty(lockFile(dataDir)));
  return Number.isInteger(pid) && pid > 0 && pid !== process.pid && isWorld(pid) ? pid : undefined;
}

function isWorld(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
  // Process ids are reused: where the system tells what runs under this one, it must be a world.
  const commandLine = readOrEmpty(`/proc/${pid}/cmdline`);
  return commandLine === '' || commandLine.includes('demo-world') || commandLine.includes('demo/world');
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return '';
  }
}
