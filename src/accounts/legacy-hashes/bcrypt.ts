import { hash as bcryptHash } from '@node-rs/bcrypt';
import type { LegacyFault, LegacyHash } from './legacy-hash.ts';

/** 2^14 takes about a second; beyond it one row of imported data could occupy a core for hours. */
const maxCost = 14;
/** OWASP: 10 or more. */
const leastCost = 10;
const bcryptBytes = 72;

const shape = /^(\$2[aby]\$(\d{2})\$([./A-Za-z0-9]{22}))([./A-Za-z0-9]{31})$/;
const emptyDigest = '.'.repeat(31);

const bcryptLetters = './ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const base64Letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** The bits that are left over at the end are dropped, as in every implementation. */
function fromBcrypt64(text: string): Buffer {
  const standard = [...text].map((letter) => base64Letters[bcryptLetters.indexOf(letter)]).join('');
  return Buffer.from(standard, 'base64');
}

/**
 * `$2a$`, `$2b$`, `$2y$`: three names of one algorithm. `$2x$` marks a sign-extension bug that the library does not
 * repeat, so it is refused. Only the first 72 bytes count, even in the middle of a character, and a NUL is refused: C
 * implementations ended the password there, others did not.
 * `prepared` is what a framework does to a password before bcrypt sees it.
 */
export function readBcrypt(
  hash: string,
  prepared: (password: Uint8Array) => Uint8Array = (password) => password,
): LegacyHash | LegacyFault {
  const [, settings = '', costText = '', saltText = '', digestText = ''] = shape.exec(hash) ?? [];
  const cost = Number(costText);
  // The algorithm itself is defined for costs of 4 and more.
  if (cost < 4) return 'malformed';
  if (cost > maxCost) return 'too-costly';
  const salt = fromBcrypt64(saltText);
  return {
    digest: fromBcrypt64(digestText),
    async derive(password) {
      const bytes = prepared(password);
      if (bytes.includes(0)) return null;
      const whole = await bcryptHash(bytes.subarray(0, bcryptBytes), cost, salt);
      return fromBcrypt64(whole.slice(-emptyDigest.length));
    },
    weak: cost < leastCost,
    emptied: settings + emptyDigest,
  };
}
