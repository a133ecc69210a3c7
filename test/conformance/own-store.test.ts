/** The store of the conformance profile and those that people use never meet; its one person is put right at each start. */
import { randomBytes, randomInt } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { pino } from 'pino';
import { createPasswordHasher } from '../../src/accounts/password.ts';
import type { Config } from '../../src/config/schema.ts';
import { Secret } from '../../src/config/secret.ts';
import { admitProfile } from '../../src/conformance/own-store.ts';
import { prepareTestPerson } from '../../src/conformance/test-person.ts';
import { testKeyring } from '../support/keyring.ts';
import { openTestStorage, testAccount, testClock } from '../support/storage.ts';

const inProfile = (profile: Config['profile']) => ({ profile, dataDir: '/data' });

test('neither profile opens the store of the other', async () => {
  const storage = await openTestStorage();
  await admitProfile(storage, inProfile('production'));
  await admitProfile(storage, inProfile('conformance'));
  await admitProfile(storage, inProfile('conformance'));
  for (const profile of ['production', 'development'] as const)
    await expect(admitProfile(storage, inProfile(profile))).rejects.toThrow('/data belongs to the conformance profile');
  await storage.close();
});

test('a store with accounts of people is refused, and stays theirs', async () => {
  const storage = await openTestStorage();
  await storage.accounts.create(testAccount(), { audit: [] });
  await expect(admitProfile(storage, inProfile('conformance'))).rejects.toThrow('not for people');
  await admitProfile(storage, inProfile('production'));
  await storage.close();
});

test('the person of before is put right: barred or owing something yesterday, ready today, and recorded each time', async () => {
  const clock = testClock();
  const storage = await openTestStorage(clock);
  const keyring = testKeyring(1);
  const hashing = {
    argon2: { memoryKib: 7168, passes: 1, parallelism: 1 },
    concurrency: 1,
    maxQueue: 1,
    maxWaitMs: 9_000,
  };
  const person = {
    email: 'Person@conformance.example',
    passwordFile: null,
    givenName: 'T',
    familyName: 'H',
    birthdate: '1989-11-13',
  };
  // A cast: what the preparation reads of a configuration.
  const config = {
    conformance: { person, clientsFile: null },
    secrets: { testPerson: new Secret('Aa1-password') },
    terms: {},
  } as unknown as Config;
  const passwords = createPasswordHasher(hashing);
  const deps = {
    config,
    storage,
    keyring,
    passwords,
    clock,
    random: { bytes: randomBytes, int: randomInt },
    log: pino({ level: 'silent' }),
  };
  await prepareTestPerson(deps);
  const [made] = await storage.accounts.scan(null, 9);
  if (!made) throw new Error('nobody was made');
  const spoilt = { ...made, barredAt: 1, owedCode: { since: 1, rule: 'rate' } as const, mustChangePassword: true };
  await storage.accounts.update(made.id, () => ({ account: spoilt, effects: { audit: [] } }));
  clock.advance(86_400_000 * 100);
  await prepareTestPerson(deps);
  const after = await storage.accounts.scan(null, 9);
  expect(after).toEqual([
    expect.objectContaining({
      id: made.id,
      barredAt: null,
      owedCode: null,
      mustChangePassword: false,
      identifiedAt: clock.now(),
    }),
  ]);
  expect((await storage.audit.list({ accountId: made.id, limit: 9 })).map(({ event }) => event)).toHaveLength(2);
  await storage.close();
});
