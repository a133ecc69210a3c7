/**
 * Everything in Avain that is keyed by the master key: MACs that serve as lookup keys, and sealed values.
 *
 * Imports node:crypto only. Promise: the master key is used for derivation and nothing else; each purpose has its own
 * sub-key (HKDF-SHA256, RFC 5869), so a value made for one purpose never verifies or opens as another; keys live in
 * closures and KeyObjects, so printing a Keyring prints no key.
 * Every sealed value begins with the id of its key (`v1.`): rotation adds a second id and re-seals at leisure.
 */

import type { KeyObject } from 'node:crypto';
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hash,
  hkdfSync,
  randomBytes,
} from 'node:crypto';

const macPurposes = [
  'email',
  'identity',
  'code',
  'csrf',
  'draw',
  'browser',
  'sub',
  'roster',
  'limit',
  'link',
  'session',
  'audit',
] as const;
/** What a MAC is for; each purpose has its own key. */
export type MacPurpose = (typeof macPurposes)[number];

const sealPurposes = ['mail', 'exchange', 'signing-key', 'broker-key', 'journey', 'cookie'] as const;
/** What is sealed; each purpose has its own key. */
export type SealPurpose = (typeof sealPurposes)[number];

export type Keyring = {
  /** HMAC-SHA-256, base64url, over the parts each with its length before it: `('ab', 'c')` is not `('a', 'bc')`. */
  mac(purpose: MacPurpose, ...parts: readonly string[]): string;
  /** AES-256-GCM under a random 96-bit nonce; opens only with the same associated data and purpose. */
  seal(plaintext: string, associatedData: string, purpose: SealPurpose): string;
  /** Throws SealBroken. */
  open(sealed: string, associatedData: string, purpose: SealPurpose): string;
  /** Seals a 256-bit key of one account, so that destroying the result destroys what the key sealed. */
  wrapKey(key: Uint8Array, associatedData: string): string;
  /** Throws SealBroken. */
  unwrapKey(wrapped: string, associatedData: string): KeyObject;
};

/** A sealed value was altered, moved, sealed under another key or for another purpose. Says nothing about the content. */
export class SealBroken extends Error {
  override readonly name = 'SealBroken';
  constructor() {
    super('a sealed value cannot be opened');
  }
}

const keyId = 'v1';
const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;

/** @throws RangeError unless `master` is exactly 256 bits; how it is kept (file, mode, rotation) is the caller's business. */
export function createKeyring(master: Uint8Array): Keyring {
  if (master.byteLength !== keyBytes) throw new RangeError(`the master key must be ${keyBytes} bytes`);
  const derive = (label: string) =>
    createSecretKey(Buffer.from(hkdfSync('sha256', master, '', `avain/${label}/${keyId}`, keyBytes)));
  // All derived at once: a dozen microseconds at start, and no state that changes afterwards.
  const macKeys = new Map<MacPurpose, KeyObject>(macPurposes.map((purpose) => [purpose, derive(`mac/${purpose}`)]));
  const sealKeys = new Map<SealPurpose, KeyObject>(sealPurposes.map((purpose) => [purpose, derive(`seal/${purpose}`)]));
  const wrappingKey = derive('wrap/data-key');
  return {
    mac: (purpose, ...parts) => macOf(keyFor(macKeys, purpose), parts),
    seal: (plaintext, associatedData, purpose) =>
      sealWith(keyFor(sealKeys, purpose), Buffer.from(plaintext), associatedData),
    open: (sealed, associatedData, purpose) => openWith(keyFor(sealKeys, purpose), sealed, associatedData).toString(),
    wrapKey: (key, associatedData) => sealWith(wrappingKey, key, associatedData),
    unwrapKey: (wrapped, associatedData) => {
      const key = openWith(wrappingKey, wrapped, associatedData);
      if (key.byteLength !== keyBytes) throw new SealBroken();
      return createSecretKey(key);
    },
  };
}

/** AES-256-GCM (NIST SP 800-38D) as `v1.` + base64url of nonce, ciphertext and tag. One random-nonce key may seal 2^32 values. */
export function sealWith(key: KeyObject, plaintext: Uint8Array, associatedData: string): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
  cipher.setAAD(Buffer.from(associatedData));
  const sealed = Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
  return `${keyId}.${sealed.toString('base64url')}`;
}

/** The inverse of `sealWith`; throws SealBroken for every kind of failure alike. */
export function openWith(key: KeyObject, sealed: string, associatedData: string): Buffer {
  const bytes = Buffer.from(sealed.slice(keyId.length + 1), 'base64url');
  if (!sealed.startsWith(`${keyId}.`) || bytes.byteLength < nonceBytes + tagBytes) throw new SealBroken();
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

/** SHA-256, base64url: for values of at least 112 random bits (tokens, cookies) and for public texts, never for codes or persons. */
export function sha256Base64url(value: string): string {
  return hash('sha256', value, 'base64url');
}

function macOf(key: KeyObject, parts: readonly string[]): string {
  const hmac = createHmac('sha256', key);
  for (const part of parts) {
    const bytes = Buffer.from(part);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.byteLength);
    hmac.update(length).update(bytes);
  }
  return hmac.digest('base64url');
}

function keyFor<P>(keys: ReadonlyMap<P, KeyObject>, purpose: P): KeyObject {
  const key = keys.get(purpose);
  if (key === undefined) throw new RangeError(`no key for purpose ${String(purpose)}`);
  return key;
}
