/**
 * Files of rows that people bring, read in bounded memory: csv.ts knows fields, cut-records.ts finds where rows end,
 * seen.ts tells who was in a file before, and this file makes rows of bytes. Imports nothing of ours but control/'s word for
 * what an operator can act on.
 *
 * Promises: a row that cannot be read is told by its line and does not hide its neighbours; what stands in a row is never
 * in a message; memory does not grow with the file.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { OperationRefused } from '../control/operation.ts';
import { delimiterOf, splitFields } from './csv.ts';
import { type Cutter, createCutter, type RawRecord } from './cut-records.ts';

/** `row`: what stands in it, or why it cannot be read. */
export type TableRow<Row> = { readonly line: number; readonly row: Row | string };

export type TableFile = {
  readonly chunks: AsyncIterable<Buffer>;
  readonly bytes: number;
  bytesRead(): number;
  close(): Promise<void>;
};

/** A file that is none of rows at all; nothing of it was taken. */
export class TableRefused extends OperationRefused {
  readonly why: 'utf-16' | 'columns' | 'too-many-rows';
  constructor(why: TableRefused['why'], message: string) {
    super(message);
    this.why = why;
  }
}

const maxRowBytes = 16_384;
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Throws OperationRefused for a file that cannot be opened. The path is not repeated: it may be personal. */
export async function openTableFile(path: string): Promise<TableFile> {
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
  return { chunks: chunks(), bytes: stat.size, bytesRead: () => read, close: () => handle.close() };
}

// A cast: without an encoding the stream gives buffers.
const chunksOf = (handle: FileHandle) => handle.createReadStream({ autoClose: false }) as AsyncIterable<Buffer>;

/** A byte order mark is taken away. Throws TableRefused for UTF-16. */
async function* utf8Chunks(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let first = true;
  for await (const chunk of chunks) {
    if (first && chunk.subarray(0, 2).some((byte) => byte === 0xfe || byte === 0xff)) {
      throw new TableRefused('utf-16', 'The file is UTF-16: save it as UTF-8.');
    }
    yield first && chunk.subarray(0, 3).equals(byteOrderMark) ? chunk.subarray(3) : chunk;
    first = false;
  }
}

/** Each line for itself; `parse` returns why it cannot, as text. */
export async function* lineRows<Row>(
  chunks: AsyncIterable<Buffer>,
  parse: (text: string) => Row | string,
): AsyncGenerator<TableRow<Row>> {
  const cutter = createCutter(maxRowBytes, null);
  for await (const record of recordsOf(cutter, utf8Chunks(chunks))) {
    yield { line: record.line, row: textOf(record, parse) };
  }
}

/** `columnsOf` reads the names in the first line, or throws (null: they have a quote where none may be). */
export async function* csvRows<Column extends string>(
  chunks: AsyncIterable<Buffer>,
  columnsOf: (names: readonly string[] | null) => readonly Column[],
): AsyncGenerator<TableRow<Readonly<Partial<Record<Column, string>>>>> {
  const { header, rest } = await headerOf(utf8Chunks(chunks));
  const delimiter = delimiterOf(header);
  const columns = columnsOf(splitFields(header, delimiter)?.map((name) => name.trim().toLowerCase()) ?? null);
  const cutter = createCutter(maxRowBytes, delimiter.charCodeAt(0), 2);
  const parse = (text: string): Readonly<Partial<Record<Column, string>>> | string => {
    const fields = splitFields(text, delimiter);
    if (!fields) return 'quote-misplaced';
    if (fields.length !== columns.length) return 'wrong-number-of-fields';
    // A cast: fromEntries forgets that the keys are columns.
    return Object.fromEntries(columns.map((column, at) => [column, fields[at]])) as Partial<Record<Column, string>>;
  };
  for await (const record of recordsOf(cutter, rest)) yield { line: record.line, row: textOf(record, parse) };
}

/** Throws TableRefused after so many. */
export async function* atMost<Row>(maxRows: number, rows: AsyncIterable<Row>): AsyncGenerator<Row> {
  let count = 0;
  for await (const row of rows) {
    count += 1;
    if (count > maxRows) {
      throw new TableRefused('too-many-rows', `A file has at most ${maxRows} rows: cut it into several.`);
    }
    yield row;
  }
}

async function* recordsOf(cutter: Cutter, chunks: AsyncIterable<Buffer>): AsyncGenerator<RawRecord> {
  const isBlank = ({ bytes }: RawRecord) => bytes?.length === 0;
  for await (const chunk of chunks) for (const record of cutter.push(chunk)) if (!isBlank(record)) yield record;
  yield* cutter.end();
}

function textOf<Row>({ bytes, fault }: RawRecord, parse: (text: string) => Row | string): Row | string {
  if (!bytes) return fault ?? 'row-too-long';
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return 'not-utf-8';
  }
  return parse(text);
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
