import { createLocalJWKSet, type JSONWebKeySet, type JWK, jwtVerify } from 'jose';
import { BrokerUnreachable } from '../broker-fetch.ts';
import { type EntityStatement, entityAlgorithms } from './entity-statement.ts';

/** Public keys of a broker; not to be used after `validUntil`, epoch milliseconds. */
export type KeySet = Readonly<{ jwks: JSONWebKeySet; validUntil: number }>;

/** The trust network's longest: brokers that rotate keys by the day keep the old one that long. */
export const keySetLifeMs = 24 * 60 * 60_000;

const skewSeconds = 30;

/**
 * A key set signed by the entity key that the broker's statement pins (`application/jwk-set+jwt`, S213/2023): the
 * holder of the broker's host name alone cannot exchange keys. Some brokers write no `typ`, so it is not asked for.
 * Throws {@link BrokerUnreachable} `keys_signature` or `keys_content`.
 */
export async function verifySignedJwks(jwt: string, pinned: EntityStatement, now: number): Promise<KeySet> {
  const { entityId, entityKeys } = pinned;
  const verified = await jwtVerify(jwt.trim(), createLocalJWKSet({ keys: [...entityKeys] }), {
    algorithms: entityAlgorithms,
    issuer: entityId,
    subject: entityId,
    clockTolerance: skewSeconds,
    currentDate: new Date(now),
  }).catch((cause: unknown) => {
    // Unsigned, signed by another key, about somebody else, or expired: nothing in it may be used.
    throw new BrokerUnreachable('keys_signature', { cause });
  });
  const { exp, ...payload } = verified.payload;
  const jwks = keySetIn(payload);
  if (!jwks) throw new BrokerUnreachable('keys_content');
  const expiresAt = exp === undefined ? Number.POSITIVE_INFINITY : exp * 1000;
  return { jwks, validUntil: Math.min(now + keySetLifeMs, expiresAt, pinned.expiresAt) };
}

/** The member `keys`, where the value has one of the right form. */
export function keySetIn(value: unknown): JSONWebKeySet | null {
  if (typeof value !== 'object' || value === null || !('keys' in value) || !Array.isArray(value.keys)) return null;
  const isKey = (key: unknown): key is JWK => typeof key === 'object' && key !== null && 'kty' in key;
  return value.keys.every(isKey) ? { keys: value.keys } : null;
}
