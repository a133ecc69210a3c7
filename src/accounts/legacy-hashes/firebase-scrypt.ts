import { createCipheriv } from 'node:crypto';
import type { LegacyFault, LegacyHash } from './legacy-hash.ts';
import { deriveScrypt, isWeakScrypt, scryptFault } from './scrypt.ts';
import { fromBase64 } from './text-codes.ts';

const keyBytes = 64;
const cipherKeyBytes = 32;
const shape = /^(firebase-scrypt\$(\d{1,3})\$(\d{1,2})\$([^$]{0,64})\$([^$]{1,256})\$([^$]{0,128})\$)([^$]{1,256})$/;

/** The Admin SDK exports with `-` and `_`, the command line tool with `+` and `/`. */
const fromEither = (text: string) => fromBase64(text.replaceAll('-', '+').replaceAll('_', '/'));

/**
 * `firebase-scrypt$<rounds>$<mem_cost>$<salt separator>$<signer key>$<salt>$<digest>`, everything but the numbers in
 * base64 as Firebase exports it. The first four are the project's hash parameters, the last two the account's
 * (github.com/firebase/scrypt): scrypt makes a key, and what is kept is the signer key encrypted with it.
 */
export function readFirebaseScrypt(hash: string): LegacyHash | LegacyFault {
  const [, settings, rounds, memCost, ...texts] = shape.exec(hash) ?? [];
  const [separator, signerKey, salt, digest] = texts.map(fromEither);
  if (!settings || !separator || !signerKey || !salt || !digest || digest.length !== signerKey.length) {
    return 'malformed';
  }
  const parameters = { cost: 2 ** Number(memCost), blockSize: Number(rounds), parallelism: 1 };
  const fault = scryptFault(parameters);
  if (fault) return fault;
  return {
    digest,
    async derive(password) {
      const key = await deriveScrypt(parameters, password, Buffer.concat([salt, separator]), keyBytes);
      // A counter that begins at zero: each key is used for this one text.
      const cipher = createCipheriv('aes-256-ctr', key.subarray(0, cipherKeyBytes), Buffer.alloc(16));
      return Buffer.concat([cipher.update(signerKey), cipher.final()]);
    },
    weak: isWeakScrypt(parameters),
    emptied: settings + Buffer.alloc(digest.length).toString('base64'),
  };
}
