/**
 * Everything in Avain that is keyed: MACs that serve as lookup keys, and sealed values. Three kinds of key, each with one
 * job, since they live differently (docs/identity-code.md):
 * - master keys seal and wrap, and make the MACs of what lives minutes: the first one writes, every one opens, so they
 *   rotate by sealing anew, and by waiting;
 * - index keys make the fingerprints of identity codes: all of them do, so they rotate by adding fingerprints;
 * - the lookup key makes every other MAC, and the key that signs the audit log. It is never rotated: with another one every
 *   `sub`, address and draw would be another, and nobody would find their account.
 *
 * Imports node:crypto only. Promise: these keys are used for derivation and nothing else; each purpose has its own
 * sub-key (HKDF-SHA256, RFC 5869), so a value made for one purpose never verifies or opens as another; keys live in
 * closures and KeyObjects, so printing a Keyring prints no key. A sealed value or fingerprint begins with its key's id.
 */
import type { KeyObject } from 'node:crypto';
import { createHmac, createPrivateKey, createSecretKey, hash, hkdfSync, timingSafeEqual } from 'node:crypto';
import { openWith, prefixOf, SealBroken, type Sealing, sealWith } from './aead.ts';

const macPurposes = [
  'email',
  'csrf',
  'draw',
  'sub',
  'passkey',
  'recovery-code',
  'dpop-nonce',
  'user-code',
  'client-secret',
  'configuration',
] as const;
/** What a MAC is for; each purpose has its own key. */
export type MacPurpose = (typeof macPurposes)[number];

const passingPurposes = ['code'] as const;
/** What a MAC is for that lives minutes. */
export type PassingPurpose = (typeof passingPurposes)[number];

const sealPurposes = ['mail', 'exchange', 'signing-key', 'journey', 'roster', 'device', 'admin'] as const;
/** What is sealed; each purpose has its own key. */
export type SealPurpose = (typeof sealPurposes)[number];

/** Keys of 256 bits. At least one of each kind. */
export type RotatingKeys = { readonly master: readonly Uint8Array[]; readonly index: readonly Uint8Array[] };
export type KeyringKeys = RotatingKeys & { readonly lookup: Uint8Array };

/** In the order of the keys: the first master key seals. */
export type KeyIds = {
  readonly master: readonly string[];
  readonly index: readonly string[];
  readonly lookup: string;
};

export type Keyring = {
  /** HMAC-SHA-256, base64url, over the parts each with its length before it: `('ab', 'c')` is not `('a', 'bc')`. */
  mac(purpose: MacPurpose, ...parts: readonly string[]): string;
  /** As `mac`, but rotating: `<key id>.<mac>` under the master key that writes. */
  passingMac(purpose: PassingPurpose, ...parts: readonly string[]): string;
  /** True if that is what it was made of, under a master key that is still there. */
  isPassingMac(mac: string, purpose: PassingPurpose, ...parts: readonly string[]): boolean;
  /** One for each index key, as `<key id>.<mac>`: for identity codes only. */
  indexMacs(...parts: readonly string[]): readonly string[];
  /** AES-256-GCM under a random 96-bit nonce; opens only with the same associated data and purpose. */
  seal(plaintext: string, associatedData: string, purpose: SealPurpose): string;
  /** Throws SealBroken. */
  open(sealed: string, associatedData: string, purpose: SealPurpose): string;
  /** Seals a 256-bit key of one account, so that destroying the result destroys what the key sealed. */
  wrapKey(key: Uint8Array, associatedData: string): string;
  /** Throws SealBroken. */
  unwrapKey(wrapped: string, associatedData: string): KeyObject;
  /** The Ed25519 key (RFC 8032) that signs the audit log's checkpoints, and nothing else. */
  auditKey(): KeyObject;
  readonly ids: KeyIds;
  /** From now on these keys, as a command or SIGHUP gave them. Whoever holds the keyring need not know. */
  take(keys: RotatingKeys): void;
};

const keyBytes = 32;

/** @throws RangeError unless every key is exactly 256 bits and there is one of each kind; how they are kept is the caller's business. */
export function createKeyring({ lookup, ...rotating }: KeyringKeys): Keyring {
  const macKeys = derived(lookup, 'mac', macPurposes);
  const lookupId = keyIdOf(lookup);
  // Of the key that never changes: all nodes have the same without agreeing on it, a backup cannot lose it, and who can write
  // into the store but has no key file can neither sign nor put another key in its place.
  const auditKey = ed25519(derive(lookup, 'sign/audit'));
  let { masters, indexes } = rotatingKeys(rotating);
  const first = () => present(masters[0]);
  const under = (sealed: string) => {
    const found = masters.find(({ id }) => id === prefixOf(sealed));
    if (!found) throw new SealBroken();
    return found;
  };
  const sealing = (master: MasterKey, purpose: SealPurpose): Sealing => ({
    prefix: master.id,
    key: present(master.seals.get(purpose)),
  });
  const passing = (master: MasterKey, purpose: PassingPurpose, parts: readonly string[]) =>
    `${master.id}.${macOf(present(master.macs.get(purpose)), parts)}`;
  const wrapping = (master: MasterKey): Sealing => ({ prefix: master.id, key: master.wrapping });
  return {
    mac: (purpose, ...parts) => macOf(present(macKeys.get(purpose)), parts),
    passingMac: (purpose, ...parts) => passing(first(), purpose, parts),
    isPassingMac: (mac, purpose, ...parts) => {
      const master = masters.find(({ id }) => id === prefixOf(mac));
      if (!master) return false;
      const [given, own] = [Buffer.from(mac), Buffer.from(passing(master, purpose, parts))];
      return given.length === own.length && timingSafeEqual(given, own);
    },
    indexMacs: (...parts) => indexes.map(({ id, key }) => `${id}.${macOf(key, parts)}`),
    seal: (plaintext, associatedData, purpose) =>
      sealWith(sealing(first(), purpose), Buffer.from(plaintext), associatedData),
    open: (sealed, associatedData, purpose) =>
      openWith(sealing(under(sealed), purpose), sealed, associatedData).toString(),
    wrapKey: (key, associatedData) => sealWith(wrapping(first()), key, associatedData),
    unwrapKey: (wrapped, associatedData) => {
      const key = openWith(wrapping(under(wrapped)), wrapped, associatedData);
      if (key.byteLength !== keyBytes) throw new SealBroken();
      return createSecretKey(key);
    },
    auditKey: () => auditKey,
    get ids() {
      return { master: masters.map(({ id }) => id), index: indexes.map(({ id }) => id), lookup: lookupId };
    },
    take: (keys) => {
      ({ masters, indexes } = rotatingKeys(keys));
    },
  };
}

/** Names a key without anybody having to; tells nothing of it, since it is random. */
export function keyIdOf(key: Uint8Array): string {
  return hash('sha256', Buffer.concat([Buffer.from('avain/key-id/'), key]), 'hex').slice(0, 8);
}

/** SHA-256, base64url: for values of at least 112 random bits (tokens, cookies) and for public texts, never for codes or persons. */
export function sha256Base64url(value: string): string {
  return hash('sha256', value, 'base64url');
}

type MasterKey = {
  readonly id: string;
  readonly seals: ReadonlyMap<SealPurpose, KeyObject>;
  readonly macs: ReadonlyMap<PassingPurpose, KeyObject>;
  readonly wrapping: KeyObject;
};
type IndexKey = { readonly id: string; readonly key: KeyObject };

// All derived at once: some dozen microseconds, and nothing that changes afterwards.
function rotatingKeys({ master, index }: RotatingKeys): {
  masters: readonly MasterKey[];
  indexes: readonly IndexKey[];
} {
  if (master.length === 0 || index.length === 0) throw new RangeError('a keyring needs a master key and an index key');
  return {
    masters: master.map((key) => ({
      id: keyIdOf(key),
      seals: derived(key, 'seal', sealPurposes),
      macs: derived(key, 'mac', passingPurposes),
      wrapping: derive(key, 'wrap/data-key'),
    })),
    indexes: index.map((key) => ({ id: keyIdOf(key), key: derive(key, 'index/identity-code') })),
  };
}

function derived<P extends string>(key: Uint8Array, kind: string, purposes: readonly P[]): ReadonlyMap<P, KeyObject> {
  return new Map(purposes.map((purpose) => [purpose, derive(key, `${kind}/${purpose}`)]));
}

function derive(key: Uint8Array, label: string): KeyObject {
  if (key.byteLength !== keyBytes) throw new RangeError(`a key must be ${keyBytes} bytes`);
  return createSecretKey(Buffer.from(hkdfSync('sha256', key, '', `avain/${label}/v1`, keyBytes)));
}

/** The private key of a seed, in the form that Node reads (PKCS #8, RFC 8410 7). */
function ed25519(seed: KeyObject): KeyObject {
  const header = Buffer.from('302e020100300506032b657004220420', 'hex');
  return createPrivateKey({ key: Buffer.concat([header, seed.export()]), format: 'der', type: 'pkcs8' });
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

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new RangeError('no key for this purpose');
  return value;
}
