/** Hashes of our own: argon2id of version 1.3 (RFC 9106) as PHC strings, whether over a password or over an old digest. */
import { parseOptions } from '@node-rs/argon2';

/**
 * Parameters are read from storage: a forged or foolish row must not occupy the memory or the cores. The configuration
 * allows no more than this either, so no hash of ours is ever refused.
 */
const caps = { memoryCost: 1_048_576, timeCost: 20, parallelism: 8 };

/** null unless it is argon2id of version 1.3: the library would read the weaker siblings too. */
export function parsedArgon2id(hash: string): ReturnType<typeof parseOptions> | null {
  if (!hash.startsWith('$argon2id$v=19$')) return null;
  try {
    return parseOptions(hash);
  } catch {
    return null;
  }
}

export function argon2idFault(hash: string): 'malformed' | 'too-costly' | null {
  const found = parsedArgon2id(hash);
  if (found === null) return 'malformed';
  const { memoryCost, timeCost, parallelism } = caps;
  const withinCaps = found.memoryCost <= memoryCost && found.timeCost <= timeCost && found.parallelism <= parallelism;
  return withinCaps ? null : 'too-costly';
}
