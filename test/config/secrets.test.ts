import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format, inspect } from 'node:util';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Secret } from '../../src/config/secret.ts';
import { readKeyFile } from '../../src/upstream/key-file.ts';
import { developmentScratch, type Scratch } from './scratch.ts';

let scratch: Scratch;
beforeEach(async () => {
  scratch = await developmentScratch();
});
afterEach(() => scratch.remove());

const files = [
  'broker-demotunnistus.jwks.json',
  'client-oima',
  'client-oima-apu',
  'cookie-keys',
  'identity-index-key',
  'lookup-key',
  'master-key',
];

test('development makes every secret once, 0600 in a folder of 0700', async () => {
  const first = await scratch.load();
  const dir = join(scratch.root, 'data/secrets');
  expect((await readdir(dir)).sort()).toEqual(files);
  expect((await stat(dir)).mode & 0o777).toBe(0o700);
  for (const file of files) expect((await stat(join(dir, file))).mode & 0o777).toBe(0o600);
  const second = await scratch.load();
  for (const key of ['masterKeys', 'identityIndexKeys', 'lookupKey'] as const)
    expect(second.secrets[key].reveal()).toEqual(first.secrets[key].reveal());
  const oima = second.clients.find(({ id }) => id === 'oima');
  expect(oima?.secret?.reveal()).toBe(await readFile(join(dir, 'client-oima'), 'utf8'));
});

test('programs that start at the same moment agree on the same secrets', async () => {
  const configs = await Promise.all(Array.from({ length: 5 }, () => scratch.load()));
  const keys = new Set(
    configs.map(({ secrets }) =>
      [secrets.lookupKey.reveal(), ...secrets.masterKeys.reveal()].map((key) => key.toString('hex')).join(),
    ),
  );
  const clients = new Set(configs.flatMap((config) => config.clients.map(({ secret }) => secret?.reveal())));
  expect(keys.size).toBe(1);
  expect(clients.size).toBe(3);
  expect((await readdir(join(scratch.root, 'data/secrets'))).sort()).toEqual(files);
});

test.each([
  ['masterKeyFile', 'master-key'],
  ['identityIndexKeyFile', 'identity-index-key'],
  ['lookupKeyFile', 'lookup-key'],
])('a lost key (%s) is not replaced while there is data that needs it', async (key, file) => {
  await scratch.load();
  await rm(join(scratch.root, `data/secrets/${file}`));
  await writeFile(join(scratch.root, 'data/avain.db'), '');
  expect(await scratch.faults()).toMatch(
    new RegExp(`secrets\\.${key}: found no .*${file}, expected the key that .*avain\\.db`),
  );
});

test('nothing of a secret shows in any form of the configuration', async () => {
  const config = await scratch.load();
  const brokerKeys = await readKeyFile(config.secrets.brokerKeysFiles['demotunnistus'] ?? '');
  const secrets = [
    ...[config.secrets.masterKeys, config.secrets.identityIndexKeys].flatMap((keys) =>
      keys.reveal().map((key) => key.toString('base64')),
    ),
    config.secrets.lookupKey.reveal().toString('base64'),
    ...config.secrets.cookieKeys.map((key) => key.reveal()),
    ...config.clients.flatMap(({ secret }) => secret?.reveal() ?? []),
    ...brokerKeys.keys.map(({ d }) => String(d)),
    ...config.rosterRows.map(({ value }) => value.reveal()),
  ];
  expect(secrets).toHaveLength(11);
  const shown = [JSON.stringify(config), inspect(config, { depth: null, showHidden: true }), format('%o', config)].join(
    '\n',
  );
  for (const secret of secrets) expect(shown).not.toContain(secret);
  expect(shown).toContain('[secret]');
});

test('a secret is redacted wherever it is printed, and opens only by name', () => {
  const secret = new Secret('CANARY');
  const shown = [
    `${secret}`,
    JSON.stringify({ secret }),
    inspect(secret),
    format('%s %j', secret, secret),
    Object.values(secret),
  ];
  expect(shown.join(' ')).not.toContain('CANARY');
  expect({ ...secret }).toEqual({});
  expect(secret.reveal()).toBe('CANARY');
});
