import { randomBytes } from 'node:crypto';
import { chmod, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { productionScratch, repository, type Scratch } from './scratch.ts';

let scratch: Scratch;
beforeEach(async () => {
  scratch = await productionScratch();
});
afterEach(() => scratch.remove());

const avain = 'config/avain.yaml';
const client = 'config/clients/palkka.yaml';

test('starts with real addresses and secrets of its own', async () => {
  const config = await scratch.load();
  expect(config.profile).toBe('production');
  expect(config.secrets.masterKeys.reveal().map((key) => key.length)).toEqual([32]);
  expect(config.secrets.keyFiles.index).toBe(join(scratch.root, 'keys/identity-index-key'));
  expect(config.clients[0]?.secret?.reveal()).toBe('client-secret-0123456789-abcdefghij');
});

test('is the profile of a file that names none', async () => {
  await scratch.spoil(avain, 'profile: production\n', '');
  expect((await scratch.load()).profile).toBe('production');
});

describe('refuses', () => {
  const rows: readonly (readonly [what: string, file: string, from: string, to: string, fault: string])[] = [
    [
      'an http issuer',
      avain,
      'https://id.palkka.fi',
      'http://localhost:3000',
      'issuer: found "http://localhost:3000", expected the public https address',
    ],
    [
      'an issuer on loopback',
      avain,
      'https://id.palkka.fi',
      'https://localhost',
      'issuer: found "https://localhost", expected the public https address',
    ],
    [
      'in-memory storage',
      avain,
      'dataDir:',
      'storage: { memory: true }\ndataDir:',
      'storage.memory: found true, expected false',
    ],
    [
      'an http broker',
      avain,
      'https://tunnistus.telia.fi/uas',
      'http://localhost:3400',
      'brokers.telia.issuer: found "http://localhost:3400", expected an https URL that is not on this machine',
    ],
    [
      "a broker's test level",
      avain,
      'clientId: palkka',
      'clientId: palkka\n    acr: { request: [loatest2] }',
      'brokers.telia.acr.request: found a list, expected a real level of assurance',
    ],
    [
      "a broker's artificial codes",
      avain,
      'clientId: palkka',
      'clientId: palkka\n    allowArtificialCodes: true',
      'brokers.telia.allowArtificialCodes: found true, expected false',
    ],
    [
      'a test level of its own',
      avain,
      'dataDir:',
      'acr: { substantial: http://ftn.ficora.fi/2017/loatest2 }\ndataDir:',
      'acr.substantial: found "http://ftn.ficora.fi/2017/loatest2", expected a real level of assurance',
    ],
    [
      'loopback in outgoing.allow',
      avain,
      'allow: []',
      'allow: [https://127.0.0.1:3200]',
      'outgoing.allow.0: found "https://127.0.0.1:3200", expected no loopback: remove the line',
    ],
    ['fixed draws in the file', avain, 'dataDir:', 'chance: never\ndataDir:', 'chance: found "never", expected policy'],
    [
      'a demo client',
      client,
      'party: first',
      'party: first\ndemo: true',
      'demo: found true, expected no client of the demo world',
    ],
    [
      'a redirect to loopback',
      client,
      'https://palkka.fi/callback',
      'http://localhost:3200/callback',
      'redirectUris.0: found "http://localhost:3200/callback", expected a public https URL',
    ],
    [
      'a start on loopback',
      client,
      'https://palkka.fi/login',
      'http://localhost:3200/login',
      'startUrl: found "http://localhost:3200/login", expected a public https URL',
    ],
    [
      'a start by initiation on loopback',
      client,
      'startUrl: https://palkka.fi/login',
      'initiateLoginUri: https://localhost/login',
      'initiateLoginUri: found "https://localhost/login", expected a public https URL',
    ],
    [
      'a missing master key',
      avain,
      '  masterKeyFile: ../keys/master-key\n',
      '',
      'secrets.masterKeyFile: found nothing, expected a file outside the data folder (set secrets.masterKeyFile or AVAIN_MASTER_KEY_FILE)',
    ],
    [
      'a missing index key',
      avain,
      '  identityIndexKeyFile: ../keys/identity-index-key\n',
      '',
      'secrets.identityIndexKeyFile: found nothing, expected a file outside the data folder (set secrets.identityIndexKeyFile or AVAIN_IDENTITY_INDEX_KEY_FILE)',
    ],
    [
      'a missing lookup key',
      avain,
      '  lookupKeyFile: ../keys/lookup-key\n',
      '',
      'secrets.lookupKeyFile: found nothing, expected a file outside the data folder (set secrets.lookupKeyFile or AVAIN_LOOKUP_KEY_FILE)',
    ],
    [
      'one key in two files',
      avain,
      '../keys/lookup-key',
      '../keys/identity-index-key',
      'secrets.lookupKeyFile: found one key in two files, expected keys of their own in each file',
    ],
    [
      'one key twice in a file',
      avain,
      '../keys/identity-index-key',
      '../keys/twice',
      'keys/twice, expected 32 random bytes in base64',
    ],
    ['two lookup keys', avain, '../keys/lookup-key', '../keys/two', 'keys/two, expected 32 random bytes in base64'],
    [
      'the lookup key beside the data',
      avain,
      '../keys/lookup-key',
      '../data/secrets/lookup-key',
      'secrets.lookupKeyFile: found text, expected a file outside the data folder',
    ],
    [
      'missing cookie keys',
      avain,
      '  cookieKeysFile: ../keys/cookie-keys\n',
      '',
      'secrets.cookieKeysFile: found nothing, expected a file outside the data folder (set secrets.cookieKeysFile or AVAIN_COOKIE_KEYS_FILE)',
    ],
    [
      'a master key file that is not there',
      avain,
      '../keys/master-key',
      '../keys/none',
      'keys/none, expected 32 random bytes in base64',
    ],
    ['a short master key', 'keys/master-key', /.*/.source, 'c2hvcnQ=', 'keys/master-key, expected 32 random bytes'],
    [
      'a master key of one byte',
      'keys/master-key',
      /.*/.source,
      'QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=',
      'keys/master-key, expected 32 random bytes',
    ],
    ['a short cookie key', 'keys/cookie-keys', /.*/.source, 'short', 'keys/cookie-keys, expected one key of 32'],
    ['a dull cookie key', 'keys/cookie-keys', /.*/.source, 'a'.repeat(40), 'keys/cookie-keys, expected one key of 32'],
    [
      'a short client secret',
      'data/secrets/client-palkka',
      /.*/.source,
      'secret',
      'clientSecretFile: found something else in',
    ],
    [
      'broker keys without one for decryption',
      'data/secrets/broker-telia.jwks.json',
      '"enc"',
      '"sig"',
      'brokers.telia: found something else in',
    ],
    [
      'broker keys that are no JSON',
      'data/secrets/broker-telia.jwks.json',
      '{',
      '',
      'brokers.telia: found something else in',
    ],
    [
      'a master key made for development',
      'keys/master-key',
      /^/.source,
      "# made by Avain's development profile\n",
      'secrets.masterKeyFile: found a secret made by the development profile',
    ],
    [
      'a client secret made for development',
      'data/secrets/client-palkka',
      /^/.source,
      'dev_',
      'clientSecretFile: found a secret made by the development profile',
    ],
    [
      'a password hash cheaper than any recommended one',
      avain,
      'dataDir:',
      'passwords: { argon2: { memoryKib: 7168, passes: 1 } }\ndataDir:',
      'passwords.argon2: found a group of keys, expected 7168 KiB with 5 passes or more',
    ],
    [
      'one name for two levels',
      avain,
      'dataDir:',
      'acr: { email: http://ftn.ficora.fi/2017/loa2 }\ndataDir:',
      'acr: found a group of keys, expected three different names',
    ],
    [
      'a level raised on the way',
      avain,
      'clientId: palkka',
      'clientId: palkka\n    acr: { accept: { http://ftn.ficora.fi/2017/loa2: high } }',
      'brokers.telia.acr.accept.http://ftn.ficora.fi/2017/loa2: found "high", expected substantial',
    ],
    [
      'codes that live long',
      avain,
      'dataDir:',
      'lives: { authorizationCodeSeconds: 61 }\ndataDir:',
      'lives.authorizationCodeSeconds: found 61, expected at most 60',
    ],
    [
      'many tries at an e-mailed code',
      avain,
      'dataDir:',
      'limits: { codes: { wrongPerChallenge: 50 } }\ndataDir:',
      'limits.codes.wrongPerChallenge: found 50, expected at most 5',
    ],
    [
      'accounts that end before their owners can answer',
      avain,
      'dataDir:',
      'retention: { accounts: { erasedAfterNoticeDays: 13 } }\ndataDir:',
      'retention.accounts.erasedAfterNoticeDays: found 13, expected at least 14',
    ],
    [
      'accounts taken for unused while a service uses them',
      avain,
      'dataDir:',
      'retention: { accounts: { dormantNoticeAfterDays: 179 } }\ndataDir:',
      'retention.accounts.dormantNoticeAfterDays: found 179, expected at least 180, or null',
    ],
    [
      'a deletion that nobody can take back',
      avain,
      'dataDir:',
      'lives: { deletionWaitSeconds: 60 }\ndataDir:',
      'lives.deletionWaitSeconds: found 60, expected at least 259200 (3 days)',
    ],
    [
      'the master key beside the data',
      avain,
      '../keys/master-key',
      '../data/secrets/master-key',
      'secrets.masterKeyFile: found text, expected a file outside the data folder',
    ],
    [
      'loopback by another name in outgoing.allow',
      avain,
      'allow: []',
      "allow: ['https://[::ffff:7f00:1]']",
      'outgoing.allow.0: found "https://[::ffff:7f00:1]", expected no loopback',
    ],
  ];
  test.each(rows)('%s, naming the key and the way out', async (_, file, from, to, fault) => {
    const key = await readFile(join(scratch.root, 'keys/identity-index-key'), 'utf8');
    await scratch.write('keys/twice', key + key, 0o600);
    await scratch.write('keys/two', `${key}${randomBytes(32).toString('base64')}\n`, 0o600);
    const pattern = ['.*', '^', '(?:)'].includes(from) ? new RegExp(from) : from;
    await scratch.spoil(file, pattern, to);
    expect(await scratch.faults()).toContain(fault);
  });

  test.each([
    'keys/master-key',
    'keys/identity-index-key',
    'keys/lookup-key',
    'keys/cookie-keys',
    'data/secrets/client-palkka',
    'data/secrets/broker-telia.jwks.json',
  ])('%s when everybody can read it', async (path) => {
    await chmod(join(scratch.root, path), 0o644);
    expect(await scratch.faults()).toMatch(/: found a file open to everybody \(mode 644\), expected mode 0600/);
  });

  test.each(['client-palkka', 'broker-telia.jwks.json'])('%s when it is missing, and makes none', async (name) => {
    await rm(join(scratch.root, 'data/secrets', name));
    expect(await scratch.faults()).toContain(`data/secrets/${name}, expected`);
    expect(await scratch.faults()).toContain(`found no readable file`);
    expect(await scratch.faults()).not.toContain('npm start');
  });

  test.each([
    ['CHANCE', 'policy'],
    ['PORT_OFFSET', '0'],
    ['AVAIN_MOVED_PORTS', '3000:3001'],
  ])('%s', async (name, value) => {
    expect(await scratch.faults({ [name]: value })).toBe(
      `  environment: ${name}: found a variable of the development profile, expected production without it (unset ${name})`,
    );
  });

  test("the repository's own demo world, every part of it", async () => {
    const { loadConfig } = await import('../../src/config/load.ts');
    const env = { AVAIN_PROFILE: 'production', AVAIN_DATA_DIR: join(scratch.root, 'fresh') };
    const refused = loadConfig({ env, root: repository });
    for (const key of [
      'issuer:',
      'brokers.demotunnistus.issuer:',
      'outgoing.allow.0:',
      'secrets.masterKeyFile:',
      'demo:',
    ]) {
      await expect(refused).rejects.toThrow(key);
    }
  });
});

test('what it says holds nothing of a secret', async () => {
  await scratch.write('keys/master-key', 'CANARY-master\n', 0o600);
  await scratch.write('keys/identity-index-key', 'CANARY-index\n', 0o600);
  await scratch.write('keys/lookup-key', 'CANARY-lookup\n', 0o600);
  await scratch.write('keys/cookie-keys', 'CANARY-cookie\n', 0o600);
  await scratch.write('data/secrets/client-palkka', 'CANARY-client', 0o600);
  await scratch.write('data/secrets/broker-telia.jwks.json', '{"CANARY": 1', 0o600);
  const faults = await scratch.faults();
  expect(faults.split('\n')).toHaveLength(6);
  expect(faults).not.toContain('CANARY');
});
