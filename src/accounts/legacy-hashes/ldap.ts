import { digestHash, digestLength } from './digest.ts';
import type { LegacyFault, LegacyHash } from './legacy-hash.ts';
import { fromBase64 } from './text-codes.ts';

const shape = /^\{(S)?(MD5|SHA|SHA256|SHA384|SHA512)\}([A-Za-z0-9+/]{4,512}={0,2})$/i;
const maxSaltBytes = 64;

/**
 * `{SSHA}`, `{SSHA256}`, `{SSHA384}`, `{SSHA512}`, `{SMD5}`: base64 of digest, then salt; the password comes first in what
 * was hashed. Without the leading S: no salt. `{CRYPT}` is another family. UTF-8, NUL too.
 */
export function readLdap(hash: string): LegacyHash | LegacyFault {
  const [, salted, scheme = '', text = ''] = shape.exec(hash) ?? [];
  const algorithm = scheme.toUpperCase() === 'SHA' ? 'sha1' : scheme.toLowerCase();
  const length = digestLength(algorithm);
  const bytes = fromBase64(text);
  if (length === null || !bytes) return 'malformed';
  const salt = bytes.subarray(length);
  const fits = salted ? salt.length >= 1 && salt.length <= maxSaltBytes : salt.length === 0;
  if (bytes.length < length || !fits) return 'malformed';
  const emptied = `{${salted ?? ''}${scheme}}${Buffer.concat([Buffer.alloc(length), salt]).toString('base64')}`;
  return digestHash(algorithm, (password) => [password, salt], bytes.subarray(0, length), emptied);
}
