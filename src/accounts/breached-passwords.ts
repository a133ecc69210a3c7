/**
 * Passwords known from data leaks, read from a directory of files that lies beside Avain: nothing is ever asked outside.
 * The layout is that of the ranges of Have I Been Pwned: a file is named by the first five hex digits of a SHA-1
 * (`0018A` or `0018A.txt`) and holds a line `<the other 35 digits>:<how often it was seen>` for each.
 */
import { createHash } from 'node:crypto';
import { type FileHandle, open, opendir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';

export type BreachedPasswords = {
  /**
   * True if the password (NFC) was seen in leaks as often as the installation cares for. One small file is read. A prefix
   * without a file is one without leaks; a file that cannot be read is told to the log and refuses nobody: the
   * lists of common passwords stand all the same.
   */
  isBreached(password: string): Promise<boolean>;
};

/** Ranges have some 40 KiB; a file beyond this is none of them. */
const maxFileBytes = 1_048_576;
const prefixDigits = 5;
export const allPrefixes = 16 ** prefixDigits;

export function createBreachedPasswords(
  { directory, minCount }: { readonly directory: string; readonly minCount: number },
  log: Pick<Logger, 'error'>,
): BreachedPasswords {
  return {
    async isBreached(password) {
      const digest = createHash('sha1').update(password).digest('hex').toUpperCase();
      const prefix = digest.slice(0, prefixDigits);
      try {
        const range = await readRange(directory, prefix);
        return countIn(range, digest.slice(prefixDigits)) >= minCount;
      } catch (error) {
        // Not which file: its name is a part of the password's digest.
        log.error({ code: codeOf(error) }, 'breached passwords not readable');
        return false;
      }
    },
  };
}

// A cast: of what the file system throws, or of our own.
const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code ?? 'too-large';

async function readRange(directory: string, prefix: string): Promise<string> {
  const handle = (await opened(join(directory, `${prefix}.txt`))) ?? (await opened(join(directory, prefix)));
  if (handle === null) return '';
  try {
    if ((await handle.stat()).size > maxFileBytes) throw new Error('a range is too large');
    return await handle.readFile('latin1');
  } finally {
    await handle.close();
  }
}

function opened(path: string): Promise<FileHandle | null> {
  return open(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
}

/** 0 = it is not there; so are the lines that only make all answers of one length (count 0). */
function countIn(range: string, suffix: string): number {
  const [, count] = new RegExp(`^${suffix}:(\\d+)\\r?$`, 'im').exec(range) ?? [];
  return Number(count ?? 0);
}

/** How many prefixes a directory has, counted up to `most`. Throws what the file system throws. */
export async function countPrefixes(directory: string, most = allPrefixes): Promise<number> {
  const seen = new Uint8Array(allPrefixes);
  let count = 0;
  for await (const { name } of await opendir(directory)) {
    const [, prefix] = /^([\dA-F]{5})(?:\.txt)?$/.exec(name) ?? [];
    const index = Number.parseInt(prefix ?? '', 16);
    if (seen[index] !== 0) continue;
    seen[index] = 1;
    count += 1;
    // Leaving the loop closes the directory.
    if (count >= most) break;
  }
  return count;
}
