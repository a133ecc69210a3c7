import { createKeyring, type Keyring, type KeyringKeys } from '../../src/secrets/sealing.ts';

/** Keys that are all different; the same for the same seed. */
export function testKeys(seed: number): KeyringKeys {
  return {
    lookup: Buffer.alloc(32, seed),
    master: [Buffer.alloc(32, seed + 80)],
    index: [Buffer.alloc(32, seed + 160)],
  };
}

export function testKeyring(seed: number): Keyring {
  return createKeyring(testKeys(seed));
}
