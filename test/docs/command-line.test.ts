import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { Command } from 'commander';
import { avainProgram } from '../../src/cli.ts';
import { commandLinePage } from './command-line-page.ts';
import { root } from './pages.ts';

const file = join(root, 'docs/command-line.md');
const program = avainProgram();

test('docs/command-line.md tells of every command and option', () => {
  const page = commandLinePage(program);
  if (process.env['AVAIN_WRITE_DOCS']) writeFileSync(file, page);
  expect(readFileSync(file, 'utf8')).toBe(page);
});

function leaves(command: Command, path: string): readonly (readonly [string, Command])[] {
  if (command.commands.length === 0) return [[path, command]];
  return command.commands.flatMap((one) => leaves(one, `${path} ${one.name()}`.trim()));
}

/** Commands whose output is a document, a file or a conversation of its own. */
const without = new Set([
  'serve',
  'completion',
  'brand preview',
  'broker keys create',
  'broker keys rotate',
  'broker entity-statement',
  'broker jwks',
  'client new',
  'conformance prepare',
  'roster export',
  'terms export',
  'audit export',
  'audit key',
  'storage copy',
]);

test.each(leaves(program, '').filter(([path]) => !without.has(path)))(
  '%s can be read by a program',
  (_path, command) => {
    expect(command.options.map(({ long }) => long)).toContain('--json');
  },
);
