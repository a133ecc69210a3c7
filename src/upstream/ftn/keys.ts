import { type CryptoKey, exportJWK, generateKeyPair, importJWK, type JSONWebKeySet, type JWK } from 'jose';

/** What a key is for. `entity` signs what we say of our other keys, lives for years, and is never in the key set. */
export type KeyRole = 'sig' | 'enc' | 'entity';

/** Where a key is in its rotation: see rotation.ts. */
export type KeyState = 'pending' | 'active' | 'retiring';

/** A private key of ours: a JWK with private members of our own, so that the one file tells the whole rotation. */
export type BrokerKey = JWK &
  Readonly<{
    /** Only on entity keys, whose `use` is `sig` too. */
    avain_role?: 'entity';
    /** Absent (a key made elsewhere): active. */
    avain_state?: KeyState;
    /** When it got its state, ISO 8601. */
    avain_since?: string;
  }>;

/**
 * Our private keys towards one broker, as a JSON Web Key Set: at least one `use: sig` and one `use: enc`, never one key
 * for both, each with its `kid`. The active `sig` signs; every `enc` decrypts, so that a rotation can overlap.
 */
export type PrivateJwks = Readonly<{ keys: readonly BrokerKey[] }>;

// What the trust network demands at least; larger keys cost more at each identification and protect nothing longer.
const modulusLength = 2048;

export type NewKeyOptions = Readonly<{
  state: KeyState;
  /** ISO 8601. */
  since: string;
  /** An encryption key on P-256 (ECDH-ES) instead of RSA, for brokers that take one. */
  ec?: boolean;
}>;

/** One new key. */
export async function createKey(role: KeyRole, { state, since, ec = false }: NewKeyOptions): Promise<BrokerKey> {
  const pair =
    role === 'enc' && ec
      ? await generateKeyPair('ECDH-ES', { crv: 'P-256', extractable: true })
      : await generateKeyPair(role === 'enc' ? 'RSA-OAEP-256' : 'RS256', { modulusLength, extractable: true });
  return {
    ...(await exportJWK(pair.privateKey)),
    // Random, not a thumbprint: some brokers assign their own, so nothing may depend on its form.
    kid: `${role}-${crypto.randomUUID()}`,
    // No `alg` to encrypt: brokers choose between RSA-OAEP and RSA-OAEP-256 with the same key.
    ...(role === 'enc' ? { use: 'enc' } : { use: 'sig', alg: 'RS256' }),
    ...(role === 'entity' ? { avain_role: role } : {}),
    avain_state: state,
    avain_since: since,
  };
}

/** New keys for one broker, all in use at once. The caller stores them where nobody else can read (mode 0600). */
export async function createBrokerKeys({ now, ec = false }: { now: number; ec?: boolean }): Promise<PrivateJwks> {
  const options = { state: 'active', since: new Date(now).toISOString(), ec } as const;
  const roles: readonly KeyRole[] = ['sig', 'enc', 'entity'];
  return { keys: await Promise.all(roles.map((role) => createKey(role, options))) };
}

/** The keys of a file's content, or null when it is no private key set with what every broker needs. */
export function parseBrokerKeys(content: string): PrivateJwks | null {
  try {
    const { keys }: PrivateJwks = JSON.parse(content);
    const isPrivate = ({ kid, d }: BrokerKey) => typeof kid === 'string' && typeof d === 'string';
    const has = (role: KeyRole) => keys.some((key) => roleOf(key) === role && stateOf(key) === 'active');
    return keys.every(isPrivate) && has('sig') && has('enc') ? { keys } : null;
  } catch {
    return null;
  }
}

export function roleOf({ avain_role: role, use }: BrokerKey): KeyRole | undefined {
  if (role === 'entity') return 'entity';
  return (['sig', 'enc'] as const).find((each) => each === use);
}

export function stateOf({ avain_state: state }: BrokerKey): KeyState {
  return state ?? 'active';
}

/**
 * What the broker may know of our keys now. Signing keys before, in and after their use, so that the broker finds the
 * key of whatever it is shown; of encryption keys only the one it shall use. Never an entity key: it vouches for these.
 */
export function publicJwks(keys: PrivateJwks): JSONWebKeySet {
  const published = keys.keys.filter(
    (key) => roleOf(key) === 'sig' || (roleOf(key) === 'enc' && stateOf(key) === 'active'),
  );
  return { keys: published.map(publicKey) };
}

/** The public members by name, so that a new private one can never slip out. */
export function publicKey({ kty, n, e, crv, x, y, use, alg, kid }: BrokerKey): JWK {
  // Dropping what is undefined by way of JSON keeps the set valid.
  return JSON.parse(JSON.stringify({ kty, n, e, crv, x, y, use, alg, kid }));
}

export type SigningKey = Readonly<{ key: CryptoKey; kid: string }>;
export type DecryptionKey = Readonly<{ key: CryptoKey; kid: string; alg: string }>;

/** Keys ready for use. Throws `Error` naming what is missing, never any key material. */
export async function importBrokerKeys(
  keys: PrivateJwks,
  jweAlgs: readonly string[],
): Promise<Readonly<{ signing: SigningKey; decryption: readonly DecryptionKey[] }>> {
  const sig = keys.keys.find((key) => roleOf(key) === 'sig' && stateOf(key) === 'active');
  const enc = keys.keys.filter((key) => roleOf(key) === 'enc');
  if (!sig || enc.length === 0) throw new Error('Broker keys need one key with use "sig" and one with use "enc"');
  if (enc.some((key) => key.n !== undefined && key.n === sig.n))
    throw new Error('Broker keys: "sig" and "enc" must be different keys');
  // WebCrypto binds an RSA key to one hash: each algorithm needs its own import of the same key.
  const decryption = await Promise.all(
    enc.flatMap((jwk) =>
      jweAlgs
        .filter((alg) => alg.startsWith('ECDH-ES') === (jwk.kty === 'EC'))
        .map(async (alg) => ({ key: await importPrivate(jwk, alg), kid: kidOf(jwk), alg })),
    ),
  );
  return { signing: await importSigningKey(sig), decryption };
}

/** One key that signs. Throws `Error` as {@link importBrokerKeys}. */
export async function importSigningKey(jwk: BrokerKey): Promise<SigningKey> {
  return { key: await importPrivate(jwk, 'RS256'), kid: kidOf(jwk) };
}

async function importPrivate(jwk: BrokerKey, alg: string): Promise<CryptoKey> {
  const { alg: _bound, ...free } = jwk;
  const key = await importJWK(free, alg);
  if (key instanceof Uint8Array || key.type !== 'private')
    throw new Error('Broker keys must be private RSA or EC keys');
  return key;
}

function kidOf(jwk: JWK): string {
  if (!jwk.kid) throw new Error('Broker keys: each needs a "kid"');
  return jwk.kid;
}
