import { scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import type { LegacyFault, LegacyHash } from './legacy-hash.ts';
import { fromUnpadded, isDigestLength, toUnpadded } from './text-codes.ts';

const maxMemoryBytes = 128 * 1_024 * 1_024;
/** N·r·p: about a second of one core. */
const maxWork = 2 ** 21;
/** OWASP's least, N = 2^13, r = 8, p = 10, or as much work in other proportions. */
const leastWork = 2 ** 13 * 8 * 10;

// A cast: of the overloads, promisify takes the one without options.
const scryptBytes = promisify(scrypt) as (
  password: Uint8Array,
  salt: Uint8Array,
  length: number,
  options: { N: number; r: number; p: number; maxmem: number },
) => Promise<Buffer>;

/** RFC 7914; `cost` is N. */
export type ScryptParameters = { readonly cost: number; readonly blockSize: number; readonly parallelism: number };

export function scryptFault({ cost, blockSize, parallelism }: ScryptParameters): LegacyFault | null {
  const isPowerOfTwo = Number.isInteger(Math.log2(cost)) && cost >= 2;
  if (!isPowerOfTwo || blockSize < 1 || parallelism < 1) return 'malformed';
  const within = 128 * cost * blockSize <= maxMemoryBytes && cost * blockSize * parallelism <= maxWork;
  return within ? null : 'too-costly';
}

export function isWeakScrypt({ cost, blockSize, parallelism }: ScryptParameters): boolean {
  return cost * blockSize * parallelism < leastWork;
}

/** Only for parameters that `scryptFault` lets pass. */
export function deriveScrypt(
  { cost: N, blockSize: r, parallelism: p }: ScryptParameters,
  password: Uint8Array,
  salt: Uint8Array,
  length: number,
): Promise<Buffer> {
  // What it takes, and a little more for the blocks it mixes.
  const maxmem = 128 * N * r + 256 * r * (p + 2) + 1_024 * 1_024;
  return scryptBytes(password, salt, length, { N, r, p, maxmem });
}

const shape = /^(\$scrypt\$ln=(\d{1,2}),r=(\d{1,3}),p=(\d{1,3})\$([^$]{0,128})\$)([^$]{1,128})$/;

/** PHC: `$scrypt$ln=16,r=8,p=1$<salt>$<digest>`, base64 without padding, as passlib and others write it. */
export function readScrypt(hash: string): LegacyHash | LegacyFault {
  const [, settings, logCost, r, p, saltText = '', digestText = ''] = shape.exec(hash) ?? [];
  const salt = fromUnpadded(saltText);
  const digest = fromUnpadded(digestText);
  if (!settings || !salt || !digest || !isDigestLength(digest.length)) return 'malformed';
  const parameters = { cost: 2 ** Number(logCost), blockSize: Number(r), parallelism: Number(p) };
  const fault = scryptFault(parameters);
  if (fault) return fault;
  return {
    digest,
    derive: (password) => deriveScrypt(parameters, password, salt, digest.length),
    weak: isWeakScrypt(parameters),
    emptied: settings + toUnpadded(new Uint8Array(digest.length)),
  };
}
