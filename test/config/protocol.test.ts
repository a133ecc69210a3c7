/** What a client file and avain.yaml may say of the protocol, and what a word of it turns into. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { exportJWK, generateKeyPair } from 'jose';
import { developmentScratch, type Scratch } from './scratch.ts';

const avain = 'config/avain.yaml';
let scratch: Scratch;
let key: Record<string, unknown>;
beforeEach(async () => {
  scratch = await developmentScratch();
  key = { ...(await exportJWK((await generateKeyPair('ES256')).publicKey)), kid: 'test' };
});
afterEach(() => scratch.remove());

const machine = { name: 'Testi', party: 'first', type: 'confidential', clientCredentials: true };
const people = { redirectUris: ['https://client.example/cb'], startUrl: 'https://client.example/' };

// JSON is YAML.
const write = (file: object) => scratch.write('config/clients/testi.yaml', JSON.stringify({ ...machine, ...file }));
const testi = async () => (await scratch.load()).clients.find(({ id }) => id === 'testi');
const withKeys = (file: object) => write({ jwks: { keys: [key] }, ...file });

test('fapi2 is one word: pushed, bound by DPoP, keys instead of a secret', async () => {
  await withKeys({ profile: 'fapi2', ...people });
  expect(await testi()).toMatchObject({
    authMethod: 'private_key_jwt',
    secret: null,
    tokens: { binding: 'dpop', idTokenAlg: 'ES256' },
    requests: { pushed: true, signed: false },
  });
});

test('a client that says nothing is a plain one', async () => {
  await write({});
  expect(await testi()).toMatchObject({
    authMethod: 'client_secret_basic',
    profile: null,
    tokens: { binding: null, accessTokenMinutes: null, idTokenAlg: 'ES256', idTokenEncryption: null },
    requests: { pushed: false, signed: false, responseModes: ['query', 'fragment', 'form_post'] },
    userinfo: { signedAlg: null, encryption: null },
    resources: [],
  });
});

describe('refuses', () => {
  test.each<readonly [what: string, file: object, fault: RegExp]>([
    ['FAPI 2.0 with a secret', { profile: 'fapi2' }, /authMethod: .*private_key_jwt or self_signed_tls_client_auth/],
    [
      'FAPI 2.0 for a page',
      { profile: 'fapi2', type: 'public', clientCredentials: false, ...people },
      /type: .*confidential/,
    ],
    ['signed requests without keys', { requests: { signed: true } }, /requests\.signed: .*jwks or jwksUri/],
    [
      'encryption without keys',
      { userinfo: { encryption: { alg: 'ECDH-ES' } } },
      /userinfo\.encryption: .*jwks or jwksUri/,
    ],
    [
      'encryption under a secret',
      { userinfo: { encryption: { alg: 'A256KW' } } },
      /userinfo\.encryption\.alg: found "A256KW"/,
    ],
    [
      'certificates that nobody hands over',
      { tokens: { binding: 'mtls' } },
      /tokens\.binding: .*clientCertificateHeader/,
    ],
    ['a resource server nobody named', { resources: ['kuitit'] }, /resources\.0: .*there is none yet/],
    ['no way to answer', { requests: { responseModes: [] } }, /requests\.responseModes: /],
  ])('%s', async (_what, file, fault) => {
    await write(file);
    expect(await scratch.faults()).toMatch(fault);
  });

  test('FAPI 2.0 with RS256, a short RSA key, a certificate client without a certificate', async () => {
    const short = { kty: 'RSA', e: 'AQAB', n: Buffer.alloc(128, 7).toString('base64url') };
    await write({ profile: 'fapi2', jwks: { keys: [short] }, tokens: { idTokenAlg: 'RS256' } });
    expect(await scratch.faults()).toMatch(/tokens\.idTokenAlg: [\s\S]*jwks\.keys\.0: .*2048/);
    await scratch.spoil(avain, 'trustedHops: 0', 'trustedHops: 1\n  clientCertificateHeader: client-cert');
    await withKeys({ authMethod: 'self_signed_tls_client_auth' });
    expect(await scratch.faults()).toMatch(/jwks: .*x5c/);
  });

  test('a header for certificates that anybody can send', async () => {
    await scratch.spoil(avain, 'trustedHops: 0', 'trustedHops: 0\n  clientCertificateHeader: client-cert');
    expect(await scratch.faults()).toMatch(/proxy\.clientCertificateHeader: .*trustedHops is 0/);
  });
});

describe('resource servers', () => {
  const name = (resources: string) => scratch.spoil(avain, /^# resources:$/m, `resources: ${resources}\n#`);

  test('are given to a machine of anybody, and to people of first parties only', async () => {
    await name('{kuitit: {identifier: "https://api.example/", scopes: [read]}}');
    await write({ party: 'third', resources: ['kuitit'] });
    expect((await testi())?.resources).toEqual(['kuitit']);
    await write({ party: 'third', resources: ['kuitit'], ...people });
    expect(await scratch.faults()).toMatch(/resources: .*third party/);
    // People come by a device, too.
    await write({ party: 'third', resources: ['kuitit'], deviceFlow: true });
    expect(await scratch.faults()).toMatch(/resources: .*third party/);
  });

  test.each([
    ['our own address', '{a: {identifier: "http://localhost:3000/api"}}', /resources\.a\.identifier: .*own/],
    [
      'two of one name',
      '{a: {identifier: "urn:x"}, b: {identifier: "urn:x"}}',
      /resources\.b\.identifier: .*of its own/,
    ],
    ['a scope of ours', '{a: {identifier: "urn:x", scopes: [email]}}', /resources\.a\.scopes\.0: .*another name/],
    ['no URI', '{a: {identifier: kuitit}}', /resources\.a\.identifier: .*absolute URI/],
  ])('refuse %s', async (_what, resources, fault) => {
    await name(resources);
    expect(await scratch.faults()).toMatch(fault);
  });
});
