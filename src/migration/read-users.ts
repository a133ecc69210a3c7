import { z } from 'zod';
import {
  atMost,
  csvRows,
  lineRows,
  openTableFile,
  type TableFile,
  TableRefused,
  type TableRow,
} from '../csv/table-file.ts';

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

export type FileRow = TableRow<RawUser>;

export type UserFile = Omit<TableFile, 'chunks'> & { readonly rows: AsyncIterable<FileRow> };

export type UserFormat = 'csv' | 'ndjson';

/** Bounds the table of addresses that were seen. */
const maxRows = 3_000_000;

/** Throws OperationRefused for a file that cannot be read at all. The path is not repeated: it may be personal. */
export async function openUsers(path: string, format: UserFormat): Promise<UserFile> {
  const { chunks, ...file } = await openTableFile(path);
  const rows = format === 'csv' ? csvRows(chunks, columnsOf) : lineRows(chunks, parseJson);
  return { ...file, rows: atMost(maxRows, rows) };
}

function columnsOf(names: readonly string[] | null): readonly Column[] {
  const isColumn = (name: string): name is Column => columns.some((column) => column === name);
  if (!names?.every(isColumn) || !names.includes('email') || new Set(names).size !== names.length) {
    throw new TableRefused(
      'columns',
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
