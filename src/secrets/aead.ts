/** AES-256-GCM (NIST SP 800-38D) as Avain stores it: `<prefix>.` and base64url of nonce, ciphertext and tag. */
import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto';

/** A sealed value was altered, moved, sealed under another key or for another purpose. Says nothing about the content. */
export class SealBroken extends Error {
  override readonly name = 'SealBroken';
  constructor() {
    super('a sealed value cannot be opened');
  }
}

/** What a sealed value begins with: the id of a master key, or a format's version where the account's own key seals. */
export type Sealing = { readonly prefix: string; readonly key: KeyObject };

const nonceBytes = 12;
const tagBytes = 16;

/** Under a random 96-bit nonce; one key may seal 2^32 values so. */
export function sealWith({ prefix, key }: Sealing, plaintext: Uint8Array, associatedData: string): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
  cipher.setAAD(Buffer.from(associatedData));
  const sealed = Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
  return `${prefix}.${sealed.toString('base64url')}`;
}

/** The inverse of `sealWith`; throws SealBroken for every kind of failure alike. */
export function openWith({ prefix, key }: Sealing, sealed: string, associatedData: string): Buffer {
  const bytes = Buffer.from(sealed.slice(prefix.length + 1), 'base64url');
  if (prefixOf(sealed) !== prefix || bytes.byteLength < nonceBytes + tagBytes) throw new SealBroken();
  // An explicit tag length: without it Node would accept a tag cut to 4 bytes.
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes });
  decipher.setAAD(Buffer.from(associatedData));
  decipher.setAuthTag(bytes.subarray(-tagBytes));
  const plaintext = decipher.update(bytes.subarray(nonceBytes, -tagBytes));
  try {
    return Buffer.concat([plaintext, decipher.final()]);
  } catch {
    throw new SealBroken();
  }
}

/** Which key a value is sealed under; empty where it is no sealed value. */
export function prefixOf(sealed: string): string {
  return sealed.slice(0, Math.max(0, sealed.indexOf('.')));
}
