import { timingSafeEqual } from 'node:crypto';
import type { StoredPassword } from '../account.ts';
import { legacyFormats } from './formats.ts';
import type { LegacyFault, LegacyHash } from './legacy-hash.ts';
import { isWrapped, readWrapped, verifyWrapped } from './wrapped.ts';

/** Why this hash of an old format, wrapped or not, can never be verified; null = it can. Cheap. */
export function legacyFault({ format, hash }: StoredPassword): LegacyFault | null {
  const read = isWrapped(format) ? readWrapped(format, hash) : legacyFormats.get(format)?.read(hash);
  if (read === undefined) return 'unknown-format';
  return typeof read === 'string' ? read : null;
}

/**
 * The old system hashed the bytes it was sent: those are tried, and their NFC form if it differs. False for what cannot be
 * verified at all.
 */
export async function verifyLegacy({ format, hash }: StoredPassword, password: string): Promise<boolean> {
  const verify = verifierOf(format, hash);
  if (!verify) return false;
  if (await verify(Buffer.from(password))) return true;
  const normalized = password.normalize('NFC');
  return normalized !== password && verify(Buffer.from(normalized));
}

function verifierOf(format: string, hash: string): ((password: Uint8Array) => Promise<boolean>) | null {
  if (isWrapped(format)) {
    const wrapped = readWrapped(format, hash);
    return typeof wrapped === 'string' ? null : (password) => verifyWrapped(wrapped, password);
  }
  const read = legacyFormats.get(format)?.read(hash);
  return read === undefined || typeof read === 'string' ? null : (password) => matches(read, password);
}

async function matches({ digest, derive }: LegacyHash, password: Uint8Array): Promise<boolean> {
  const actual = await derive(password);
  return actual !== null && actual.byteLength === digest.byteLength && timingSafeEqual(actual, digest);
}
