/**
 * A weak old hash as it is kept: argon2id over what the old algorithm makes of the password (its base64, as the library
 * reads text only when it verifies). Whoever steals the store
 * has to pay for argon2id at each guess, and no weak hash lies at rest, though nobody has typed the password yet.
 * Stored as format `wrapped:<old format>`, hash `<old hash with a digest of zeros> <argon2id PHC string>`.
 */
import { verify as argon2Verify } from '@node-rs/argon2';
import { argon2idFault } from '../argon2id.ts';
import { legacyFormats } from './formats.ts';
import type { LegacyFault, LegacyHash } from './legacy-hash.ts';

const prefix = 'wrapped:';

type Wrapped = { readonly inner: LegacyHash; readonly outer: string };

const textOf = (digest: Uint8Array): string => Buffer.from(digest).toString('base64');

export const isWrapped = (format: string): boolean => format.startsWith(prefix);

/** `hashOuter` makes the argon2id PHC string of the text it is given. */
export async function wrap(
  format: string,
  { digest, emptied }: LegacyHash,
  hashOuter: (text: string) => Promise<string>,
): Promise<{ readonly format: string; readonly hash: string }> {
  return { format: prefix + format, hash: `${emptied} ${await hashOuter(textOf(digest))}` };
}

export function readWrapped(format: string, hash: string): Wrapped | LegacyFault {
  const end = hash.lastIndexOf(' ');
  const inner = legacyFormats.get(format.slice(prefix.length))?.read(hash.slice(0, end)) ?? 'unknown-format';
  if (typeof inner === 'string') return inner;
  const outer = hash.slice(end + 1);
  return argon2idFault(outer) ?? { inner, outer };
}

export async function verifyWrapped({ inner, outer }: Wrapped, password: Uint8Array): Promise<boolean> {
  const digest = await inner.derive(password);
  return digest !== null && argon2Verify(outer, textOf(digest));
}
