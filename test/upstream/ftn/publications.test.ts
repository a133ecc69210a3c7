/** What our entity key says of us, verified as a broker would: with the key of the statement it was handed. */
import { beforeAll, expect, test } from '@jest/globals';
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import { brokerConfigSchema } from '../../../src/upstream/broker-config.ts';
import { createBrokerKeys, createKey, type PrivateJwks, publicJwks } from '../../../src/upstream/ftn/keys.ts';
import { entityIdOf, entityStatement, signedJwks } from '../../../src/upstream/ftn/publications.ts';
import { takeStep } from '../../../src/upstream/ftn/rotation.ts';

const now = Date.parse('2026-01-01T00:00:00Z');
const entityId = entityIdOf('https://id.palkka.fi', 'telia');
const entity = {
  entityId,
  redirectUri: 'https://id.palkka.fi/upstream/telia/callback',
  organizationName: 'Palkka Oy',
  config: brokerConfigSchema('production').parse({ issuer: 'https://tunnistus.telia.fi/uas', clientId: 'palkka' }),
};

let keys: PrivateJwks;
beforeAll(async () => {
  keys = await createBrokerKeys({ now });
});

/** The keys a broker pins when it is handed our statement. */
async function pinned(statement: string | null) {
  const { jwks } = decodeJwt<{ jwks: JSONWebKeySet }>(statement ?? '');
  const set = createLocalJWKSet(jwks);
  // The statement is signed by a key that it names itself.
  return {
    set,
    ...(await jwtVerify(statement ?? '', set, { typ: 'entity-statement+jwt', currentDate: new Date(now) })),
  };
}

test('the entity statement tells a broker all it registers us by', async () => {
  const { payload } = await pinned(await entityStatement(keys, entity));
  expect(payload).toMatchObject({
    iss: 'https://id.palkka.fi/upstream/telia',
    sub: 'https://id.palkka.fi/upstream/telia',
    metadata: {
      openid_relying_party: {
        redirect_uris: [entity.redirectUri],
        application_type: 'web',
        id_token_signed_response_alg: 'RS256',
        id_token_encrypted_response_alg: 'RSA-OAEP',
        id_token_encrypted_response_enc: 'A128CBC-HS256',
        request_object_signing_alg: 'RS256',
        token_endpoint_auth_method: 'private_key_jwt',
        client_registration_types: [],
        organization_name: 'Palkka Oy',
        signed_jwks_uri: 'https://id.palkka.fi/upstream/telia/signed-jwks',
      },
    },
  });
  expect(Number(payload.exp) - Number(payload.iat)).toBeGreaterThan(9 * 365 * 86_400);
});

test('it is the same text each time, so that its SHA-256 can be compared', async () => {
  expect(await entityStatement(keys, entity)).toBe(await entityStatement(keys, entity));
});

test('the signed key set is verified by the key of the statement, and holds what the plain one does', async () => {
  const { set } = await pinned(await entityStatement(keys, entity));
  const text = await signedJwks(keys, entity, now);
  const options = { issuer: entityId, subject: entityId, currentDate: new Date(now) };
  const { payload } = await jwtVerify(text ?? '', set, options);
  expect(payload).toMatchObject(publicJwks(keys));
  expect(Number(payload.exp) - Number(payload.iat)).toBeLessThanOrEqual(86_400);
  expect(decodeProtectedHeader(text ?? '').typ).toBe('jwk-set+jwt');
  expect(JSON.stringify(payload)).not.toMatch(/"(d|p|q|avain_\w+)":/);
});

test('a new entity key is in the statement before it signs, so that a broker can pin both', async () => {
  const created = await takeStep(keys, 'entity', { now });
  const { set } = await pinned(await entityStatement(created, entity));
  const activated = (await signedJwks(await takeStep(created, 'entity', { now }), entity, now)) ?? '';
  const options = { currentDate: new Date(now) };
  await expect(jwtVerify(activated, set, options)).resolves.toBeDefined();
  const before = await pinned(await entityStatement(keys, entity));
  await expect(jwtVerify(activated, before.set, options)).rejects.toThrow('no applicable key');
});

test('what our encryption key can decrypt is asked for', async () => {
  const ec = await createKey('enc', { state: 'active', since: new Date(now).toISOString(), ec: true });
  const [sig, , own] = keys.keys;
  if (!sig || !own) throw new Error('three keys were made');
  const idToken = { ...entity.config.idToken, keyEncryption: ['RSA-OAEP', 'ECDH-ES'] as never };
  const statement = await entityStatement(
    { keys: [sig, ec, own] },
    { ...entity, config: { ...entity.config, idToken } },
  );
  expect(decodeJwt(statement ?? '')).toHaveProperty(
    'metadata.openid_relying_party.id_token_encrypted_response_alg',
    'ECDH-ES',
  );
});

test('without an entity key nothing is signed', async () => {
  const [sig, enc] = keys.keys;
  if (!sig || !enc) throw new Error('three keys were made');
  expect(await entityStatement({ keys: [sig, enc] }, entity)).toBeNull();
  expect(await signedJwks({ keys: [sig, enc] }, entity, now)).toBeNull();
});
