/** A rotation of each role, step by step: at every moment a broker that read our keys before the step is still served. */
import { beforeAll, expect, test } from '@jest/globals';
import {
  createBrokerKeys,
  importBrokerKeys,
  type KeyRole,
  type PrivateJwks,
  publicJwks,
  roleOf,
} from '../../../src/upstream/ftn/keys.ts';
import { leastMs, nextStep, takeStep } from '../../../src/upstream/ftn/rotation.ts';

const start = Date.parse('2026-01-01T00:00:00Z');
let first: PrivateJwks;
beforeAll(async () => {
  first = await createBrokerKeys({ now: start });
});

const kids = (keys: PrivateJwks, role: KeyRole) =>
  keys.keys.filter((key) => roleOf(key) === role).map(({ kid }) => kid);
const published = (keys: PrivateJwks, use: string) =>
  publicJwks(keys)
    .keys.filter((key) => key.use === use)
    .map(({ kid }) => kid);
const inUse = async (keys: PrivateJwks) => {
  const { signing, decryption } = await importBrokerKeys(keys, ['RSA-OAEP']);
  return { signs: signing.kid, decrypts: decryption.map(({ kid }) => kid) };
};

test('a signing key is published a day before it signs and a day after', async () => {
  const [old] = kids(first, 'sig');
  const created = await takeStep(first, 'sig', { now: start });
  const [, fresh] = kids(created, 'sig');
  expect(published(created, 'sig')).toEqual([old, fresh]);
  expect((await inUse(created)).signs).toBe(old);
  expect(nextStep(created, 'sig')).toEqual({ step: 'activate', kid: fresh, dueAt: start + 86_400_000 });

  const day2 = start + 86_400_000;
  const activated = await takeStep(created, 'sig', { now: day2 });
  expect(published(activated, 'sig')).toEqual([old, fresh]);
  expect((await inUse(activated)).signs).toBe(fresh);
  expect(nextStep(activated, 'sig')).toEqual({ step: 'remove', kid: old, dueAt: day2 + 86_400_000 });

  const removed = await takeStep(activated, 'sig', { now: day2 + 86_400_000 });
  expect(kids(removed, 'sig')).toEqual([fresh]);
  expect(nextStep(removed, 'sig').step).toBe('create');
});

test('an encryption key decrypts before it is published, and the old one decrypts after', async () => {
  const [old] = kids(first, 'enc');
  const created = await takeStep(first, 'enc', { now: start });
  const [, fresh] = kids(created, 'enc');
  expect(published(created, 'enc')).toEqual([old]);
  expect((await inUse(created)).decrypts).toEqual([old, fresh]);

  const activated = await takeStep(created, 'enc', { now: start + leastMs.enc.pending });
  expect(published(activated, 'enc')).toEqual([fresh]);
  expect((await inUse(activated)).decrypts).toEqual([old, fresh]);
  expect(nextStep(activated, 'enc').dueAt - start - leastMs.enc.pending).toBeGreaterThanOrEqual(86_400_000);

  const removed = await takeStep(activated, 'enc', { now: start });
  expect((await inUse(removed)).decrypts).toEqual([fresh]);
});

test('a rotation of one role touches no key of another', async () => {
  const created = await takeStep(await takeStep(first, 'entity', { now: start }), 'enc', { now: start, ec: true });
  expect(created.keys.slice(0, first.keys.length)).toEqual(first.keys);
  const activated = await takeStep(created, 'enc', { now: start });
  expect(kids(activated, 'sig')).toEqual(kids(first, 'sig'));
  expect(nextStep(activated, 'entity')).toMatchObject({ step: 'activate', dueAt: start + leastMs.entity.pending });
  expect(activated.keys.find(({ kty }) => kty === 'EC')?.avain_state).toBe('active');
});

test('a key set that does not tell its age may be rotated at once', async () => {
  const plain = { keys: first.keys.map(({ avain_state: _state, avain_since: _since, ...key }) => key) };
  expect(nextStep(plain, 'sig')).toEqual({ step: 'create', dueAt: 0 });
  const activated = await takeStep(await takeStep(plain, 'sig', { now: start }), 'sig', { now: start });
  expect(activated.keys.map(({ avain_state: state }) => state)).toEqual(['retiring', undefined, undefined, 'active']);
});
