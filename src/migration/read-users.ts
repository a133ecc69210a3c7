import { type FileHandle, open } from 'node:fs/promises';
import { z } from 'zod';
import { OperationRefused } from '../control/operation.ts';
import { delimiterOf, splitFields } from './csv.ts';
import { type Cutter, createCutter, type RawRecord } from './cut-records.ts';

export const columns = [
  'email',
  'hash',
  'hash_format',
  'locale',
  'nickname',
  'activated',
  'must_change',
  'created',
] as const;
export type Column = (typeof columns)[number];
export type RawUser = Readonly<Partial<Record<Column, string>>>;

/** `row`: what stands in it, or why it cannot be read. */
export type FileRow = { readonly line: number; readonly row: RawUser | string };

export type UserFile = {
  readonly rows: AsyncIterable<FileRow>;
  readonly bytes: number;
  bytesRead(): number;
  close(): Promise<void>;
};

export type UserFormat = 'csv' | 'ndjson';

const maxRowBytes = 16_384;
/** Bounds the table of addresses that were seen. */
const maxRows = 3_000_000;
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Throws OperationRefused for a file that cannot be read at all. The path is not repeated: it may be personal. */
export async function openUsers(path: string, format: UserFormat): Promise<UserFile> {
  const handle = await open(path).catch((error: NodeJS.ErrnoException) => {
    throw new OperationRefused(
      error.code === 'ENOENT'
        ? 'There is no such file.'
        : `The file cannot be opened (${error.code}). It is read by the user that Avain runs as: give it to that user.`,
    );
  });
  const stat = await handle.stat();
  if (!stat.isFile()) {
    await handle.close();
    throw new OperationRefused('That is a folder or a device: name a file.');
  }
  let read = 0;
  const chunks = async function* () {
    for await (const chunk of chunksOf(handle)) {
      read += chunk.length;
      yield chunk;
    }
  };
  const rows = format === 'csv' ? csvRows(chunks()) : ndjsonRows(chunks());
  return { rows: bounded(rows), bytes: stat.size, bytesRead: () => read, close: () => handle.close() };
}

async function* chunksOf(handle: FileHandle): AsyncGenerator<Buffer> {
  let first = true;
  // A cast: without an encoding the stream gives buffers.
  for await (const chunk of handle.createReadStream({ autoClose: false }) as AsyncIterable<Buffer>) {
    if (first && chunk.subarray(0, 2).some((byte) => byte === 0xfe || byte === 0xff)) {
      throw new OperationRefused('The file is UTF-16: save it as UTF-8.');
    }
    yield first && chunk.subarray(0, 3).equals(byteOrderMark) ? chunk.subarray(3) : chunk;
    first = false;
  }
}

async function* bounded(rows: AsyncIterable<FileRow>): AsyncGenerator<FileRow> {
  let count = 0;
  for await (const row of rows) {
    count += 1;
    if (count > maxRows) throw new OperationRefused(`A file has at most ${maxRows} rows: cut it into several.`);
    yield row;
  }
}

async function* ndjsonRows(chunks: AsyncIterable<Buffer>): AsyncGenerator<FileRow> {
  const cutter = createCutter(maxRowBytes, null);
  for await (const record of recordsOf(cutter, chunks)) yield { line: record.line, row: textOf(record, parseJson) };
}

async function* csvRows(chunks: AsyncIterable<Buffer>): AsyncGenerator<FileRow> {
  const { header, rest } = await headerOf(chunks);
  const delimiter = delimiterOf(header);
  const names = columnsOf(splitFields(header, delimiter));
  const cutter = createCutter(maxRowBytes, delimiter.charCodeAt(0), 2);
  const parse = (text: string): RawUser | string => {
    const fields = splitFields(text, delimiter);
    if (!fields) return 'quote-misplaced';
    if (fields.length !== names.length) return 'wrong-number-of-fields';
    return Object.fromEntries(fields.map((field, index) => [names[index], field]));
  };
  for await (const record of recordsOf(cutter, rest)) yield { line: record.line, row: textOf(record, parse) };
}

async function* recordsOf(cutter: Cutter, chunks: AsyncIterable<Buffer>): AsyncGenerator<RawRecord> {
  const isBlank = ({ bytes }: RawRecord) => bytes?.length === 0;
  for await (const chunk of chunks) for (const record of cutter.push(chunk)) if (!isBlank(record)) yield record;
  yield* cutter.end();
}

function textOf({ bytes, fault }: RawRecord, parse: (text: string) => RawUser | string): RawUser | string {
  if (!bytes) return fault ?? 'row-too-long';
  try {
    return parse(utf8.decode(bytes));
  } catch {
    return 'not-utf-8';
  }
}

/** The first line, without quoted line feeds: which delimiter it uses is not known before. */
async function headerOf(chunks: AsyncIterable<Buffer>) {
  let begun: Buffer = Buffer.alloc(0);
  const iterator = chunks[Symbol.asyncIterator]();
  while (!begun.includes(0x0a) && begun.length <= maxRowBytes) {
    const { value, done } = await iterator.next();
    if (done) break;
    begun = Buffer.concat([begun, value]);
  }
  const end = begun.indexOf(0x0a);
  const header = (end < 0 ? begun : begun.subarray(0, end)).toString().replace(/\r$/, '');
  async function* rest(): AsyncGenerator<Buffer> {
    if (end >= 0) yield begun.subarray(end + 1);
    yield* { [Symbol.asyncIterator]: () => iterator };
  }
  return { header, rest: rest() };
}

function columnsOf(fields: string[] | null): readonly Column[] {
  const names = fields?.map((field) => field.trim().toLowerCase()) ?? [];
  const isColumn = (name: string): name is Column => columns.some((column) => column === name);
  if (!names.every(isColumn) || !names.includes('email') || new Set(names).size !== names.length) {
    throw new OperationRefused(
      `The first line must name the columns, each once, email among them. Known: ${columns.join(', ')}.`,
    );
  }
  return names;
}

const flag = z.union([z.boolean().transform(String), z.string()]).nullish();
const text = z.string().nullish();
const jsonSchema = z.strictObject({
  email: text,
  hash: text,
  hash_format: text,
  locale: text,
  nickname: text,
  activated: flag,
  must_change: flag,
  created: text,
});

function parseJson(line: string): RawUser | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return 'no-json';
  }
  const parsed = jsonSchema.safeParse(value);
  if (!parsed.success)
    return parsed.error.issues.some(({ code }) => code === 'unrecognized_keys') ? 'unknown-key' : 'wrong-type';
  const present = Object.entries(parsed.data).filter(([, field]) => typeof field === 'string');
  return Object.fromEntries(present);
}
