import { beforeAll, expect, test } from '@jest/globals';
import { createBrokerKeys, importBrokerKeys, type PrivateJwks, publicJwks } from '../../../src/upstream/ftn/keys.ts';

let keys: PrivateJwks;
beforeAll(async () => {
  keys = await createBrokerKeys();
});

test('what is published holds no private member', () => {
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

test('one key for both uses, or a missing one, is refused', async () => {
  const [sig, enc] = keys.keys;
  if (!sig || !enc) throw new Error('two keys were made');
  await expect(importBrokerKeys({ keys: [sig, { ...sig, use: 'enc' }] }, ['RSA-OAEP'])).rejects.toThrow('different');
  await expect(importBrokerKeys({ keys: [sig] }, ['RSA-OAEP'])).rejects.toThrow('use "enc"');
  const published = { keys: publicJwks(keys).keys };
  await expect(importBrokerKeys(published, ['RSA-OAEP'])).rejects.toThrow('private');
});
