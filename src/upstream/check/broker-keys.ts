import type { JWK } from 'jose';
import type { CustomFetch, ServerMetadata } from 'openid-client';
import { BrokerUnreachable } from '../broker-fetch.ts';
import { readProviderKeys } from '../provider-keys.ts';
import { type CheckInput, type Finding, met, notMet } from './duty.ts';
import { wordsFor } from './words.ts';

const leastRsaBits = 2048;

/** The broker's signing keys, had as the connector has them. */
export async function brokerKeysDuty(
  { config, clock }: CheckInput,
  fetch: CustomFetch,
  server: ServerMetadata,
): Promise<Finding> {
  try {
    const options = { method: 'GET', headers: {}, body: null, redirect: 'manual' } as const;
    const request = { uri: server.jwks_uri ?? '', options, now: clock.now() };
    const { jwks, validUntil } = await readProviderKeys({ fetch, pinned: config.pinned }, request);
    const fault = faultIn(jwks.keys, config.idToken.signing);
    if (fault) return notMet('broker-keys', fault);
    const how = config.pinned ? 'signed by the pinned entity key' : "as the broker's host serves them";
    const until = new Date(validUntil).toISOString().slice(0, 16).replace('T', ' ');
    return met('broker-keys', `${jwks.keys.length} published, ${how}, good until ${until} UTC`);
  } catch (error) {
    if (!(error instanceof BrokerUnreachable)) throw error;
    return notMet('broker-keys', wordsFor(error.code));
  }
}

function faultIn(keys: readonly JWK[], algorithms: readonly string[]): string | null {
  if (keys.some(({ d, k }) => d !== undefined || k !== undefined)) return 'a secret or private key is published';
  const signing = keys.filter(({ use, kty, alg }) => {
    const fits = algorithms.some((each) => each.startsWith('ES') === (kty === 'EC'));
    return use !== 'enc' && (kty === 'RSA' || kty === 'EC') && fits && (alg === undefined || algorithms.includes(alg));
  });
  if (signing.length === 0) return `no key that signs by ${algorithms.join(' or ')}`;
  if (signing.length > 1 && signing.some(({ kid }) => kid === undefined)) return 'several keys, and not all have a kid';
  const short = signing.some(
    ({ kty, n = '' }) => kty === 'RSA' && Buffer.from(n, 'base64url').length * 8 < leastRsaBits,
  );
  return short ? `a key shorter than ${leastRsaBits} bits` : null;
}
