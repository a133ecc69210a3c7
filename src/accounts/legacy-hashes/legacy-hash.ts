/**
 * Password hashes of earlier systems, one file per family: what each accepts, what it costs, how it is verified.
 *
 * A hash of these is only ever read: after the first right password it is replaced by argon2id. formats.ts is the table
 * by name, wrapped.ts what becomes of a weak hash at import. May import node:crypto, the hash libraries and argon2id.ts.
 *
 * Promises: what a format does not accept is named, never guessed at; parameters come from imported data, so each format
 * caps them and no hash takes a core for much more than a second; the rules of the old system (72 bytes, NUL, white space)
 * are kept to the byte, or its passwords would not be the same ones here.
 */

export type LegacyFault = 'unknown-format' | 'malformed' | 'too-costly';

export type LegacyHash = {
  /** What the old system kept of the right password. */
  readonly digest: Uint8Array;
  /**
   * What a password becomes under the parameters of this hash; null if the old system could not have had it. The bytes are
   * the password's UTF-8 as it was typed, not normalised by us.
   */
  derive(password: Uint8Array): Promise<Uint8Array | null>;
  /** Cheaper to guess than what OWASP's Password Storage Cheat Sheet asks at least: wrapped at import. */
  readonly weak: boolean;
  /** The same hash with a digest of zeros: its parameters, in a form that the same reader reads. */
  readonly emptied: string;
};

/** Cheap: looks at the text only. */
export type ReadHash = (hash: string) => LegacyHash | LegacyFault;
