/** docs/migration.md names every format, column, outcome and count that there is, and no other. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { legacyFormats } from '../../src/accounts/legacy-hashes/formats.ts';
import { columns } from '../../src/migration/read-users.ts';
import { emptyTally } from '../../src/migration/tally.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/migration.md'), 'utf8');

/** The first cells, without their ticks, of the table whose header begins with this cell. */
function firstCells(header: string): string[] {
  const lines = page.split('\n');
  const from = lines.findIndex((line) => line.startsWith(`| ${header} |`));
  const rest = lines.slice(from + 2);
  const to = rest.findIndex((line) => !line.startsWith('|'));
  return rest.slice(0, to).map((line) => /^\| `([^`]+)`/.exec(line)?.[1] ?? line);
}

test('formats', () => {
  expect(firstCells('format').sort()).toEqual([...legacyFormats.keys()].sort());
});

test('columns and outcomes', () => {
  expect(firstCells('column').sort()).toEqual([...columns].sort());
  expect(firstCells('outcome').sort()).toEqual(Object.keys(emptyTally.outcomes).sort());
});

test('every beginning that a table names leads to its format', () => {
  const shown = page.split('\n').flatMap((line) => {
    const [, format = '', layouts = ''] = /^\| `([^`]+)` \| (.*?)(?: \||;)/.exec(line) ?? [];
    return legacyFormats.has(format)
      ? [...layouts.matchAll(/`([^`]+)`/g)].map(([, layout = '']) => [layout, format])
      : [];
  });
  expect(shown.length).toBeGreaterThan(20);
  const begins = shown.filter(([layout = '']) => /^(\$[\w-]+\$|\{|\w+\$)/.test(layout));
  expect(begins.length).toBeGreaterThan(20);
  for (const [layout = '', format] of begins) {
    const found = [...legacyFormats].filter(([, { looksLike }]) => looksLike.test(layout)).map(([name]) => name);
    expect([layout, found]).toEqual([layout, [format]]);
  }
});
