import { createPublicKey, type KeyObject } from 'node:crypto';
import type { Middleware } from 'koa';
import { ExternalSigningKey, type JWK, type KoaContextWithOIDC, type Provider } from 'oidc-provider';
import { get as instance } from 'oidc-provider/lib/helpers/weak_cache.js';
import type { PublicKey, ServedKeys } from '../signing-keys/served-keys.ts';
import type { Signer } from '../signing-keys/signer.ts';

/** A key that the library signs with and never sees: whatever holds it, signs (its `externalSigningSupport`). */
class SignersKey extends ExternalSigningKey {
  readonly #signer: Signer;
  readonly #public: KeyObject;

  constructor(signer: Signer) {
    super();
    this.#signer = signer;
    this.#public = createPublicKey({ key: { ...signer.publicJwk }, format: 'jwk' });
  }

  override get kid(): string {
    return this.#signer.kid;
  }

  override get alg(): string {
    return this.#signer.alg;
  }

  override keyObject(): KeyObject {
    return this.#public;
  }

  override sign(data: Uint8Array): Promise<Uint8Array> {
    return this.#signer.sign(data);
  }
}

/** For the library's constructor, which learns from them which algorithms there are. */
export function signingJwks({ signers }: ServedKeys): { keys: ExternalSigningKey[] } {
  return { keys: signers.map((signer) => new SignersKey(signer)) };
}

/** What the library keeps its keys in (lib/helpers/keystore.js) and answers at /jwks (lib/actions/jwks.js). */
type KeyState = {
  readonly keystore: { clear(): void; add(key: object): void };
  jwks: { keys: readonly object[] };
};

/**
 * Swaps the library's keys while it runs. It has no public way to do so: it reads its configuration once, and another
 * Provider would be another Koa app with none of our routes. So its own store is emptied and filled, in one turn of the
 * event loop: no request sees half of it, and what is being signed has its key in hand. Throws where a version of the
 * library has no such store.
 */
export function keystoreOf(provider: Provider): (keys: ServedKeys) => void {
  const state = keyStateOf(provider);
  return ({ signers, published, remembered }) => {
    const isSigner = new Set(signers.map(({ kid }) => kid));
    const verifying = [...published.filter(({ kid }) => !isSigner.has(kid)), ...remembered];
    state.keystore.clear();
    // The library signs with the first key that fits: those that sign come first, of the others it has no private part.
    for (const key of [...signingJwks({ signers, published, remembered, version: 0 }).keys, ...verifying.map(jwkOf)])
      state.keystore.add(key);
    state.jwks = { keys: published.map(jwkOf) };
  };
}

function jwkOf({ kid, alg, publicJwk }: PublicKey): JWK {
  // A cast: it has the members of its kind (signer.ts).
  return { ...publicJwk, kid, alg, use: 'sig' } as unknown as JWK;
}

function keyStateOf(provider: Provider): KeyState {
  // A cast, checked below.
  const state = instance(provider) as Partial<KeyState> | undefined;
  const { keystore, jwks } = state ?? {};
  if (typeof keystore?.clear !== 'function' || typeof keystore.add !== 'function' || !Array.isArray(jwks?.keys)) {
    throw new Error('this version of oidc-provider keeps its keys otherwise: see provider/live-keystore.ts');
  }
  return state as KeyState;
}

/** Verifiers may keep the keys as long as the schedule counts on (security R20): a pending key is published for longer. */
export function keysMayBeKept(jwksCacheSeconds: number): Middleware {
  return async (ctx, next) => {
    await next();
    // A cast: the provider's own routes put `oidc` on the context, other routes do not.
    const { oidc } = ctx as unknown as Partial<Pick<KoaContextWithOIDC, 'oidc'>>;
    if (oidc?.route === 'jwks' && ctx.status === 200) ctx.set('Cache-Control', `public, max-age=${jwksCacheSeconds}`);
  };
}
