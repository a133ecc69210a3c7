/**
 * Backups: everything that lasts as one encrypted file, and the way back.
 *
 * format.ts: what is in a file, line by line. envelope.ts: the encryption around it (age). write-backup.ts, read-backup.ts:
 * to a file and from one. check-backup.ts: whether it would do here. restore.ts with restored-row.ts: into an empty storage.
 * operations.ts: what the Avain that runs does of it. Imports the storage's backup port; imported by cli/ and control/operations.ts.
 *
 * Promises: no file is ever half under its name, or unencrypted; a file that differs from what was written in one bit is
 * refused before anything of it is served; after a restore nothing that was used or revoked is good again. What a backup
 * is a picture of, and how to come back at three in the morning: docs/backup.md.
 */
import { z } from 'zod';
import { movedTables } from '../storage/moving.ts';

/** For the operator: what to do, and no stack. */
export class BackupRefused extends Error {
  override readonly name = 'BackupRefused';
}

const fingerprint = z.strictObject({ rows: z.int().min(0), hash: z.string().regex(/^[0-9a-f]{32}$/) });
const tables = z.enum([...movedTables, 'corrections']);

const head = z.strictObject({
  avainBackup: z.literal(1),
  issuer: z.string(),
  avain: z.string(),
  storage: z.enum(['sqlite', 'mongo-redis']),
  schema: z.array(z.strictObject({ name: z.string(), version: z.int() })),
  /** Everything acknowledged before is in it. */
  beganAt: z.int(),
});

const rows = z.strictObject({
  table: tables,
  rows: z.array(z.strictObject({ position: z.string(), value: z.unknown() })),
});

const end = z.strictObject({
  endedAt: z.int(),
  tables: z.partialRecord(tables, fingerprint),
  /** Ids of the keys without which what is sealed does not open and nobody is found; never the keys. */
  keys: z.strictObject({ lookup: z.string(), master: z.array(z.string()), index: z.array(z.string()) }).nullable(),
});

/** The first line; then lines of rows; the last one closes. */
export type BackupHead = z.infer<typeof head>;
export type BackupRows = z.infer<typeof rows>;
export type BackupEnd = z.infer<typeof end>;
export type Manifest = BackupHead & BackupEnd;

const line = z.union([rows, z.strictObject({ end }), head]);

export function readLine(text: string): z.infer<typeof line> {
  try {
    return line.parse(JSON.parse(text));
  } catch {
    // What is in it may be personal: not repeated.
    throw new BackupRefused('The file opens, and is no backup of this version of Avain.');
  }
}

export const toLine = (value: BackupHead | BackupRows | { readonly end: BackupEnd }): string =>
  `${JSON.stringify(value)}\n`;
