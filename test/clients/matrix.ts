/** The table of docs/clients.md: which program signed somebody in, what else was tried, and how the issuer was reached. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ForeignClient, versionOf } from './catalogue.ts';

export const schemes = ['http', 'https'] as const;
export type Scheme = (typeof schemes)[number];

export type Row = readonly string[];

const file = join(import.meta.dirname, '../../docs/clients.md');
const header: Row = ['client', 'version', 'tried', ...schemes];

/** `passed`: the schemes under which the client came through everything. */
export function rowOf(client: ForeignClient, passed: ReadonlySet<Scheme>): Row {
  const name = `[${client.name}](recipes/${client.name}.md)`;
  const tried = ['sign-in', ...client.trials].join(', ');
  return [name, versionOf(client), tried, ...schemes.map((scheme) => (passed.has(scheme) ? 'passed' : 'failed'))];
}

export function tableOf(rows: readonly Row[]): string {
  return [header, header.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |\n`).join('');
}

const table = /^\| client \|[\s\S]*?(?=\n(?!\|)|$(?![\s\S]))/m;

/** The rows of the page, as they were written last. */
export function rowsWritten(): readonly Row[] {
  const [found = ''] = table.exec(readFileSync(file, 'utf8')) ?? [];
  return found
    .trim()
    .split('\n')
    .slice(2)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

export function writeRows(rows: readonly Row[]): void {
  writeFileSync(file, readFileSync(file, 'utf8').replace(table, tableOf(rows).trimEnd()));
}
