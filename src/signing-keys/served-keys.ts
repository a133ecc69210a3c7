import type { SigningKeySet, SigningKeyState, StoredSigningKey } from '../storage/signing-key-port.ts';
import { type KeyChangeDeps, newKeys, storeFirst } from './change-set.ts';
import { signingAlgs } from './key-set.ts';
import type { KeySource, Signer } from './signer.ts';

export type PublicKey = Pick<StoredSigningKey, 'kid' | 'alg' | 'publicJwk'>;

/** What a process signs with and publishes. */
export type ServedKeys = {
  readonly version: number;
  /** One for each algorithm. */
  readonly signers: readonly Signer[];
  /** At /jwks: first those that sign. */
  readonly published: readonly PublicKey[];
  /** Retired ones: not published, but an old `id_token_hint` is still known by them. */
  readonly remembered: readonly PublicKey[];
};

/** Those of the store; where there are none, the first ones are made. */
export async function loadServedKeys(deps: KeyChangeDeps): Promise<ServedKeys> {
  const { storage, keySource } = deps;
  if ((await storage.signingKeys.read()) === null) await storeFirst(deps, await newKeys(deps, signingAlgs));
  const set = await storage.signingKeys.read();
  if (!set) throw new Error('the signing keys are gone');
  return openServed(keySource, set);
}

/** Throws where this process cannot sign with a key that is published. */
export async function openServed(source: KeySource, set: SigningKeySet): Promise<ServedKeys> {
  // Those that only verify are opened as well: what does not open was not put there by Avain, and is not published.
  const [active = [], pending = [], retiring = []] = await Promise.all(
    (['active', 'pending', 'retiring'] as const).map((state) =>
      Promise.all(inState(set, state).map((key) => open(source, key))),
    ),
  );
  return {
    version: set.version,
    signers: active,
    published: [...active, ...pending, ...retiring],
    remembered: inState(set, 'retired'),
  };
}

const inState = ({ keys }: SigningKeySet, state: SigningKeyState) => keys.filter((key) => key.state === state);

function open(source: KeySource, { handle, ...key }: StoredSigningKey): Promise<Signer> {
  if (handle === null) throw new Error(`the signing key ${key.kid} has no private part`);
  return source.open({ ...key, handle });
}
