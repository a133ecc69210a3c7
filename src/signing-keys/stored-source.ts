import type { JsonWebKey } from 'node:crypto';
import type { Deps } from '../deps.ts';
import { prefixOf } from '../secrets/aead.ts';
import { makeKeyPair, signWith } from './local-signing.ts';
import { type KeySource, publicJwkOf } from './signer.ts';

/** Private keys lie in the store, sealed under the master key: the handle is the sealed key, and goes with its row. */
export function storedKeys({ keyring }: Pick<Deps, 'keyring'>): KeySource {
  const seal = (kid: string, jwk: string) => keyring.seal(jwk, kid, 'signing-key');
  const open = (kid: string, handle: string) => keyring.open(handle, kid, 'signing-key');
  return {
    async create(kid, alg) {
      const jwk = await makeKeyPair(alg);
      return { publicJwk: publicJwkOf(jwk), handle: seal(kid, JSON.stringify(jwk)) };
    },
    async open({ kid, alg, handle }) {
      // A cast: only `create` seals under this purpose.
      const jwk = JSON.parse(open(kid, handle)) as JsonWebKey;
      // Not the public part as the store has it in clear: whoever can write there must not have theirs published.
      return { kid, alg, publicJwk: publicJwkOf(jwk), sign: signWith(jwk, alg) };
    },
    destroy: async () => undefined,
    resealed: (kid, handle) => (prefixOf(handle) === keyring.ids.master[0] ? null : seal(kid, open(kid, handle))),
  };
}
