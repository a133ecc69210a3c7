import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock } from '../deps.ts';
import type { BackupSource } from '../storage/backup-port.ts';
import { type Fingerprinting, startFingerprint } from '../storage/fingerprint.ts';
import type { MovedTable } from '../storage/moving.ts';
import { type Sealing, sealed } from './envelope.ts';
import { type BackupEnd, type BackupHead, BackupRefused, type BackupRows, toLine } from './format.ts';

export type BackupProgress = {
  /** A table begins: so many rows, about. */
  table(table: MovedTable, total: number): void;
  read(rows: number): void;
};

export type BackupOrder = {
  readonly source: BackupSource;
  readonly head: Omit<BackupHead, 'avainBackup' | 'beganAt'>;
  readonly path: string;
  readonly sealing: Sealing;
  readonly clock: Clock;
  readonly progress: BackupProgress;
  /** Of scrypt; less only in tests. */
  readonly work?: number;
};

export type WrittenBackup = {
  /** SHA-256 of the file, in hex. */
  readonly sha256: string;
  readonly bytes: number;
  readonly rows: number;
  readonly beganAt: number;
  readonly end: BackupEnd;
};

/**
 * Reads the source to its end into a file of mode 0600, which has its name only once it is whole and on the disk. Throws
 * BackupRefused for a name that is taken, before anything is read. Memory does not grow with what there is.
 */
export async function writeBackup(order: BackupOrder): Promise<WrittenBackup> {
  const { path, source, sealing, work } = order;
  refuseTaken(path);
  const partial = `${path}.${randomBytes(6).toString('hex')}.partial`;
  const file = await open(partial, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    throw new BackupRefused(`${path} cannot be written (${error.code}).`);
  });
  try {
    const told = { rows: 0, end: null as BackupEnd | null };
    const beganAt = order.clock.now();
    const plain = ReadableStream.from(lines(order, beganAt, told)).pipeThrough(new TextEncoderStream());
    const written = await writeAll(file, await sealed(plain as ReadableStream<Uint8Array>, sealing, work));
    await file.sync();
    await file.close();
    refuseTaken(path);
    await rename(partial, path);
    await syncFolder(dirname(path));
    if (told.end === null) throw new Error('a backup without an end');
    return { ...written, rows: told.rows, beganAt, end: told.end };
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(partial, { force: true });
    throw error;
  } finally {
    await source.close();
  }
}

function refuseTaken(path: string): void {
  if (existsSync(path)) throw new BackupRefused(`${path} is there already, and stays as it is: give another name.`);
}

async function writeAll(file: FileHandle, stream: ReadableStream<Uint8Array>) {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of stream) {
    hash.update(chunk);
    bytes += chunk.length;
    for (let at = 0; at < chunk.length; ) at += (await file.write(chunk, at)).bytesWritten;
  }
  return { sha256: hash.digest('hex'), bytes };
}

/** A rename is on the disk when its folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  await folder.sync().finally(() => folder.close());
}

async function* lines(
  { source, head, clock, progress }: BackupOrder,
  beganAt: number,
  told: { rows: number; end: BackupEnd | null },
): AsyncGenerator<string> {
  const prints = new Map<BackupRows['table'], Fingerprinting>();
  let keys: BackupEnd['keys'] = null;
  yield toLine({ avainBackup: 1, ...head, beganAt });
  for await (const { table, rows } of source.pages()) {
    const known = prints.get(table);
    const print = known ?? startFingerprint();
    prints.set(table, print);
    if (!known && table !== 'corrections') progress.table(table, await source.count(table));
    for (const { value } of rows) {
      print.add(value);
      keys = (table === 'marks' ? keysIn(value) : null) ?? keys;
    }
    told.rows += rows.length;
    progress.read(rows.length);
    if (rows.length > 0) yield toLine({ table, rows: [...rows] });
  }
  const tables = Object.fromEntries([...prints].map(([table, { result }]) => [table, result]));
  told.end = { endedAt: clock.now(), tables, keys };
  yield toLine({ end: told.end });
}

/** From the mark that tells which keys the store needs (keys/key-state.ts). */
function keysIn(value: unknown): BackupEnd['keys'] {
  // A cast: rows of this table are marks.
  const { name, value: text } = value as { readonly name: string; readonly value: string };
  if (name !== 'keys') return null;
  const { lookup, master, index } = JSON.parse(text) as NonNullable<BackupEnd['keys']>;
  return { lookup, master, index };
}
