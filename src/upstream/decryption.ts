import { compactDecrypt, decodeProtectedHeader } from 'jose';
import type { BrokerConfig } from './broker-config.ts';
import type { DecryptionKey } from './ftn/keys.ts';

/** An answer came, but it is not to be believed. `code` is fixed text, fit for logs; nothing of the token is kept. */
export class TokenRefused extends Error {
  readonly code: string;
  constructor(code: string) {
    super(`token refused: ${code}`);
    this.code = code;
  }
}

/** Gives the signed token inside an encrypted one; throws {@link TokenRefused}. */
export type OpenToken = (jwe: string) => Promise<string>;

/**
 * Opens what was encrypted to one of our keys, by an algorithm on both allow-lists of the configuration (security R23).
 * Not left to openid-client: that takes a merely signed token as well, and cannot choose among several keys where a
 * broker names none, as during a rotation. A named key must be one of ours; a broker that gives its own names to our
 * keys is served by writing that name as the key's `kid`.
 */
export function createOpener(keys: readonly DecryptionKey[], { idToken }: Pick<BrokerConfig, 'idToken'>): OpenToken {
  const contentEncryption: readonly string[] = idToken.contentEncryption;
  const keyEncryption: readonly string[] = idToken.keyEncryption;
  return async (jwe) => {
    // Five parts are a JWE; what is only signed is refused, however good its signature.
    if (jwe.split('.').length !== 5) throw new TokenRefused('token_not_encrypted');
    const { alg = '', enc = '', kid, zip } = headerOf(jwe);
    if (!keyEncryption.includes(alg) || !contentEncryption.includes(enc) || zip !== undefined) {
      throw new TokenRefused('token_encryption');
    }
    const fitting = keys.filter((key) => key.alg === alg && (kid === undefined || kid === key.kid));
    if (fitting.length === 0) throw new TokenRefused('token_unknown_key');
    return openWithAny(jwe, fitting, { keyManagementAlgorithms: [alg], contentEncryptionAlgorithms: [enc] });
  };
}

async function openWithAny(
  jwe: string,
  keys: readonly DecryptionKey[],
  algorithms: { keyManagementAlgorithms: string[]; contentEncryptionAlgorithms: string[] },
): Promise<string> {
  for (const { key } of keys) {
    const opened = await compactDecrypt(jwe, key, algorithms).catch(() => null);
    if (opened) return new TextDecoder().decode(opened.plaintext);
  }
  throw new TokenRefused('token_decryption');
}

function headerOf(jwe: string): { alg?: string; enc?: string; kid?: string; zip?: unknown } {
  try {
    return decodeProtectedHeader(jwe);
  } catch {
    throw new TokenRefused('token_encryption');
  }
}
