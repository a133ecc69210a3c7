/**
 * Password hashes of earlier systems, by name: each format says what it accepts, what it costs, and how it is verified.
 *
 * A hash of these is only ever read; after the first right password it is replaced by argon2id. A new format is one
 * entry here. Parameters come from imported data, so each format caps them; what it does not accept is refused by name
 * at import (`storedPasswordFault`), never guessed at.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { verify as verifyBcrypt } from '@node-rs/bcrypt';

export type LegacyFault = 'unknown-format' | 'malformed' | 'too-costly';

export type LegacyFormat = {
  /** Why this hash cannot be verified, or null. Cheap; reads the hash only. */
  fault(hash: string): LegacyFault | null;
  /** Bytes exactly as the old system saw them: UTF-8, not normalised by us. Only called when `fault` is null. */
  verify(hash: string, password: Uint8Array): Promise<boolean>;
};

/** 2^14 takes about a second; beyond it one row of imported data could occupy a core for hours. */
const maxBcryptCost = 14;
const bcryptBytes = 72;

/**
 * `$2a$`, `$2b$`, `$2y$`: three names of one algorithm. `$2x$` marks a sign-extension bug that the library does not
 * repeat, so it is refused. Only the first 72 bytes count, even in the middle of a character, and a NUL is refused:
 * C implementations ended the password there, others did not.
 */
const bcrypt: LegacyFormat = {
  fault(hash) {
    const cost = Number(/^\$2[aby]\$(\d{2})\$[./A-Za-z0-9]{53}$/.exec(hash)?.[1] ?? 0);
    // The algorithm itself is defined for costs of 4 and more.
    if (cost < 4) return 'malformed';
    return cost > maxBcryptCost ? 'too-costly' : null;
  },
  async verify(hash, password) {
    return !password.includes(0) && (await verifyBcrypt(password.subarray(0, bcryptBytes), hash));
  },
};

const saltedSha256Shape = /^sha256\$([A-Za-z0-9+/_=-]{1,172})\$([0-9a-fA-F]{64})$/;

/**
 * `sha256$<salt>$<digest>`: the digest is hex of SHA-256 over salt bytes followed by the password's UTF-8. The salt is
 * hex if it has an even number of hex digits only, else base64 or base64url.
 */
const saltedSha256: LegacyFormat = {
  fault: (hash) => (saltedSha256Shape.test(hash) ? null : 'malformed'),
  async verify(hash, password) {
    const [, salt = '', digest = ''] = saltedSha256Shape.exec(hash) ?? [];
    const saltBytes = Buffer.from(salt, /^([0-9a-f]{2})+$/i.test(salt) ? 'hex' : 'base64');
    const actual = createHash('sha256').update(saltBytes).update(password).digest();
    const expected = Buffer.from(digest, 'hex');
    return expected.byteLength === actual.byteLength && timingSafeEqual(expected, actual);
  },
};

/** The old formats by the name stored in `password.format`. */
export const legacyFormats: ReadonlyMap<string, LegacyFormat> = new Map([
  ['bcrypt', bcrypt],
  ['salted-sha256', saltedSha256],
]);
