import { type JSONWebKeySet, SignJWT } from 'jose';
import type { BrokerConfig } from '../broker-config.ts';
import {
  type BrokerKey,
  importSigningKey,
  type PrivateJwks,
  publicJwks,
  publicKey,
  roleOf,
  type SigningKey,
  stateOf,
} from './keys.ts';
import { sinceMs } from './rotation.ts';

/** Who we are towards one broker. */
export type OwnEntity = Readonly<{
  /** Entity identifier: `iss` and `sub` of what our entity key signs. The routes below it publish it. */
  entityId: string;
  redirectUri: string;
  organizationName: string;
  config: BrokerConfig;
}>;

/** Signed JWKS: half the day that keys overlap, so that a broker that obeys `exp` is never a rotation behind. */
const signedJwksLifeSeconds = 12 * 3600;
/** As in the statements that the brokers themselves exchange; a leaked entity key is answered by a new statement. */
const statementLifeSeconds = 10 * 365 * 86_400;

/** Our entity towards a broker: the folder of our routes, so that each broker has its own and none can be mistaken. */
export function entityIdOf(issuer: string, brokerId: string): string {
  return new URL(`/upstream/${brokerId}`, issuer).href;
}

/**
 * Our public keys as a JWS of the active entity key (S213/2023; content type `application/jwk-set+jwt`), or null without
 * one. `now`: epoch milliseconds.
 */
export async function signedJwks(keys: PrivateJwks, entity: OwnEntity, now: number): Promise<string | null> {
  const signing = await entityKey(keys);
  if (!signing) return null;
  const iat = Math.floor(now / 1000);
  return signed(signing, 'jwk-set+jwt', entity, { ...publicJwks(keys), iat, exp: iat + signedJwksLifeSeconds });
}

/**
 * Our entity statement (OpenID Federation 1.0 §3, self-signed), or null without an entity key. It is exchanged by hand
 * and compared by its SHA-256, so it is the same text on every node and after every restart until a key or the
 * configuration changes: its time is that of the newest entity key, and RS256 has no randomness.
 */
export async function entityStatement(keys: PrivateJwks, entity: OwnEntity): Promise<string | null> {
  const signing = await entityKey(keys);
  if (!signing) return null;
  const own = keys.keys.filter((key) => roleOf(key) === 'entity');
  const iat = Math.floor(Math.max(...own.map(sinceMs)) / 1000);
  return signed(signing, 'entity-statement+jwt', entity, {
    jwks: { keys: own.map(publicKey) } satisfies JSONWebKeySet,
    metadata: { openid_relying_party: relyingParty(keys, entity) },
    iat,
    exp: iat + statementLifeSeconds,
  });
}

function relyingParty(keys: PrivateJwks, { entityId, redirectUri, organizationName, config }: OwnEntity) {
  const enc = keys.keys.find((key) => roleOf(key) === 'enc' && stateOf(key) === 'active');
  const { signing, keyEncryption, contentEncryption } = config.idToken;
  return {
    redirect_uris: [redirectUri],
    application_type: 'web',
    response_types: ['code'],
    grant_types: ['authorization_code'],
    id_token_signed_response_alg: signing[0],
    // What our key can decrypt, of what the configuration allows.
    id_token_encrypted_response_alg: keyEncryption.find((alg) => alg.startsWith('ECDH-ES') === (enc?.kty === 'EC')),
    id_token_encrypted_response_enc: contentEncryption[0],
    request_object_signing_alg: 'RS256',
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_signing_alg: 'RS256',
    // No automatic registration: the broker registers us by this file.
    client_registration_types: [],
    organization_name: organizationName,
    signed_jwks_uri: `${entityId}/signed-jwks`,
  };
}

async function entityKey({ keys }: PrivateJwks): Promise<SigningKey | null> {
  const active = (key: BrokerKey) => roleOf(key) === 'entity' && stateOf(key) === 'active';
  const found = keys.find(active);
  return found ? importSigningKey(found) : null;
}

function signed(
  { key, kid }: SigningKey,
  typ: string,
  { entityId }: OwnEntity,
  payload: Readonly<Record<string, unknown>>,
): Promise<string> {
  return new SignJWT({ ...payload, iss: entityId, sub: entityId })
    .setProtectedHeader({ alg: 'RS256', typ, kid })
    .sign(key);
}
