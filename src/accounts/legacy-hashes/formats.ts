import { readArgon2 } from './argon2.ts';
import { readAspnetIdentity } from './aspnet-identity.ts';
import { readBcrypt } from './bcrypt.ts';
import { readDigest } from './digest.ts';
import { readDjango } from './django.ts';
import { readFirebaseScrypt } from './firebase-scrypt.ts';
import { readLdap } from './ldap.ts';
import type { ReadHash } from './legacy-hash.ts';
import { readPbkdf2 } from './pbkdf2.ts';
import { readPhpass } from './phpass.ts';
import { readScrypt } from './scrypt.ts';
import { readWordpress } from './wordpress.ts';

type Format = {
  /** How its hashes begin, where that tells them from all others. */
  readonly looksLike: RegExp;
  readonly read: ReadHash;
};

/** The old formats by the name that is stored in `password.format`. A new one is a file and a line here. */
export const legacyFormats: ReadonlyMap<string, Format> = new Map([
  ['bcrypt', { looksLike: /^\$2[aby]\$/, read: (hash) => readBcrypt(hash) }],
  ['argon2', { looksLike: /^\$argon2id?\$/, read: readArgon2 }],
  ['scrypt', { looksLike: /^\$scrypt\$/, read: readScrypt }],
  ['firebase-scrypt', { looksLike: /^firebase-scrypt\$/, read: readFirebaseScrypt }],
  ['pbkdf2', { looksLike: /^\$pbkdf2[-$]/, read: readPbkdf2 }],
  ['digest', { looksLike: /^digest\$/i, read: readDigest }],
  ['django', { looksLike: /^(pbkdf2_sha(256|1)|argon2|bcrypt(_sha256)?|scrypt|sha1|md5)\$/, read: readDjango }],
  ['ldap', { looksLike: /^\{S?(MD5|SHA|SHA256|SHA384|SHA512)\}/i, read: readLdap }],
  ['phpass', { looksLike: /^\$[PH]\$/, read: (hash) => readPhpass(hash) }],
  ['wordpress', { looksLike: /^\$wp\$/, read: readWordpress }],
  ['aspnet-identity', { looksLike: /^(A[A-P][A-Za-z0-9+/]{64}==$|AQAAAA[AEI])/, read: readAspnetIdentity }],
]);

/** The name of the only format that begins so; null = none of ours. */
export function detectFormat(hash: string): string | null {
  return [...legacyFormats].find(([, { looksLike }]) => looksLike.test(hash))?.[0] ?? null;
}

/** What we know by sight and do not verify: so that an operator reads a name and not just "unknown". */
const strangers: readonly (readonly [RegExp, string])[] = [
  [/^\$1\$/, 'md5-crypt'],
  [/^\$apr1\$/, 'apr1-crypt'],
  [/^\$5\$/, 'sha256-crypt'],
  [/^\$6\$/, 'sha512-crypt'],
  [/^\$(y|7|gy)\$/, 'yescrypt'],
  [/^\$2x\$/, 'bcrypt-2x'],
  [/^\$2\$/, 'bcrypt-2'],
  [/^\$argon2d\$/, 'argon2d'],
  [/^(U?\$S\$)/, 'drupal-7'],
  [/^\{CRYPT\}/i, 'ldap-crypt'],
  [/^\{[A-Za-z0-9-]+\}/, 'ldap-other'],
  [/^\*[0-9A-F]{40}$/, 'mysql'],
  [/^([0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{128})$/i, 'bare-hex'],
];

/** For a hash that `detectFormat` does not know; never a part of the hash itself. */
export function nameOfStranger(hash: string): string {
  return strangers.find(([looksLike]) => looksLike.test(hash))?.[1] ?? 'no-known-beginning';
}
