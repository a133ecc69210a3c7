import { createHmac } from 'node:crypto';
import { readBcrypt } from './bcrypt.ts';
import type { LegacyFault, LegacyHash } from './legacy-hash.ts';
import { readPhpass } from './phpass.ts';

const prefix = '$wp';
const maxPasswordBytes = 4_096;

/** As PHP's `trim` does: space, tab, line feed, return, NUL, vertical tab. */
function trimmed(password: Uint8Array): Uint8Array {
  const isSpace = (byte: number | undefined) =>
    byte !== undefined && [0x20, 0x09, 0x0a, 0x0d, 0x00, 0x0b].includes(byte);
  let from = 0;
  let to = password.length;
  while (from < to && isSpace(password[from])) from += 1;
  while (to > from && isSpace(password[to - 1])) to -= 1;
  return password.subarray(from, to);
}

/** wp-includes/pluggable.php, `wp_hash_password`, since 6.8: SHA-384 keeps what stands behind the 72nd byte. */
function prehashed(password: Uint8Array): Uint8Array {
  return Buffer.from(createHmac('sha384', 'wp-sha384').update(trimmed(password)).digest('base64'));
}

/**
 * WordPress since 6.8 (`$wp$2y$…`) and before it (`$P$…`, to be named `wordpress` in the file).
 * WordPress takes white space off both ends of a password before it hashes it, and refuses more than 4,096 bytes.
 */
export function readWordpress(hash: string): LegacyHash | LegacyFault {
  if (!hash.startsWith(prefix)) return readPhpass(hash, trimmed);
  const read = readBcrypt(hash.slice(prefix.length), prehashed);
  if (typeof read === 'string') return read;
  const derive = async (password: Uint8Array) => (password.length > maxPasswordBytes ? null : read.derive(password));
  return { ...read, derive, emptied: prefix + read.emptied };
}
