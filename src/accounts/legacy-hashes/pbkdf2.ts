import { pbkdf2 } from 'node:crypto';
import { promisify } from 'node:util';
import type { LegacyFault, LegacyHash } from './legacy-hash.ts';
import { fromUnpadded, isDigestLength, toUnpadded } from './text-codes.ts';

const pbkdf2Bytes = promisify(pbkdf2);

export type Pbkdf2Digest = 'sha1' | 'sha256' | 'sha512';

const digestBytes: Readonly<Record<Pbkdf2Digest, number>> = { sha1: 20, sha256: 32, sha512: 64 };
/** Of all blocks together, since each block of output costs all iterations again: about what bcrypt takes at its cap. */
const maxIterations: Readonly<Record<Pbkdf2Digest, number>> = { sha1: 3_000_000, sha256: 3_000_000, sha512: 1_500_000 };
/** OWASP's least, for each digest. */
const leastIterations: Readonly<Record<Pbkdf2Digest, number>> = { sha1: 1_300_000, sha256: 600_000, sha512: 210_000 };

export type Pbkdf2Hash = {
  readonly algorithm: Pbkdf2Digest;
  readonly iterations: number;
  readonly salt: Uint8Array;
  readonly digest: Uint8Array;
  readonly emptied: string;
};

/** RFC 8018. The password's bytes of any number, NUL too: HMAC has no end of a string. */
export function pbkdf2Hash({ algorithm, iterations, salt, digest, emptied }: Pbkdf2Hash): LegacyHash | LegacyFault {
  if (iterations < 1 || !isDigestLength(digest.length)) return 'malformed';
  const blocks = Math.ceil(digest.length / digestBytes[algorithm]);
  if (iterations * blocks > maxIterations[algorithm]) return 'too-costly';
  return {
    digest,
    derive: (password) => pbkdf2Bytes(password, salt, iterations, digest.length, algorithm),
    weak: iterations < leastIterations[algorithm],
    emptied,
  };
}

const shape =
  /^(\$pbkdf2(?:-(sha1|sha256|sha512))?\$(?:i=)?(\d{1,10})(?:,l=(\d{1,3}))?\$([^$]{0,128})\$)([^$]{1,128})$/;

/** passlib writes `.` where base64 has `+`. */
const fromAdapted = (text: string) => fromUnpadded(text.replaceAll('.', '+'));

/**
 * passlib's `$pbkdf2-sha256$<iterations>$<salt>$<digest>` (no name: SHA-1) and the PHC spelling
 * `$pbkdf2-sha256$i=<iterations>,l=<length>$<salt>$<digest>`; base64 without padding.
 */
export function readPbkdf2(hash: string): LegacyHash | LegacyFault {
  const [, settings, name = 'sha1', iterations, length, saltText = '', digestText = ''] = shape.exec(hash) ?? [];
  const salt = fromAdapted(saltText);
  const digest = fromAdapted(digestText);
  if (!settings || !salt || !digest || (length !== undefined && Number(length) !== digest.length)) return 'malformed';
  const emptied = settings + toUnpadded(new Uint8Array(digest.length));
  // A cast: the shape allows these three names only.
  return pbkdf2Hash({ algorithm: name as Pbkdf2Digest, iterations: Number(iterations), salt, digest, emptied });
}
