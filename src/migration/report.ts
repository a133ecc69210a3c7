import { open } from 'node:fs/promises';
import { OperationRefused } from '../control/operation.ts';
import { safeCell } from '../csv/csv.ts';
import type { RowResult } from './tally.ts';

/** One line for each row of the import, in its order. */
export type Report = { add(results: readonly RowResult[]): Promise<void>; close(): Promise<void> };

export const noReport: Report = { add: async () => undefined, close: async () => undefined };

/**
 * Makes the file, which only its owner may read: it has the addresses. NDJSON if its name ends so, else CSV. Throws
 * OperationRefused where it is there already: no file of anybody's is written over.
 */
export async function openReport(path: string): Promise<Report> {
  const handle = await open(path, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'EEXIST' ? 'is there already: name another' : `cannot be made (${error.code})`;
    throw new OperationRefused(`The file of the report ${why}.`);
  });
  const isJson = /\.(ndjson|jsonl)$/.test(path);
  if (!isJson) await handle.write('line,outcome,notes,format,email\r\n');
  const lineOf = isJson ? (result: RowResult) => `${JSON.stringify(result)}\n` : csvLineOf;
  return {
    add: async (results) => void (await handle.write(results.map(lineOf).join(''))),
    close: () => handle.close(),
  };
}

function csvLineOf({ line, outcome, notes, format, email }: RowResult): string {
  return `${[String(line), outcome, notes.join(' '), format ?? '', email ?? ''].map(safeCell).join(',')}\r\n`;
}
