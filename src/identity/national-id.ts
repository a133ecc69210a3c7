/**
 * The national identity code at rest: a keyed fingerprint to find it by, and a sealed value to show it from.
 *
 * About 2^25 codes are plausible, so an unkeyed hash falls in seconds: the fingerprint is a MAC under a key that is
 * never in the database. The value is sealed under a random key of the account, itself wrapped by the master key;
 * destroying the wrapped key erases it. Nothing here may appear in a log, URL, page or error; only the function that
 * emits the `national_id` claim opens the code, and it audits that.
 */
import { randomBytes } from 'node:crypto';
import type { AccountId, Fingerprint } from '../ids.ts';
import type { Keyring } from '../secrets/sealing.ts';
import { openWith, sealWith } from '../secrets/sealing.ts';

export type NationalId = {
  /** ISO 3166-1 alpha-2, upper case: `FI`. */
  readonly country: string;
  /** Canonical form; for Finland the whole 11 characters of `Hetu.code`: the middle sign is part of the identity. */
  readonly idValue: string;
};

/** The parts of an account that sealing needs. */
export type SealingAccount = { readonly id: AccountId; readonly dataKey: string };

const fingerprintKeyId = 'k1';
const formatVersion = '1';

/** The unique key of a strong identity, `k1.<mac>`: equal for equal codes under one master key, meaningless without it. */
export function identityFingerprint(keyring: Pick<Keyring, 'mac'>, identity: NationalId): Fingerprint {
  const mac = keyring.mac('identity', 'national-id', identity.country, identity.idValue);
  // The brand is given here and in the other keyed lookups only.
  return `${fingerprintKeyId}.${mac}` as Fingerprint;
}

/** A fresh random data key for a new account, wrapped: goes to `account.dataKey`. */
export function createDataKey(keyring: Pick<Keyring, 'wrapKey'>, accountId: AccountId): { wrapped: string } {
  return { wrapped: keyring.wrapKey(randomBytes(32), dataKeyLabel(accountId)) };
}

/** Seals one field of one account; the result opens for that account and that field only, so it cannot be moved between rows. */
export function sealForAccount(
  keyring: Pick<Keyring, 'unwrapKey'>,
  account: SealingAccount,
  field: string,
  plaintext: string,
): string {
  const key = keyring.unwrapKey(account.dataKey, dataKeyLabel(account.id));
  return sealWith(key, Buffer.from(plaintext), fieldLabel(account.id, field));
}

/** The inverse of `sealForAccount`. Throws SealBroken if the value, its account or its field is another. */
export function openForAccount(
  keyring: Pick<Keyring, 'unwrapKey'>,
  account: SealingAccount,
  field: string,
  sealed: string,
): string {
  const key = keyring.unwrapKey(account.dataKey, dataKeyLabel(account.id));
  return openWith(key, sealed, fieldLabel(account.id, field)).toString();
}

// JSON, so that no choice of id and field can spell another pair.
const fieldLabel = (accountId: AccountId, field: string) => JSON.stringify([accountId, field, formatVersion]);
const dataKeyLabel = (accountId: AccountId) => JSON.stringify([accountId, 'data-key', formatVersion]);
