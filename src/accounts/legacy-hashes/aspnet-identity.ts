import type { LegacyFault, LegacyHash } from './legacy-hash.ts';
import { type Pbkdf2Digest, pbkdf2Hash } from './pbkdf2.ts';
import { fromBase64 } from './text-codes.ts';

const v2 = { saltBytes: 16, digestBytes: 32, iterations: 1_000 };
const v3HeaderBytes = 13;
/** The numbers of `KeyDerivationPrf`. */
const v3Digests: readonly Pbkdf2Digest[] = ['sha1', 'sha256', 'sha512'];
const leastBytes = 16;
const maxBytes = 128;

/** `from`: where the digest begins, which goes on to the end. */
function pbkdf2At(bytes: Buffer, from: number, algorithm: Pbkdf2Digest, iterations: number, saltFrom: number) {
  const emptied = Buffer.from(bytes).fill(0, from).toString('base64');
  return pbkdf2Hash({
    algorithm,
    iterations,
    salt: bytes.subarray(saltFrom, from),
    digest: bytes.subarray(from),
    emptied,
  });
}

/**
 * `PasswordHasher` of ASP.NET Identity, base64. Version 2: a byte 0, salt, digest (PBKDF2 with SHA-1, 1,000 times).
 * Version 3: a byte 1; digest algorithm, iterations and length of the salt as 32-bit numbers, big-endian; salt, digest.
 * The password's UTF-8, NUL too.
 */
export function readAspnetIdentity(hash: string): LegacyHash | LegacyFault {
  const bytes = fromBase64(hash);
  if (!bytes || bytes.length > v3HeaderBytes + 2 * maxBytes) return 'malformed';
  if (bytes[0] === 0 && bytes.length === 1 + v2.saltBytes + v2.digestBytes) {
    return pbkdf2At(bytes, 1 + v2.saltBytes, 'sha1', v2.iterations, 1);
  }
  if (bytes[0] !== 1 || bytes.length < v3HeaderBytes) return 'malformed';
  const algorithm = v3Digests[bytes.readUInt32BE(1)];
  const saltLength = bytes.readUInt32BE(9);
  const from = v3HeaderBytes + saltLength;
  if (!algorithm || saltLength < leastBytes || bytes.length - from < leastBytes) return 'malformed';
  return pbkdf2At(bytes, from, algorithm, bytes.readUInt32BE(5), v3HeaderBytes);
}
