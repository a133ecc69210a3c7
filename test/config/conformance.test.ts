/** The conformance profile as it is shipped and prepared, and what it refuses; TLS files and registration in every profile. */
import { randomBytes, randomInt } from 'node:crypto';
import { chmod, cp, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { prepareRun } from '../../src/conformance/prepare.ts';
import { page } from '../docs/pages.ts';
import { emptyScratch, productionScratch, repository, type Scratch } from './scratch.ts';

const avain = 'config/conformance/avain.yaml';
const clients = 'data/conformance/clients.json';
const env = { AVAIN_CONFIG: avain };
let scratch: Scratch;
let yaml: string;
let metadata: Record<string, unknown>[];

beforeAll(async () => {
  scratch = await emptyScratch();
  const run = {
    issuer: 'https://localhost:3443',
    suite: 'https://suite.example',
    alias: 'avain',
    email: 'a@b.example',
  };
  await prepareRun({ ...run, dir: join(scratch.root, 'data/conformance') }, { bytes: randomBytes, int: randomInt });
  yaml = await readFile(join(repository, avain), 'utf8');
  metadata = JSON.parse(await readFile(join(scratch.root, clients), 'utf8')) as typeof metadata;
});
beforeEach(async () => {
  await scratch.write(avain, yaml);
  await scratch.write(clients, JSON.stringify(metadata, null, 2));
});
afterAll(() => scratch.remove());

test('as it is shipped and prepared it loads: no limit is ever reached, no draw falls, PKCE is for those who say so', async () => {
  const config = await scratch.load(env);
  expect(config).toMatchObject({ profile: 'conformance', chance: 'never', registration: { enabled: true } });
  const counts = { ...config.limits.interactions, ...config.limits.links, ...config.limits.strongIdentification };
  expect(Object.values(counts).filter((count) => count < Number.MAX_SAFE_INTEGER)).toEqual([]);
  expect(config.secrets.testPerson?.reveal()).toMatch(/^Aa1-/);
  const byId = new Map(config.clients.map((client) => [String(client.id), client]));
  expect([...byId.keys()].filter((id) => id.startsWith('suite-'))).toHaveLength(5);
  expect(byId.get('suite-post')).toMatchObject({
    party: 'first',
    authMethod: 'client_secret_post',
    grantTypes: ['authorization_code', 'refresh_token'],
    redirectUris: [expect.stringMatching(/callback$/), expect.stringContaining('?dummy1=lorem&dummy2=ipsum')],
    tokens: { idTokenAlg: 'RS256' },
    registered: { pkceDemanded: false },
  });
  expect(byId.get('suite-post')?.secret?.reveal()).toBe(metadata[2]?.['client_secret']);
  expect(byId.get('suite-fapi-1')).toMatchObject({
    profile: 'fapi2',
    tokens: { binding: 'dpop' },
    registered: { pkceDemanded: true },
  });
});

test('docs/conformance.md names every file that is prepared, and every client', async () => {
  const told = page('docs/conformance.md');
  expect([...told.matchAll(/`data\/conformance\/([\w.-]+)`/g)].map(([, name]) => name).sort()).toEqual(
    (await readdir(join(scratch.root, 'data/conformance'))).filter((name) => name.startsWith('suite-')).sort(),
  );
  expect(metadata.filter(({ client_id }) => !told.includes(`\`${client_id}\``))).toEqual([]);
});

test('on a private address the limits are those of development', async () => {
  const config = await scratch.load({ ...env, AVAIN_LISTEN_HOST: '172.17.0.1' });
  expect(config.limits.mail.perNetworkPerHour).toBe(3000);
});

test.each([
  [
    'every address of the machine',
    'host: localhost',
    'host: 0.0.0.0',
    'listen.host: found "0.0.0.0", expected a loopback or private address',
  ],
  [
    'every address of version 6',
    'host: localhost',
    "host: '::'",
    'listen.host: found "::", expected a loopback or private address',
  ],
  [
    'a public address',
    'host: localhost',
    'host: 193.166.3.2',
    'listen.host: found "193.166.3.2", expected a loopback or private address',
  ],
  [
    'an http issuer',
    'issuer: https',
    'issuer: http',
    'issuer: found "http://localhost:3443", expected an https address',
  ],
  ['no certificate', /\n {2}tls:(\n {4}.*)+/, '', 'listen.tls: found nothing, expected certificateFile and keyFile'],
  [
    'a shared store',
    'clientsDirs: []',
    'clientsDirs: []\nstorage: { kind: mongo-redis, mongo: { url: mongodb://m }, redis: { url: redis://r } }',
    'storage.kind: found "mongo-redis", expected sqlite',
  ],
  ['no test person', /\nconformance:(\n( .*)?)+/, '\n', 'conformance: found nothing, expected conformance.person'],
  [
    'a key that is not the certificate’s',
    'conformance/key.pem',
    'conformance/certificate.pem',
    'listen.tls.keyFile: found two files that do not fit, expected a PEM certificate and the private key',
  ],
  [
    'a certificate that is not there',
    'conformance/certificate.pem',
    'conformance/none.pem',
    'listen.tls.certificateFile: found "../../data/conformance/none.pem", expected a readable PEM file',
  ],
])('refuses %s', async (_, from, to, fault) => {
  await scratch.spoil(avain, from, to);
  expect(await scratch.faults(env)).toContain(fault);
});

describe('a client of the JSON file', () => {
  /** The first client with these members; its faults, without the name of the file. */
  async function faultsOf(changed: Record<string, unknown>): Promise<readonly string[]> {
    await scratch.write(clients, JSON.stringify([{ ...metadata[0], ...changed }, ...metadata.slice(1)], null, 2));
    return (await scratch.faults(env)).split('\n').map((line) => line.trim().replace(`${clients}:`, ''));
  }
  const lineOf = (key: string) =>
    JSON.stringify(metadata, null, 2)
      .split('\n')
      .findIndex((line) => line.includes(`"${key}"`)) + 1;

  test('is told its faults by line and by the name that the standard has', async () => {
    expect(await faultsOf({ redirect_uris: ['https://*.example/'] })).toEqual([
      `${lineOf('redirect_uris') + 1}: 0.redirect_uris.0: found "https://*.example/", expected an absolute https URL without a fragment (http only on localhost)`,
    ]);
    expect(await faultsOf({ client_secret: 'CANARY' })).toEqual([
      `${lineOf('client_secret')}: 0.client_secret: found text, expected a secret of 32 or more characters`,
    ]);
    expect(await faultsOf({ response_types: ['id_token'] })).toEqual([
      expect.stringContaining('0.response_types.0: found "id_token", expected code'),
    ]);
    // A rule across keys, which our own client files call otherwise.
    expect(await faultsOf({ token_endpoint_auth_method: 'private_key_jwt', client_secret: undefined })).toEqual([
      expect.stringContaining('0.token_endpoint_auth_method: found "private_key_jwt", expected jwks or jwksUri'),
    ]);
    expect(await faultsOf({ avain_profile: 'fapi2' })).toContainEqual(expect.stringContaining('beside profile: fapi2'));
    expect(await faultsOf({ client_id: 'suite-2' })).toEqual([
      expect.stringContaining('1.client_id: found "suite-2", expected each client once'),
    ]);
  });

  test('needs the secret that its method is made of, and no other', async () => {
    expect(await faultsOf({ client_secret: undefined })).toEqual([
      expect.stringContaining('0.client_secret: found nothing'),
    ]);
    expect(await faultsOf({ token_endpoint_auth_method: 'none' })).toEqual([
      expect.stringContaining('0.client_secret: found text, expected nothing beside'),
    ]);
  });
});

describe('production', () => {
  let production: Scratch;
  beforeEach(async () => {
    production = await productionScratch();
    for (const name of ['certificate.pem', 'key.pem'])
      await cp(join(scratch.root, 'data/conformance', name), join(production.root, 'keys', name));
    await production.spoil(
      'config/avain.yaml',
      'dataDir:',
      'listen: { tls: { certificateFile: ../keys/certificate.pem, keyFile: ../keys/key.pem } }\ndataDir:',
    );
  });

  test('may speak TLS by itself, with a key that is not open to everybody', async () => {
    expect((await production.load()).listen.tls?.keyFile).toBe(join(production.root, 'keys/key.pem'));
    await chmod(join(production.root, 'keys/key.pem'), 0o644);
    expect(await production.faults()).toContain(
      'listen.tls.keyFile: found a file open to everybody, expected mode 0600',
    );
    await rm(production.root, { recursive: true });
  });

  test('has no test person, and no registration without its token', async () => {
    await production.spoil(
      'config/avain.yaml',
      'dataDir:',
      'conformance: { person: { email: a@b.example } }\ndataDir:',
    );
    expect(await production.faults()).toContain(
      'conformance: found a group of keys, expected no such group outside profile: conformance',
    );
    await production.spoil('config/avain.yaml', /conformance: .*\n/, 'registration: { enabled: true }\n');
    expect(await production.faults()).toContain('registration.initialAccessTokenFile: found no readable file');
    await production.write('data/secrets/initial-access-token', randomBytes(32).toString('base64url'), 0o600);
    expect((await production.load()).secrets.initialAccessToken).not.toBeNull();
    await production.spoil('config/avain.yaml', 'enabled: true', 'management: true');
    expect(await production.faults()).toContain(
      'registration.management: found true, expected false where enabled is false',
    );
    await rm(production.root, { recursive: true });
  });
});
