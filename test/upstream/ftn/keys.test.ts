import { beforeAll, expect, test } from '@jest/globals';
import {
  createBrokerKeys,
  createKey,
  importBrokerKeys,
  type PrivateJwks,
  parseBrokerKeys,
  publicJwks,
} from '../../../src/upstream/ftn/keys.ts';

let keys: PrivateJwks;
beforeAll(async () => {
  keys = await createBrokerKeys({ now: 0 });
});

const since = new Date(0).toISOString();

test('what is published holds no private member, and not the key that vouches for the others', () => {
  const published = publicJwks(keys).keys;
  expect(published.map(({ use }) => use)).toEqual(['sig', 'enc']);
  for (const key of published) {
    expect(Object.keys(key).filter((member) => !['kty', 'n', 'e', 'use', 'alg', 'kid'].includes(member))).toEqual([]);
  }
});

test('each decryption key serves both RSA-OAEP variants', async () => {
  const { signing, decryption } = await importBrokerKeys(keys, ['RSA-OAEP', 'RSA-OAEP-256']);
  expect(signing.kid).toMatch(/^sig-/);
  expect(decryption.map(({ alg }) => alg)).toEqual(['RSA-OAEP', 'RSA-OAEP-256']);
});

test('a key on P-256 decrypts ECDH-ES and nothing of RSA', async () => {
  const ec = await createKey('enc', { state: 'active', since, ec: true });
  const both = { keys: [...keys.keys, ec] };
  const { decryption } = await importBrokerKeys(both, ['RSA-OAEP', 'ECDH-ES']);
  expect(decryption.map(({ alg, kid }) => [alg, kid === ec.kid])).toEqual([
    ['RSA-OAEP', false],
    ['ECDH-ES', true],
  ]);
  const published = publicJwks({ keys: [ec] }).keys[0];
  expect(Object.keys(published ?? {}).sort()).toEqual(['crv', 'kid', 'kty', 'use', 'x', 'y']);
});

test('one key for both uses, or a missing one, is refused', async () => {
  const [sig, enc] = keys.keys;
  if (!sig || !enc) throw new Error('two keys were made');
  await expect(importBrokerKeys({ keys: [sig, { ...sig, use: 'enc' }] }, ['RSA-OAEP'])).rejects.toThrow('different');
  await expect(importBrokerKeys({ keys: [sig] }, ['RSA-OAEP'])).rejects.toThrow('use "enc"');
  const published = { keys: publicJwks(keys).keys };
  await expect(importBrokerKeys(published, ['RSA-OAEP'])).rejects.toThrow('private');
});

test('a file is taken only with private keys, one of them signing and one of them in use for decrypting', () => {
  expect(parseBrokerKeys(JSON.stringify(keys))).toEqual(keys);
  const refused = [
    publicJwks(keys),
    { keys: keys.keys.filter(({ use }) => use === 'enc') },
    { keys: keys.keys.map((key) => ({ ...key, avain_state: 'pending' })) },
    { keys: keys.keys.map(({ kid: _kid, ...key }) => key) },
    [],
  ];
  for (const content of refused) expect(parseBrokerKeys(JSON.stringify(content))).toBeNull();
  expect(parseBrokerKeys('-----BEGIN PRIVATE KEY-----')).toBeNull();
});

test('a key set made elsewhere, without states, is in use as it is', async () => {
  const plain = {
    keys: keys.keys
      .filter(({ avain_role: role }) => role === undefined)
      .map(({ avain_state: _state, avain_since: _since, ...key }) => key),
  };
  expect(parseBrokerKeys(JSON.stringify(plain))).toEqual(plain);
  expect(publicJwks(plain).keys).toHaveLength(2);
  expect((await importBrokerKeys(plain, ['RSA-OAEP'])).decryption).toHaveLength(1);
});
