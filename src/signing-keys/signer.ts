/** The port to whatever holds private keys: the store, sealed (stored-source.ts), or a device that never gives them away. */
import type { JsonWebKey } from 'node:crypto';
import type { StoredSigningKey } from '../storage/signing-key-port.ts';

export type SigningAlg = StoredSigningKey['alg'];

/** Public members only, as they are published. */
export type PublicJwk = StoredSigningKey['publicJwk'];

/** One key that signs. */
export type Signer = {
  readonly kid: string;
  readonly alg: SigningAlg;
  readonly publicJwk: PublicJwk;
  /** The signature of a JWS over `data` (RFC 7515 5.1): for ES256 R and S, 32 bytes each (RFC 7518 3.4), never DER. */
  sign(data: Uint8Array): Promise<Uint8Array>;
};

/** A key pair that was just made; `handle` is what the store keeps of its private part. */
export type MadeKey = { readonly publicJwk: PublicJwk; readonly handle: string };

export type KeySource = {
  create(kid: string, alg: SigningAlg): Promise<MadeKey>;
  /** Throws when this process cannot sign with it: its node then reports no new set, and no key of it becomes active. */
  open(key: Pick<StoredSigningKey, 'kid' | 'alg' | 'publicJwk'> & { readonly handle: string }): Promise<Signer>;
  /** It signs no more: whatever lies outside of the store goes. May be called again. */
  destroy(kid: string, handle: string): Promise<void>;
  /** The handle sealed under the master key that seals; null where it is so already. */
  resealed(kid: string, handle: string): string | null;
};

/** Of a key pair as `node:crypto` exports it; anything private stays behind. */
export function publicJwkOf({ kty, crv, x, y, n, e }: JsonWebKey): PublicJwk {
  const members = kty === 'EC' ? { kty, crv, x, y } : { kty, n, e };
  const missing = Object.values(members).some((value) => value === undefined);
  if (missing) throw new RangeError('no public key of a kind that signs here');
  // A cast: none of them is undefined.
  return members as PublicJwk;
}
