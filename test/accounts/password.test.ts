import { describe, expect, test } from '@jest/globals';
import {
  createPasswordHasher,
  HashingOverloaded,
  type PasswordHasherOptions,
  storedPasswordFault,
} from '../../src/accounts/password.ts';
import { makeBcrypt, makeDigest } from '../support/old-hashes.ts';

const good = 'Kesämökki#2024';
const options: PasswordHasherOptions = {
  argon2: { memoryKib: 64, passes: 2, parallelism: 1 },
  concurrency: 2,
  maxQueue: 64,
  maxWaitMs: 10_000,
  failureBeatMs: 0,
};
const hasher = createPasswordHasher(options);
const argon2id = (hash: string) => ({ format: 'argon2id', hash });
const tail = '$c29tZXNhbHRzb21lc2FsdA$Com01OhN9sOr0YJ/Qeq6hhwmPVkwGIOUarYS4qyvCJM';

describe('our own hash', () => {
  test('argon2id with the parameters given, salted', async () => {
    const one = await hasher.hash(good);
    expect(one.format).toBe('argon2id');
    expect(one.hash).toMatch(/^\$argon2id\$v=19\$m=64,t=2,p=1\$/);
    expect((await hasher.hash(good)).hash).not.toBe(one.hash);
    expect(await hasher.verify(one, good)).toBe(true);
    expect(await hasher.verify(one, `${good} `)).toBe(false);
    expect(await hasher.verify(one, '')).toBe(false);
  });

  test('composed and decomposed letters are the same password', async () => {
    const stored = await hasher.hash(good.normalize('NFD'));
    expect(await hasher.verify(stored, good.normalize('NFC'))).toBe(true);
  });

  test('nothing is cut: the 128th code point counts', async () => {
    const stored = await hasher.hash(`${'𝔘'.repeat(127)}a`);
    expect(await hasher.verify(stored, `${'𝔘'.repeat(127)}b`)).toBe(false);
  });
});

describe('hashes of earlier systems', () => {
  test('pass with the right password only', async () => {
    const bcrypt = { format: 'bcrypt', hash: makeBcrypt(good) };
    const sha256 = { format: 'digest', hash: makeDigest('salasana1', Buffer.from('salt')) };
    expect(await hasher.verify(bcrypt, good)).toBe(true);
    expect(await hasher.verify(bcrypt, 'salasana1')).toBe(false);
    expect(await hasher.verify(sha256, 'salasana1')).toBe(true);
    expect(await hasher.verify(sha256, good)).toBe(false);
  });

  test('made of decomposed letters, they pass as typed then, and made of composed ones by either form', async () => {
    const [nfc, nfd] = [good.normalize('NFC'), good.normalize('NFD')];
    expect(await hasher.verify({ format: 'bcrypt', hash: makeBcrypt(nfd) }, nfd)).toBe(true);
    expect(await hasher.verify({ format: 'bcrypt', hash: makeBcrypt(nfc) }, nfd)).toBe(true);
  });

  test('what cannot be verified is a plain no, and named for the import', async () => {
    const faults = [
      [{ format: 'md5', hash: '5f4dcc3b5aa765d61d8327deb882cf99' }, 'unknown-format'],
      [{ format: 'bcrypt', hash: '$2x$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW' }, 'malformed'],
      [argon2id('$argon2id$v=19$m=64,t=2,p=1$bad'), 'malformed'],
      [argon2id(`$argon2i$v=19$m=64,t=2,p=1${tail}`), 'malformed'],
      [argon2id(`$argon2id$v=16$m=64,t=2,p=1${tail}`), 'malformed'],
      [argon2id(`$argon2id$v=19$m=4194304,t=2,p=1${tail}`), 'too-costly'],
      [argon2id(`$argon2id$v=19$m=64,t=100000,p=1${tail}`), 'too-costly'],
    ] as const;
    for (const [stored, fault] of faults) {
      expect(storedPasswordFault(stored)).toBe(fault);
      expect(await hasher.verify(stored, good)).toBe(false);
    }
    expect(storedPasswordFault(await hasher.hash(good))).toBeNull();
    expect(storedPasswordFault({ format: 'bcrypt', hash: makeBcrypt(good) })).toBeNull();
  });
});

describe('needsRehash', () => {
  test('old formats and anything weaker than today, never something stronger', () => {
    expect(hasher.needsRehash({ format: 'bcrypt', hash: makeBcrypt(good) })).toBe(true);
    expect(hasher.needsRehash(argon2id(`$argon2id$v=19$m=64,t=1,p=1${tail}`))).toBe(true);
    expect(hasher.needsRehash(argon2id(`$argon2id$v=19$m=32,t=9,p=1${tail}`))).toBe(true);
    expect(hasher.needsRehash(argon2id(`$argon2id$v=19$m=64,t=2,p=1${tail}`))).toBe(false);
    expect(hasher.needsRehash(argon2id(`$argon2id$v=19$m=128,t=3,p=1${tail}`))).toBe(false);
    expect(hasher.needsRehash(argon2id('broken'))).toBe(true);
  });

  test('a fresh hash never needs another', async () => {
    expect(hasher.needsRehash(await hasher.hash(good))).toBe(false);
  });
});

describe('refusals', () => {
  test('leave at the beat for a wrong password, an old hash and an unknown address alike', async () => {
    const beating = createPasswordHasher({ ...options, failureBeatMs: 400 });
    const stored = await beating.hash(good);
    const took = async (ask: () => Promise<unknown>) => {
      const from = performance.now();
      await ask();
      return performance.now() - from;
    };
    const bcrypt = { format: 'bcrypt', hash: makeBcrypt(good) };
    const waits = await Promise.all([
      took(() => beating.verify(stored, 'wrong')),
      took(() => beating.verify(bcrypt, 'wrong')),
      took(() => beating.equalWork('wrong')),
    ]);
    // Timers may fire a millisecond early by this clock.
    for (const waitMs of waits) expect(waitMs).toBeGreaterThanOrEqual(398);
    expect(await beating.verify(stored, good)).toBe(true);
  });

  test('in a queue, an old hash leaves one beat after the work that all share, like an unknown address', async () => {
    const beatMs = 1_500;
    const queued = createPasswordHasher({ ...options, concurrency: 1, failureBeatMs: beatMs });
    const bcrypt = { format: 'bcrypt', hash: makeBcrypt(good, '2b', 10) };
    const took = async (ask: () => Promise<unknown>) => {
      const from = performance.now();
      await ask();
      return performance.now() - from;
    };
    // Each waits for those before it. Counted from the question all would leave at one beat, or a later one.
    const waits = await Promise.all([
      ...Array.from({ length: 3 }, () => took(() => queued.verify(bcrypt, 'wrong'))),
      took(() => queued.equalWork('wrong')),
    ]);
    const last = Math.max(...waits);
    expect(last).toBeGreaterThan(beatMs + 50);
    expect(last).toBeLessThan(2 * beatMs);
  });

  test('matches answers as verify does', async () => {
    const stored = await hasher.hash(good);
    expect(await hasher.matches(stored, good)).toBe(true);
    expect(await hasher.matches(stored, 'wrong')).toBe(false);
  });

  test('a storm is refused with HashingOverloaded, whatever was asked, and the service goes on afterwards', async () => {
    const small = createPasswordHasher({ ...options, concurrency: 1, maxQueue: 1 });
    const stored = await small.hash(good);
    const asked = [
      small.hash(good),
      small.verify(stored, good),
      small.verify(stored, good),
      small.equalWork(good),
      small.hash(good),
    ];
    const outcomes = await Promise.allSettled(asked);
    expect(outcomes.map((outcome) => outcome.status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'rejected',
      'rejected',
    ]);
    for (const outcome of outcomes.slice(2)) {
      expect(outcome.status === 'rejected' && outcome.reason).toBeInstanceOf(HashingOverloaded);
    }
    expect(await small.verify(stored, good)).toBe(true);
  });
});
