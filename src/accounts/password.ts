/**
 * Passwords at rest: argon2id for ours, verification only for those of earlier systems.
 *
 * Promise: a wrong password, an old hash, no hash and an unknown address cost about the same time, and their answers
 * leave at the same beat; at most `concurrency` hashes run at once and nobody waits longer than `maxWaitMs`.
 * A password is normalised to NFC once, here; nothing in this file logs, and no error carries a password or a hash.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { hash as argon2Hash, hashSync as argon2HashSync, verify as argon2Verify } from '@node-rs/argon2';
import type { StoredPassword } from './account.ts';
import { argon2idFault, parsedArgon2id } from './argon2id.ts';
import type { HashPermitLimits } from './hash-permits.ts';
import { createHashPermits, type HashLoad } from './hash-permits.ts';
import type { LegacyFault } from './legacy-hashes/legacy-hash.ts';
import { legacyFault, verifyLegacy } from './legacy-hashes/verify-legacy.ts';

/** Nobody hashes for this caller in time: answered with 503 and a way on. Carries nothing of the request. */
export class HashingOverloaded extends Error {
  override readonly name = 'HashingOverloaded';
  constructor() {
    super('too many passwords are being hashed');
  }
}

export type Argon2Parameters = { readonly memoryKib: number; readonly passes: number; readonly parallelism: number };

export type PasswordHasherOptions = HashPermitLimits & {
  readonly argon2: Argon2Parameters;
  /** "No" is answered only at whole multiples of this after the work that all share, see `onTheBeat`; 0 = at once; default 500. */
  readonly failureBeatMs?: number;
};

/** `sharedWorkDone` is called when what every address costs has been spent. */
type Question = (stored: StoredPassword | null, password: string, sharedWorkDone?: () => void) => Promise<boolean>;

/** All but `needsRehash` throw HashingOverloaded when the queue is full or the wait too long. */
export type PasswordHasher = {
  /** An argon2id hash with today's parameters; goes to `account.password`. */
  hash(password: string): Promise<StoredPassword>;
  /** False for a hash that cannot be verified too: see `storedPasswordFault`. */
  verify(stored: StoredPassword, password: string): Promise<boolean>;
  /** `verify` for an owner who is already proved ("not the same again, please"): nothing to hide, so no waiting for the beat. */
  matches(stored: StoredPassword, password: string): Promise<boolean>;
  /**
   * For addresses without an account or without a password: spends what `verify` spends, then asks `elsewhere`, if
   * anybody. What that finds is answered at once; null is a refusal, and leaves at the beat like any other.
   */
  equalWork<T>(password: string, elsewhere?: () => Promise<T | null>): Promise<T | null>;
  /** The hash is of an old format or weaker than today's parameters; replace it after a right password. */
  needsRehash(stored: StoredPassword): boolean;
  /** How busy it is. */
  load(): HashLoad;
};

/** Makes the dummy hash for equal work at once: one synchronous hash at start. */
export function createPasswordHasher(options: PasswordHasherOptions): PasswordHasher {
  const permits = createHashPermits(options, () => new HashingOverloaded());
  const beatMs = options.failureBeatMs ?? 500;
  const { memoryKib: memoryCost, passes: timeCost, parallelism } = options.argon2;
  const parameters = { memoryCost, timeCost, parallelism };
  const dummyHash = argon2HashSync(randomBytes(32), parameters);

  const verdict: Question = (stored, password, sharedWorkDone) => {
    const ours = stored?.format === 'argon2id' && storedPasswordFault(stored) === null ? stored.hash : null;
    return permits.run(async () => {
      // First what an unknown address spends, then what the old hash costs: a cheap old hash is no faster to refuse.
      const yes = await argon2Verify(ours ?? dummyHash, password.normalize('NFC'));
      sharedWorkDone?.();
      return ours === null ? stored !== null && verifyLegacy(stored, password) : yes;
    });
  };

  return {
    hash: async (password) => ({
      format: 'argon2id',
      hash: await permits.run(() => argon2Hash(password.normalize('NFC'), parameters)),
    }),
    verify: (stored, password) => onTheBeat(beatMs, (done) => verdict(stored, password, done)),
    matches: (stored, password) => verdict(stored, password),
    equalWork: (password, elsewhere = async () => null) =>
      onTheBeat(beatMs, async (done) => {
        await verdict(null, password, done);
        return elsewhere();
      }),
    load: permits.load,
    needsRehash: (stored) => stored.format !== 'argon2id' || isWeaker(stored.hash, parameters),
  };
}

/** Why a stored password can never be verified, or null. */
export function storedPasswordFault(stored: StoredPassword): LegacyFault | null {
  return stored.format === 'argon2id' ? argon2idFault(stored.hash) : legacyFault(stored);
}

/**
 * A bcrypt row costs more than an unknown address, and spending bcrypt on everybody would cost more than the whole
 * sign-in. So refusals (never successes) leave at a beat longer than any usual hash: the clock at the other end reads the
 * beat, not the format. It is counted from the end of the work that all share: counted from the question, a queue before
 * the hashes (which a stranger can make) would put the longer one past a beat more often. The wait holds no permit.
 */
async function onTheBeat<T>(beatMs: number, question: (sharedWorkDone: () => void) => Promise<T>): Promise<T> {
  let sharedUntil = performance.now();
  const answer = await question(() => {
    sharedUntil = performance.now();
  });
  const refused = answer === false || answer === null;
  if (!refused || beatMs === 0) return answer;
  const ownMs = performance.now() - sharedUntil;
  await sleep(Math.max(1, Math.ceil(ownMs / beatMs)) * beatMs - ownMs);
  return answer;
}

function isWeaker(hash: string, wanted: { memoryCost: number; timeCost: number; parallelism: number }): boolean {
  const found = parsedArgon2id(hash);
  if (found === null || found.outputLen < 32 || found.saltLen < 16) return true;
  return (
    found.memoryCost < wanted.memoryCost || found.timeCost < wanted.timeCost || found.parallelism < wanted.parallelism
  );
}
