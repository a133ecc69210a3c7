/**
 * The national identity code at rest: keyed fingerprints to find it by, and a sealed value to show it from.
 *
 * About 2^25 codes are plausible, so an unkeyed hash falls in seconds: a fingerprint is a MAC under a key that is never
 * in the database. The value is sealed under a random key of the account, itself wrapped by the master key; destroying
 * the wrapped key erases it, as erasing an account does. Nothing here may appear in a log, URL, page or error. Only three
 * callers open a code, all audited: those that emit the `national_id` claim and a person's own copy of their data, and the
 * one that makes fingerprints under a new index key (a test of the house names them).
 */
import { randomBytes } from 'node:crypto';
import type { AccountId, Fingerprint } from '../ids.ts';
import { openWith, prefixOf, sealWith } from '../secrets/aead.ts';
import type { Keyring } from '../secrets/sealing.ts';

export type NationalId = {
  /** ISO 3166-1 alpha-2, upper case: `FI`. */
  readonly country: string;
  /** What kind of code it is in that country, as `hetu`. */
  readonly idType: string;
  /** Canonical form; for Finland the whole 11 characters of `Hetu.code`: the middle sign is part of the identity. */
  readonly idValue: string;
};

/** The parts of an account that sealing needs. */
export type SealingAccount = { readonly id: AccountId; readonly dataKey: string };

/** The secret of an authenticator app; recovery codes while they are shown. */
export type FactorField = 'authenticator' | 'recovery-codes';

const formatVersion = '1';

/**
 * The unique keys of a strong identity, `<key id>.<mac>`, one for each index key in use: equal for equal codes under one
 * key, meaningless without it. Made anew wherever they are written, so that a key which is new since is never left out.
 */
export function identityFingerprints(
  keyring: Pick<Keyring, 'indexMacs'>,
  { country, idType, idValue }: NationalId,
): readonly Fingerprint[] {
  // The brand is given here and in the other keyed lookups only.
  return keyring.indexMacs('national-id', country, idType, idValue) as readonly Fingerprint[];
}

/** Which index key a fingerprint was made under. */
export function indexKeyOf(fingerprint: Fingerprint): string {
  return prefixOf(fingerprint);
}

/** A fresh random data key for a new account, wrapped: goes to `account.dataKey`. */
export function createDataKey(keyring: Pick<Keyring, 'wrapKey'>, accountId: AccountId): { wrapped: string } {
  return { wrapped: keyring.wrapKey(randomBytes(32), dataKeyLabel(accountId)) };
}

/** The account's data key under the first master key; null where it is under it already. Throws SealBroken. */
export function rewrappedDataKey(
  keyring: Pick<Keyring, 'wrapKey' | 'unwrapKey' | 'ids'>,
  { id, dataKey }: SealingAccount,
): string | null {
  if (prefixOf(dataKey) === keyring.ids.master[0]) return null;
  return keyring.wrapKey(keyring.unwrapKey(dataKey, dataKeyLabel(id)).export(), dataKeyLabel(id));
}

/** Seals one field of one account; the result opens for that account and that field only, so it cannot be moved between rows. */
export function sealForAccount(
  keyring: Pick<Keyring, 'unwrapKey'>,
  account: SealingAccount,
  field: 'person' | 'identity-code' | 'audit' | FactorField,
  plaintext: string,
): string {
  return sealWith(sealing(keyring, account), Buffer.from(plaintext), fieldLabel(account.id, field));
}

/** What the last identification told of the person. Throws SealBroken if the value, its account or its field is another. */
export function openPerson(keyring: Pick<Keyring, 'unwrapKey'>, account: SealingAccount, sealed: string): string {
  return openWith(sealing(keyring, account), sealed, fieldLabel(account.id, 'person')).toString();
}

/** Personal details of an audit record. Throws as above. */
export function openAuditDetails(keyring: Pick<Keyring, 'unwrapKey'>, account: SealingAccount, sealed: string): string {
  return openWith(sealing(keyring, account), sealed, fieldLabel(account.id, 'audit')).toString();
}

/** A secret of a second factor. Throws as above. */
export function openFactor(
  keyring: Pick<Keyring, 'unwrapKey'>,
  account: SealingAccount,
  field: FactorField,
  sealed: string,
): string {
  return openWith(sealing(keyring, account), sealed, fieldLabel(account.id, field)).toString();
}

/** The identity code itself. Throws as above. For the callers named above, each of which writes an audit record first. */
export function openIdentityCode(keyring: Pick<Keyring, 'unwrapKey'>, account: SealingAccount, sealed: string): string {
  return openWith(sealing(keyring, account), sealed, fieldLabel(account.id, 'identity-code')).toString();
}

const sealing = (keyring: Pick<Keyring, 'unwrapKey'>, { id, dataKey }: SealingAccount) => ({
  prefix: 'v1',
  key: keyring.unwrapKey(dataKey, dataKeyLabel(id)),
});

// JSON, so that no choice of id and field can spell another pair.
const fieldLabel = (accountId: AccountId, field: string) => JSON.stringify([accountId, field, formatVersion]);
const dataKeyLabel = (accountId: AccountId) => JSON.stringify([accountId, 'data-key', formatVersion]);
