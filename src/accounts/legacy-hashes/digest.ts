import { createHash } from 'node:crypto';
import type { LegacyFault, LegacyHash } from './legacy-hash.ts';

const digestBytes: Readonly<Record<string, number>> = { md5: 16, sha1: 20, sha256: 32, sha384: 48, sha512: 64 };

export function digestLength(algorithm: string): number | null {
  return digestBytes[algorithm] ?? null;
}

/** One pass of a fast hash over these parts, one after another: weak whatever the salt. */
export function digestHash(
  algorithm: string,
  parts: (password: Uint8Array) => readonly Uint8Array[],
  digest: Uint8Array,
  emptied: string,
): LegacyHash {
  return {
    digest,
    async derive(password) {
      const hash = createHash(algorithm);
      for (const part of parts(password)) hash.update(part);
      return hash.digest();
    },
    weak: true,
    emptied,
  };
}

const shape =
  /^(digest\$(md5|sha1|sha256|sha512)\$(salt\+password|password\+salt|password)\$((?:[0-9a-f]{2}){0,128})\$)([0-9a-f]+)$/i;

/**
 * Our own layout for what has none: `digest$<md5|sha1|sha256|sha512>$<salt+password|password+salt|password>$<salt>$<digest>`,
 * salt and digest in hex. The salt's bytes are those that were hashed: a salt that was joined as text is the hex of
 * that text. The password's UTF-8, all of it, NUL too.
 */
export function readDigest(hash: string): LegacyHash | LegacyFault {
  const [, settings, name = '', order = '', saltHex = '', digestHex = ''] = shape.exec(hash) ?? [];
  const algorithm = name.toLowerCase();
  const length = digestLength(algorithm);
  if (!settings || length === null || digestHex.length !== 2 * length) return 'malformed';
  const salt = Buffer.from(saltHex, 'hex');
  // A salt that nobody hashed, or none where one is named, is a mistake in the export.
  if ((order.toLowerCase() === 'password') !== (salt.length === 0)) return 'malformed';
  const saltFirst = order.toLowerCase() === 'salt+password';
  const parts = (password: Uint8Array) => (saltFirst ? [salt, password] : [password, salt]);
  return digestHash(algorithm, parts, Buffer.from(digestHex, 'hex'), settings + '0'.repeat(2 * length));
}
