import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { SignJWT } from 'jose';
import { createBrokerKeys, type PrivateJwks } from '../../src/upstream/ftn/keys.ts';
import {
  connectTo,
  identifyAt,
  namedKey,
  openSmallBroker,
  type SmallBroker,
  type SmallBrokerKeys,
  smallBrokerKeys,
} from './small-broker.ts';

const code = 'urn:oid:1.2.246.21';
const family = 'urn:oid:2.5.4.4';

let keys: PrivateJwks;
let own: SmallBrokerKeys;
let broker: SmallBroker;
beforeAll(async () => {
  keys = await createBrokerKeys({ now: Date.now() });
  own = await smallBrokerKeys();
});
beforeEach(async () => {
  broker = await openSmallBroker(keys, own);
  // As Signicat can be set: the person only in userinfo.
  broker.now.idTokenClaims = { [code]: undefined };
  broker.now.userInfoClaims = { [code]: '131189Y902A', [family]: 'Virtanen' };
});
afterEach(() => broker.close());

const outcome = async (userInfo: string) => identifyAt(broker, await connectTo(broker, { keys, config: { userInfo } }));

test('without it, what only userinfo says is not known', async () => {
  expect(await outcome('none')).toEqual({ outcome: 'no-identity-code' });
  expect(broker.asked).not.toContain('/userinfo');
});

test('claims of the person are added to those of the ID token', async () => {
  expect(await outcome('nested')).toMatchObject({
    outcome: 'identified',
    identity: { idValue: '131189Y902A', familyName: 'Virtanen', givenName: 'Aino Olivia', level: 'substantial' },
  });
});

test('a plain signature is enough only where the configuration says so', async () => {
  broker.now.instead['/userinfo'] = { status: 200, body: await signed(), type: 'application/jwt' };
  expect(await outcome('nested')).toEqual({ outcome: 'failed', cause: 'userinfo_not_encrypted' });
  expect(await outcome('signed')).toMatchObject({ outcome: 'identified' });
});

describe('what is not believed', () => {
  test.each([
    ['another issuer', { iss: 'https://evil.example' }],
    ['no issuer', { iss: undefined }],
    ['another client', { aud: 'somebody-else' }],
    ['another client too', { aud: ['avain', 'somebody-else'] }],
    ['no audience', { aud: undefined }],
    ['another person than the ID token', { sub: 'somebody else' }],
    ['nobody', { sub: undefined }],
    ['what has expired', { exp: 1_700_000_000 }],
  ])('userinfo of %s', async (_what, change) => {
    broker.now.userInfoClaims = { ...broker.now.userInfoClaims, ...change };
    expect(await outcome('nested')).toMatchObject({ outcome: 'failed' });
  });

  test('an identity code that differs from the one in the ID token', async () => {
    broker.now.idTokenClaims = { [code]: '010190-999W' };
    expect(await outcome('nested')).toEqual({ outcome: 'failed', cause: 'userinfo_mismatch' });
  });

  test('a level or a time from userinfo', async () => {
    broker.now.idTokenClaims = { [code]: undefined, acr: undefined };
    broker.now.userInfoClaims = { ...broker.now.userInfoClaims, acr: 'http://ftn.ficora.fi/2017/loa2' };
    expect(await outcome('nested')).toEqual({ outcome: 'failed', cause: 'acr' });
    broker.now.idTokenClaims = { [code]: undefined, auth_time: undefined };
    broker.now.userInfoClaims = { ...broker.now.userInfoClaims, auth_time: Math.floor(Date.now() / 1000) };
    expect(await outcome('nested')).toEqual({ outcome: 'failed', cause: 'auth_time' });
  });

  test('a signature of nobody', async () => {
    broker.now.instead['/userinfo'] = { status: 200, body: await signed('sig-1'), type: 'application/jwt' };
    expect(await outcome('signed')).toMatchObject({
      outcome: 'failed',
      cause: expect.stringMatching(/^userinfo_oauth_/),
    });
  });

  test.each([
    ['plain JSON', 200, '{"sub":"somebody"}', { outcome: 'failed', cause: 'userinfo_not_signed' }],
    ['a page', 200, '<html>', { outcome: 'unavailable', cause: 'not_json' }],
    ['nothing', 500, '', { outcome: 'unavailable', cause: 'status_500' }],
    ['a refusal of our own token', 401, '{}', { outcome: 'unavailable', cause: 'status_401' }],
  ])('%s', async (_what, status, body, expected) => {
    broker.now.instead['/userinfo'] = { status, body };
    expect(await outcome('signed')).toEqual(expected);
  });
});

/** Userinfo that is only signed, by the broker's key or by another one under its name. */
async function signed(forged?: string): Promise<string> {
  const { privateKey, kid } = forged === undefined ? broker.now.signing : await namedKey('RS256', forged);
  return new SignJWT({ iss: broker.issuer, aud: 'avain', sub: 'somebody', ...broker.now.userInfoClaims })
    .setProtectedHeader({ alg: 'RS256', kid })
    .sign(privateKey);
}
