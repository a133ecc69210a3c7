/** Key pairs and signatures of this process, for sources whose private keys it may hold. */
import { constants, createPrivateKey, generateKeyPair, type JsonWebKey, type KeyObject, sign } from 'node:crypto';
import { promisify } from 'node:util';
import type { SigningAlg } from './signer.ts';

const generate = promisify(generateKeyPair);
/** Off the main thread: an RSA signature takes a millisecond. */
const signAsync = promisify<string, Uint8Array, Parameters<typeof sign>[2], Buffer>(sign);

/** NIST SP 800-131A: good beyond the year 2030; 3072 bits would double the time of each signature. */
const rsaBits = 2048;

/** RFC 7518 3.3, 3.4 and 3.5. */
const padding: Readonly<Record<SigningAlg, object>> = {
  ES256: { dsaEncoding: 'ieee-p1363' },
  RS256: { padding: constants.RSA_PKCS1_PADDING },
  PS256: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST },
};

/** As a private JWK. */
export async function makeKeyPair(alg: SigningAlg): Promise<JsonWebKey> {
  const { privateKey } =
    alg === 'ES256' ? await generate('ec', { namedCurve: 'P-256' }) : await generate('rsa', { modulusLength: rsaBits });
  return privateKey.export({ format: 'jwk' });
}

export function signWith(privateJwk: JsonWebKey, alg: SigningAlg): (data: Uint8Array) => Promise<Uint8Array> {
  const key: KeyObject = createPrivateKey({ key: privateJwk, format: 'jwk' });
  return (data) => signAsync('sha256', data, { key, ...padding[alg] });
}
