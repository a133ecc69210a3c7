import type { Account } from '../accounts/account.ts';
import type { AccountId } from '../ids.ts';
import type { KeyIds } from '../secrets/sealing.ts';
import type { SchemaState } from '../storage/backup-port.ts';
import type { MovedValues } from '../storage/moving.ts';
import type { SigningKeySet } from '../storage/signing-key-port.ts';
import type { Opening } from './envelope.ts';
import { BackupRefused } from './format.ts';
import { type ReadBackup, readBackup } from './read-backup.ts';

/** What the first reading finds. */
export type CheckedBackup = ReadBackup & {
  /** What accounts are in truth that were read while they changed; null = gone. */
  readonly corrections: ReadonlyMap<AccountId, Account | null>;
  /** By the backup's own records. */
  readonly erased: ReadonlySet<AccountId>;
  /** The ids of the signing keys that come back as keys that are trusted, or will be. */
  readonly trustedKeys: ReadonlySet<string>;
};

export async function checkBackup(path: string, opening: Opening): Promise<CheckedBackup> {
  const corrections = new Map<AccountId, Account | null>();
  const erased = new Set<AccountId>();
  const trustedKeys = new Set<string>();
  const read = await readBackup(path, opening, async ({ table, rows }) => {
    for (const { position, value } of rows) {
      // Casts: rows are what the table's type says, as the hashes will prove.
      if (table === 'corrections') corrections.set(position as AccountId, value as Account | null);
      if (table === 'signingKeys') for (const kid of trustedIn(value as SigningKeySet)) trustedKeys.add(kid);
      if (table !== 'audit') continue;
      const { event, accountId } = value as MovedValues['audit'];
      if (event === 'account.erased' && accountId !== null) erased.add(accountId);
    }
  });
  return { ...read, corrections, erased, trustedKeys };
}

const trustedIn = ({ keys }: SigningKeySet): readonly string[] =>
  keys.flatMap(({ kid, state }) => (state === 'revoked' || state === 'retired' ? [] : [kid]));

export type Installation = {
  readonly issuer: string;
  readonly keys: KeyIds;
  readonly schema: readonly Pick<SchemaState, 'needs'>[];
};

/** Throws BackupRefused where it is of another installation, or needs a key that is not at hand. */
export function admitBackup({ manifest }: CheckedBackup, { issuer, keys: ids, schema }: Installation): void {
  const { keys, avain } = manifest;
  if (manifest.issuer !== issuer) {
    throw new BackupRefused(`It is the backup of ${manifest.issuer}, and this is ${issuer}.`);
  }
  const versions = (all: readonly { readonly version: number }[]) => all.map(({ version }) => version).join('.');
  if (versions(manifest.schema) !== versions(schema.map(({ needs: version }) => ({ version })))) {
    throw new BackupRefused(
      `It was taken by Avain ${avain} from another kind or schema of storage: restore it with the Avain and the storage of that day, then upgrade or copy.`,
    );
  }
  if (keys === null) return;
  const missing = [
    ...keys.master.filter((id) => !ids.master.includes(id)).map((id) => `the master key ${id}`),
    ...keys.index.filter((id) => !ids.index.includes(id)).map((id) => `the index key ${id}`),
    ...(keys.lookup === ids.lookup ? [] : [`the lookup key ${keys.lookup}`]),
  ];
  if (missing.length === 0) return;
  throw new BackupRefused(`It needs ${missing.join(', ')}: put back the key files of that day. Nothing was changed.`);
}
