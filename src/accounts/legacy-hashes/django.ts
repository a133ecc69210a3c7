import { createHash } from 'node:crypto';
import { readArgon2 } from './argon2.ts';
import { readBcrypt } from './bcrypt.ts';
import { digestHash, digestLength } from './digest.ts';
import type { LegacyFault, LegacyHash, ReadHash } from './legacy-hash.ts';
import { type Pbkdf2Digest, pbkdf2Hash } from './pbkdf2.ts';
import { deriveScrypt, isWeakScrypt, scryptFault } from './scrypt.ts';
import { fromBase64, isDigestLength } from './text-codes.ts';

/** Behind `<name>$`, a hash of another family: read by that, its name put back. */
const inner =
  (name: string, read: ReadHash): ReadHash =>
  (rest) => {
    const found = read(rest);
    return typeof found === 'string' ? found : { ...found, emptied: name + found.emptied };
  };

/** `<iterations>$<salt>$<digest>`; the salt is text. */
const pbkdf2Of =
  (algorithm: Pbkdf2Digest): ReadHash =>
  (rest) => {
    const [, settings, iterations, salt, text = ''] = /^((\d{1,10})\$([^$]{1,128})\$)([^$]{1,128})$/.exec(rest) ?? [];
    const digest = fromBase64(text);
    if (!settings || salt === undefined || !digest) return 'malformed';
    const emptied = `pbkdf2_${algorithm}$${settings}${Buffer.alloc(digest.length).toString('base64')}`;
    return pbkdf2Hash({ algorithm, iterations: Number(iterations), salt: Buffer.from(salt), digest, emptied });
  };

/** `<salt>$<hex>`, the salt first in what was hashed; empty for the unsalted hashers. */
const digestOf =
  (algorithm: string): ReadHash =>
  (rest) => {
    const [, salt = '', hex = ''] = /^([^$]{0,128})\$([0-9a-f]+)$/.exec(rest) ?? [];
    const length = digestLength(algorithm);
    if (length === null || hex.length !== 2 * length) return 'malformed';
    const emptied = `${algorithm}$${salt}$${'0'.repeat(hex.length)}`;
    return digestHash(algorithm, (password) => [Buffer.from(salt), password], Buffer.from(hex, 'hex'), emptied);
  };

/** `<N>$<salt>$<r>$<p>$<digest>` */
function scryptOf(rest: string): LegacyHash | LegacyFault {
  const shape = /^((\d{1,8})\$([^$]{1,128})\$(\d{1,3})\$(\d{1,3})\$)([^$]{1,128})$/;
  const [, settings, cost, salt, blockSize, parallelism, text = ''] = shape.exec(rest) ?? [];
  const digest = fromBase64(text);
  if (!settings || salt === undefined || !digest || !isDigestLength(digest.length)) return 'malformed';
  const parameters = { cost: Number(cost), blockSize: Number(blockSize), parallelism: Number(parallelism) };
  const fault = scryptFault(parameters);
  if (fault) return fault;
  return {
    digest,
    derive: (password) => deriveScrypt(parameters, password, Buffer.from(salt), digest.length),
    weak: isWeakScrypt(parameters),
    emptied: `scrypt$${settings}${Buffer.alloc(digest.length).toString('base64')}`,
  };
}

const sha256Hex = (password: Uint8Array) => Buffer.from(createHash('sha256').update(password).digest('hex'));

/** By what stands before the first `$`: the `algorithm` of each class of django/contrib/auth/hashers.py. */
const hashers: ReadonlyMap<string, ReadHash> = new Map([
  ['pbkdf2_sha256', pbkdf2Of('sha256')],
  ['pbkdf2_sha1', pbkdf2Of('sha1')],
  ['argon2', inner('argon2', (rest) => readArgon2(`$${rest}`))],
  ['bcrypt_sha256', inner('bcrypt_sha256$', (rest) => readBcrypt(rest, sha256Hex))],
  ['bcrypt', inner('bcrypt$', (rest) => readBcrypt(rest))],
  ['scrypt', scryptOf],
  ['sha1', digestOf('sha1')],
  ['md5', digestOf('md5')],
]);

/** Django's `<algorithm>$…`. The password's UTF-8; only plain `bcrypt` ends at 72 bytes and refuses NUL. */
export function readDjango(hash: string): LegacyHash | LegacyFault {
  const end = hash.indexOf('$');
  return hashers.get(hash.slice(0, end))?.(hash.slice(end + 1)) ?? 'malformed';
}
