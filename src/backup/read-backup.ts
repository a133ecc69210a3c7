import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { ReadableWritablePair } from 'node:stream/web';
import { type Fingerprinting, startFingerprint } from '../storage/fingerprint.ts';
import { type Opening, opened } from './envelope.ts';
import { type BackupEnd, type BackupHead, BackupRefused, type BackupRows, type Manifest, readLine } from './format.ts';

export type ReadBackup = { readonly manifest: Manifest; readonly sha256: string };

const damaged = 'The file is damaged: what is in it is not what was written. Nothing of it is used.';

/**
 * Reads a backup from the first to the last byte, gives its rows to `take` as they come, and compares counts and hashes
 * with what the backup says of itself. Throws BackupRefused at the first thing that is not as it was written; whatever
 * `take` was given until then is to be thrown away.
 */
export async function readBackup(
  path: string,
  opening: Opening,
  take: (rows: BackupRows) => Promise<void>,
): Promise<ReadBackup> {
  await access(path).catch(tell(path));
  const hash = createHash('sha256');
  const file = createReadStream(path).on('data', (chunk) => hash.update(chunk));
  // A cast: Node's and the web's types of the same stream differ.
  const web = Readable.toWeb(file) as ReadableStream<Uint8Array>;
  try {
    const manifest = await readLines(linesOf(await opened(web, opening).catch(tell(path)), path), take);
    return { manifest, sha256: hash.digest('hex') };
  } finally {
    file.destroy();
  }
}

/** What stops the reading: the system, or a byte that is not as it was written. */
const tell =
  (path: string) =>
  (error: unknown): never => {
    // A cast: what is no error of the system has no code, or another.
    const { code } = error as NodeJS.ErrnoException;
    if (code !== undefined && ['ENOENT', 'EACCES', 'EISDIR', 'EPERM', 'EIO'].includes(code))
      throw new BackupRefused(`${path} cannot be read (${code}).`);
    throw error instanceof BackupRefused ? error : new BackupRefused(damaged);
  };

async function readLines(lines: AsyncIterable<string>, take: (rows: BackupRows) => Promise<void>): Promise<Manifest> {
  const prints = new Map<BackupRows['table'], Fingerprinting>();
  let head: BackupHead | null = null;
  let end: BackupEnd | null = null;
  for await (const text of lines) {
    const line = readLine(text);
    const isHead = 'avainBackup' in line;
    // The head comes first and once, the end last.
    if (isHead !== (head === null) || end !== null) throw new BackupRefused(damaged);
    if (isHead) head = line;
    else if ('end' in line) end = line.end;
    else {
      const print = prints.get(line.table) ?? startFingerprint();
      prints.set(line.table, print);
      for (const { value } of line.rows) print.add(value);
      await take(line);
    }
  }
  if (head === null || end === null) throw new BackupRefused(damaged);
  const told = Object.fromEntries([...prints].map(([table, { result }]) => [table, result]));
  for (const [table, { rows, hash }] of Object.entries(end.tables)) {
    const found = told[table] ?? startFingerprint().result;
    if (found.rows !== rows || found.hash !== hash) throw new BackupRefused(damaged);
  }
  return { ...head, ...end };
}

async function* linesOf(bytes: ReadableStream<Uint8Array>, path: string): AsyncGenerator<string> {
  let rest = '';
  // A cast: the types of the web's streams say less of the decoder than it is.
  const decoder = new TextDecoderStream('utf-8', { fatal: true }) as ReadableWritablePair<string, Uint8Array>;
  try {
    for await (const text of bytes.pipeThrough(decoder)) {
      const parts = (rest + text).split('\n');
      rest = parts.pop() ?? '';
      yield* parts;
    }
  } catch (error) {
    // Of the reading only: what goes wrong with a line does not come here.
    tell(path)(error);
  }
  if (rest !== '') throw new BackupRefused(damaged);
}
