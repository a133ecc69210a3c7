import { type CryptoKey, exportJWK, generateKeyPair, importJWK, type JSONWebKeySet, type JWK } from 'jose';

/**
 * Our private keys towards one broker, as a JSON Web Key Set: at least one `use: sig` and one `use: enc`, never one key
 * for both, each with its `kid`. The first `sig` signs; every `enc` decrypts, so that a rotation can overlap.
 */
export type PrivateJwks = Readonly<{ keys: readonly JWK[] }>;

// What the trust network demands at least; larger keys cost more at each identification and protect nothing longer.
const modulusLength = 2048;

/** New keys for one broker. The caller stores them as JSON where nobody else can read (mode 0600). */
export async function createBrokerKeys(): Promise<PrivateJwks> {
  const [sig, enc] = await Promise.all([
    generateKeyPair('RS256', { modulusLength, extractable: true }),
    generateKeyPair('RSA-OAEP-256', { modulusLength, extractable: true }),
  ]);
  const [sigJwk, encJwk] = await Promise.all([exportJWK(sig.privateKey), exportJWK(enc.privateKey)]);
  return {
    keys: [
      { ...sigJwk, use: 'sig', alg: 'RS256', kid: newKid('sig') },
      // No `alg`: brokers choose between RSA-OAEP and RSA-OAEP-256 with the same key.
      { ...encJwk, use: 'enc', kid: newKid('enc') },
    ],
  };
}

// Random, not a thumbprint: some brokers assign their own, so nothing may depend on its form.
function newKid(use: string): string {
  return `${use}-${crypto.randomUUID()}`;
}

/** What the broker may know of our keys: the public members by name, so that a new private one can never slip out. */
export function publicJwks(keys: PrivateJwks): JSONWebKeySet {
  return {
    keys: keys.keys.map(({ kty, n, e, crv, x, y, use, alg, kid }) =>
      // Dropping what is undefined by way of JSON keeps the set valid.
      JSON.parse(JSON.stringify({ kty, n, e, crv, x, y, use, alg, kid })),
    ),
  };
}

export type SigningKey = Readonly<{ key: CryptoKey; kid: string }>;
export type DecryptionKey = Readonly<{ key: CryptoKey; kid: string; alg: string }>;

/** Keys ready for use. Throws `Error` naming what is missing, never any key material. */
export async function importBrokerKeys(
  keys: PrivateJwks,
  jweAlgs: readonly string[],
): Promise<Readonly<{ signing: SigningKey; decryption: readonly DecryptionKey[] }>> {
  const sig = keys.keys.find((key) => key.use === 'sig');
  const enc = keys.keys.filter((key) => key.use === 'enc');
  if (!sig || enc.length === 0) throw new Error('Broker keys need one key with use "sig" and one with use "enc"');
  if (enc.some((key) => key.n === sig.n)) throw new Error('Broker keys: "sig" and "enc" must be different keys');
  const signing = { key: await importPrivate(sig, 'RS256'), kid: kidOf(sig) };
  // WebCrypto binds an RSA key to one hash: each algorithm needs its own import of the same key.
  const decryption = await Promise.all(
    enc.flatMap((jwk) => jweAlgs.map(async (alg) => ({ key: await importPrivate(jwk, alg), kid: kidOf(jwk), alg }))),
  );
  return { signing, decryption };
}

async function importPrivate(jwk: JWK, alg: string): Promise<CryptoKey> {
  const { alg: _bound, ...free } = jwk;
  const key = await importJWK(free, alg);
  if (key instanceof Uint8Array || key.type !== 'private') throw new Error('Broker keys must be private RSA keys');
  return key;
}

function kidOf(jwk: JWK): string {
  if (!jwk.kid) throw new Error('Broker keys: each needs a "kid"');
  return jwk.kid;
}
