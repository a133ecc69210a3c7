import { readFile, stat } from 'node:fs/promises';
import type { Logger } from 'pino';
import type { Clock } from '../deps.ts';
import { type PrivateJwks, parseBrokerKeys } from './ftn/keys.ts';

export type KeyFileInput<T> = Readonly<{
  brokerId: string;
  file: string;
  /** What is made of the keys; may throw where they are unusable. */
  build: (keys: PrivateJwks) => Promise<T>;
  clock: Clock;
  log: Pick<Logger, 'info' | 'error'>;
}>;

const lookEveryMs = 2_000;

/**
 * What a key file is good for now: built at once, and again when the file has changed, so that a rotation by command is
 * taken up by every running node without a restart. Looked at when asked, at most every two seconds. A changed file that
 * cannot be used is told to the log, and the keys before it stay. Throws `Error` when the first reading cannot be used.
 */
export async function followKeyFile<T>(input: KeyFileInput<T>): Promise<() => Promise<T>> {
  const { brokerId, file, build, clock, log } = input;
  let seen = await markOf(file);
  let built = await build(await readKeyFile(file));
  let lookedAt = clock.now();
  return async () => {
    if (clock.now() - lookedAt < lookEveryMs) return built;
    lookedAt = clock.now();
    const mark = await markOf(file);
    if (mark === seen) return built;
    seen = mark;
    try {
      built = await build(await readKeyFile(file));
      log.info({ broker: brokerId }, 'broker keys read again');
    } catch (error) {
      // Our own errors here name the file and the rule, never a key.
      log.error(
        { broker: brokerId, cause: error instanceof Error ? error.message : 'unknown' },
        'broker keys unusable',
      );
    }
    return built;
  };
}

/** Throws `Error` where the file holds no private key set; the message holds nothing of its content. */
export async function readKeyFile(file: string): Promise<PrivateJwks> {
  const content = await readFile(file, 'utf8');
  // Comment lines as in every secret file.
  const keys = parseBrokerKeys(content.replaceAll(/^#.*$/gm, ''));
  if (!keys) throw new Error(`${file} holds no private keys with an active "sig" and "enc"`);
  return keys;
}

/** Changes whenever the file does: also when it is replaced whole, or is a link that points elsewhere. */
async function markOf(file: string): Promise<string> {
  try {
    const { ino, mtimeMs, size } = await stat(file);
    return `${ino} ${mtimeMs} ${size}`;
  } catch {
    return 'absent';
  }
}
