import type { Secrets } from '../config/schema.ts';
import { createKeyring, type Keyring, type KeyringKeys } from '../secrets/sealing.ts';

type KeySecrets = Pick<Secrets, 'masterKeys' | 'identityIndexKeys' | 'lookupKey'>;

/** The keyring of an installation, from the keys of its files. */
export function keyringOf(secrets: KeySecrets): Keyring {
  return createKeyring(keysOf(secrets));
}

export function keysOf({ masterKeys, identityIndexKeys, lookupKey }: KeySecrets): KeyringKeys {
  return { master: masterKeys.reveal(), index: identityIndexKeys.reveal(), lookup: lookupKey.reveal() };
}
