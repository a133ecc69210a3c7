import { hash as hashOnce } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import type { LegacyFault, LegacyHash } from './legacy-hash.ts';

const letters = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const shape = /^(\$[PH]\$([./0-9A-Za-z])([./0-9A-Za-z]{8}))([./0-9A-Za-z]{22})$/;

/** phpass itself allows 2^7 to 2^30; real ones have 2^11 to 2^13. 2^17 takes a few tenths of a second here. */
const leastLog = 7;
const maxLog = 17;
/** phpass answers no to longer passwords; here it also bounds what one sign-in hashes 2^17 times. */
const maxPasswordBytes = 4_096;
/** After so many bytes others get their turn: these hashes run on the main thread. */
const bytesBetweenTurns = 262_144;

/** phpass's own base64: least significant bits first. */
function encode64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const group = [0, 1, 2].reduce((sum, index) => sum + ((bytes[at + index] ?? 0) << (8 * index)), 0);
    const lettersHere = Math.min(3, bytes.length - at) + 1;
    for (let letter = 0; letter < lettersHere; letter += 1) text += letters[(group >> (6 * letter)) & 63];
  }
  return text;
}

async function iterate(rounds: number, salt: string, password: Uint8Array): Promise<Uint8Array> {
  const md5 = (before: Uint8Array) => hashOnce('md5', Buffer.concat([before, password]), 'buffer');
  const roundsATurn = Math.ceil(bytesBetweenTurns / (64 + password.length));
  let digest = md5(Buffer.from(salt));
  for (let round = 1; round <= rounds; round += 1) {
    digest = md5(digest);
    if (round % roundsATurn === 0) await turn();
  }
  return digest;
}

/**
 * The portable hashes of phpass, `$P$` and, in phpBB 3, `$H$`: MD5 over and over. The password's bytes up to 4,096 of
 * them, NUL too. phpBB hashed what its forms had escaped: there a password with & < > " does not match any more.
 */
export function readPhpass(
  hash: string,
  prepared: (password: Uint8Array) => Uint8Array = (password) => password,
): LegacyHash | LegacyFault {
  const [, settings, logLetter = '', salt = '', digest = ''] = shape.exec(hash) ?? [];
  const log = letters.indexOf(logLetter);
  if (!settings || log < leastLog || log > 30) return 'malformed';
  if (log > maxLog) return 'too-costly';
  return {
    digest: Buffer.from(digest),
    async derive(typed) {
      const password = prepared(typed);
      if (password.length > maxPasswordBytes) return null;
      return Buffer.from(encode64(await iterate(2 ** log, salt, password)));
    },
    weak: true,
    emptied: settings + '.'.repeat(digest.length),
  };
}
