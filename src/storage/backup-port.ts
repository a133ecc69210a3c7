/**
 * What a backup needs of a back end: everything that lasts, read while Avain serves, and a place where it comes back.
 *
 * Left out is what has a life (sessions, codes, tokens, mailed links, limits): after a restore nobody could tell which of
 * it had been spent or revoked since, so all of it is refused anyway. Clients that registered themselves lie there too and
 * have no end: they are taken along.
 */
import type { AccountId, Instant } from '../ids.ts';
import { type MovableStorage, type MovedRow, type MovedTable, movedTables } from './moving.ts';

/** The model under which clients that registered themselves lie among the artifacts. */
export const registeredClientModel = 'Client';

const shortLived: readonly MovedTable[] = ['rows', 'rateLimits'];

/** In the order in which they come back. */
export const backedUpTables: readonly MovedTable[] = movedTables.filter((table) => !shortLived.includes(table));

/** As what a storage is marked that is being restored: it serves nobody. */
export const restoring = 'a backup';

export type BackupPage = {
  /** `corrections`: what was read of an account no longer holds, this does; the last one counts. */
  readonly table: MovedTable | 'corrections';
  /** Of corrections: the account, or only its id where it is gone. */
  readonly rows: readonly (MovedRow | Correction)[];
};

export type Correction = { readonly position: AccountId; readonly value: MovedRow<'accounts'>['value'] | null };

export type BackupSource = {
  /** How many rows there are about, for a progress bar. */
  count(table: MovedTable): Promise<number>;
  /** Everything, once. What it is a picture of: docs/backup.md. */
  pages(): AsyncIterable<BackupPage>;
  close(): Promise<void>;
};

export type RestoreTarget = {
  /** Empty, and nobody is served from it. */
  readonly storage: MovableStorage;
  /** Accounts that were erased in the store that this one replaces; null where there is none, or it cannot be read. */
  readonly erasedBefore: readonly AccountId[] | null;
  /** Signing keys that were revoked there; null likewise. */
  readonly revokedBefore: readonly string[] | null;
  /** Takes the place of what was there; tells where that lies now. Closes. */
  finish(): Promise<string | null>;
  /** Closes, and leaves everything as it was where that can be. */
  abandon(): Promise<void>;
};

/** One of the files or databases: the version it has (null: there is none yet), and the one that this Avain needs. */
export type SchemaState = { readonly name: string; readonly has: number | null; readonly needs: number };

export type RestoreOptions = { readonly replace: boolean; readonly now: Instant };
