import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { SignJWT } from 'jose';
import { readEntityStatement } from '../../../src/upstream/ftn/entity-statement.ts';
import { type NamedKey, namedKey } from '../small-broker.ts';

const now = Date.UTC(2026, 10, 22, 12);
const broker = 'https://broker.example.fi';
let key: NamedKey;
let other: NamedKey;
beforeAll(async () => {
  [key, other] = [await namedKey('RS256', 'entity-1'), await namedKey('RS256', 'entity-2')];
});

const provider = {
  issuer: `${broker}/uas`,
  authorization_endpoint: `${broker}/authorize`,
  token_endpoint: `${broker}/token`,
  signed_jwks_uri: `${broker}/signed_jwks.jwt`,
  id_token_signing_alg_values_supported: ['RS256'],
};

function sign(change: object = {}, { signer = key, typ = 'entity-statement+jwt', alg = 'RS256' } = {}) {
  const claims = { iss: broker, sub: broker, exp: now / 1000 + 60, jwks: { keys: [key.publicJwk] } };
  return new SignJWT({ ...claims, metadata: { openid_provider: provider }, ...change })
    .setProtectedHeader({ alg, typ, kid: signer.kid })
    .sign(signer.privateKey);
}

const read = (jwt: string, sha256?: string) => readEntityStatement(Buffer.from(jwt), { now, sha256 });

test('says where the broker is and which key vouches for its keys', async () => {
  expect(await read(`${await sign()}\n`)).toMatchObject({
    ok: true,
    statement: {
      entityId: broker,
      issuer: `${broker}/uas`,
      tokenEndpoint: `${broker}/token`,
      userInfoEndpoint: null,
      signedJwksUri: `${broker}/signed_jwks.jwt`,
      idTokenSigning: ['RS256'],
      entityKeys: [{ kid: 'entity-1' }],
      expiresAt: now + 60_000,
    },
  });
});

test('is compared with the SHA-256 that the broker published, of its bytes as they are', async () => {
  const jwt = await sign();
  const digest = createHash('sha256').update(jwt).digest('hex');
  expect(await read(jwt, digest)).toMatchObject({ ok: true });
  expect(await read(`${jwt}\n`, digest)).toMatchObject({ ok: false, key: 'sha256' });
});

describe('is refused', () => {
  test.each([
    ['signed by a key that it does not hold', () => sign({}, { signer: other })],
    ['signed by another key under its name', () => sign({}, { signer: { ...other, kid: 'entity-1' } })],
    ['of another type', () => sign({}, { typ: 'JWT' })],
    [
      'by an algorithm that is not on our list',
      async () => sign({}, { alg: 'RS512', signer: await namedKey('RS512', 'entity-1') }),
    ],
    ['that has expired', () => sign({ exp: now / 1000 - 60 })],
    ['that never expires', () => sign({ exp: undefined })],
    ['about somebody else', () => sign({ sub: 'https://other.example' })],
    ['without keys', () => sign({ jwks: { keys: [] } })],
    ['of a relying party', () => sign({ metadata: { openid_relying_party: provider } })],
    [
      'with keys in the open',
      () => sign({ metadata: { openid_provider: { ...provider, signed_jwks_uri: 'http://a.example' } } }),
    ],
    ['that is empty', async () => ''],
    ['that is JSON', async () => JSON.stringify({ iss: broker })],
  ])('a statement %s', async (_what, make) => {
    const result = await read(await make());
    expect(result).toMatchObject({ ok: false, key: 'file' });
  });
});
