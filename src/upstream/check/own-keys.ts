import type { CustomFetch } from 'openid-client';
import { type BrokerKey, importBrokerKeys, publicJwks, roleOf, stateOf } from '../ftn/keys.ts';
import { type CheckInput, type Finding, met, notMet, notTried } from './duty.ts';

const leastRsaBits = 2048;

/** Our side, without asking the broker anything. */
export async function ownKeysDuty({ keys, config }: CheckInput): Promise<Finding> {
  const short = keys.keys.filter((key) => key.kty === 'RSA' && rsaBits(key) < leastRsaBits);
  if (short.length > 0) return notMet('own-keys', `${names(short)}: shorter than ${leastRsaBits} bits`);
  try {
    const { decryption } = await importBrokerKeys(keys, config.idToken.keyEncryption);
    if (decryption.length === 0) return notMet('own-keys', 'no key fits an algorithm of idToken.keyEncryption');
  } catch (error) {
    // The messages of importBrokerKeys name rules, never keys; anything else is a fault of the file.
    return notMet('own-keys', error instanceof Error ? error.message : 'they cannot be read');
  }
  const under = keys.keys.filter((key) => stateOf(key) !== 'active');
  const rotation = under.length === 0 ? '' : `; in rotation: ${names(under)}`;
  const entity = keys.keys.some((key) => roleOf(key) === 'entity')
    ? ''
    : '; no entity key (only some brokers need one)';
  return met('own-keys', `${keys.keys.length} keys${rotation}${entity}`);
}

/** Whether a running Avain publishes what the file holds. */
export async function publishedDuty({ id, issuer, keys }: CheckInput, fetch: CustomFetch): Promise<Finding> {
  const address = `${new URL(issuer).origin}/upstream/${id}/jwks`;
  let published: unknown;
  try {
    const options = { method: 'GET', headers: { accept: 'application/json' }, body: null, redirect: 'manual' } as const;
    published = await (await fetch(address, options)).json();
  } catch {
    return notTried('own-keys-published', `${address} does not answer from here`);
  }
  const kidsOf = (value: unknown) =>
    typeof value === 'object' && value !== null && 'keys' in value && Array.isArray(value.keys)
      ? value.keys.map((key: unknown) => String(Reflect.get(Object(key), 'kid'))).sort()
      : [];
  if (kidsOf(published).join() === kidsOf(publicJwks(keys)).join()) return met('own-keys-published', address);
  return notMet('own-keys-published', `${address} has other keys: does the running Avain read the same key file?`);
}

function rsaBits({ n = '' }: BrokerKey): number {
  return Buffer.from(n, 'base64url').length * 8;
}

function names(keys: readonly BrokerKey[]): string {
  return keys.map((key) => `${key.kid} (${stateOf(key)})`).join(', ');
}
