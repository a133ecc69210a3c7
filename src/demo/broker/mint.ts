import { constants, createCipheriv, createPublicKey, publicEncrypt, randomBytes } from 'node:crypto';
import { CompactEncrypt, CompactSign, importJWK, type JWK, SignJWT, UnsecuredJWT } from 'jose';
import { type BrokerKeys, type NamedKey, publicHalf } from './keys.ts';
import { type Scenario, scenarios } from './scenarios.ts';
import type { Encryption } from './settings.ts';

export type MintInput = Readonly<{
  claims: Record<string, unknown>;
  use: 'idtoken' | 'userinfo';
  scenario: Scenario | null;
  keys: BrokerKeys;
  /** Avain's public key for encryption. */
  recipient: JWK;
  encryption: Encryption;
}>;

/** A nested token as the profile wants it (JWS inside JWE), or spoilt in the way of the scenario. */
export async function mint(input: MintInput): Promise<string> {
  const { scenario, use } = input;
  const signed = await sign(input);
  if (scenario === 'unencrypted' || (scenario === 'userinfo-unencrypted' && use === 'userinfo')) return signed;
  return encrypt(signed, input);
}

async function sign({ claims, scenario, keys }: MintInput): Promise<string> {
  if (scenario === 'alg-none') return new UnsecuredJWT(claims).encode();
  if (scenario === 'hs256') {
    // The classic confusion: a verifier that lets the token choose would check an HMAC with the public key.
    const shared = createPublicKey({ key: publicHalf(keys.signing), format: 'jwk' }).export({
      type: 'spki',
      format: 'pem',
    });
    return new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: keys.signing.kid }).sign(Buffer.from(shared));
  }
  const { key, kid } = signingKey(keys, scenario);
  return new CompactSign(Buffer.from(JSON.stringify(claims)))
    .setProtectedHeader({ alg: 'RS256', kid })
    .sign(await importJWK(key, 'RS256'));
}

function signingKey(keys: BrokerKeys, scenario: Scenario | null): { key: NamedKey; kid: string } {
  if (scenario === 'wrong-key') return { key: keys.stranger, kid: keys.signing.kid };
  if (scenario === 'unknown-kid') return { key: keys.stranger, kid: keys.stranger.kid };
  // What is published is read anew only for a key that is not known yet.
  const key = scenario && scenarios[scenario].at === 'keys' ? keys.next : keys.signing;
  return { key, kid: key.kid };
}

async function encrypt(signed: string, { scenario, keys, recipient, encryption }: MintInput): Promise<string> {
  if (scenario === 'rsa1_5' || scenario === 'rsa1_5-only') return encryptedByRsa15(signed, recipient);
  const { alg, enc } = encryption;
  const { alg: _bound, ...key } = scenario === 'wrong-encryption-key' ? publicHalf(keys.stranger) : recipient;
  const kid = scenario === 'unknown-encryption-kid' ? 'nobody-has-this-key' : recipient.kid;
  return new CompactEncrypt(Buffer.from(signed))
    .setProtectedHeader({ alg, enc, cty: 'JWT', ...(kid && scenario !== 'no-encryption-kid' && { kid }) })
    .encrypt(await importJWK({ ...key, use: 'enc' }, alg));
}

/** RFC 7516 by hand: jose rightly knows no RSA1_5. */
function encryptedByRsa15(signed: string, recipient: JWK): string {
  const encoded = (bytes: Buffer | string) => Buffer.from(bytes).toString('base64url');
  const header = encoded(JSON.stringify({ alg: 'RSA1_5', enc: 'A128GCM', cty: 'JWT', kid: recipient.kid }));
  const [contentKey, iv] = [randomBytes(16), randomBytes(12)];
  const wrapped = publicEncrypt(
    { key: createPublicKey({ key: recipient, format: 'jwk' }), padding: constants.RSA_PKCS1_PADDING },
    contentKey,
  );
  const cipher = createCipheriv('aes-128-gcm', contentKey, iv).setAAD(Buffer.from(header));
  const text = Buffer.concat([cipher.update(signed), cipher.final()]);
  return [header, encoded(wrapped), encoded(iv), encoded(text), encoded(cipher.getAuthTag())].join('.');
}
