/** docs/step-up.md: its example is what the command prints, its rules are those that there are. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { block, coded, root, table } from './pages.ts';

const page = 'docs/step-up.md';

test('the example is what the command prints', () => {
  const words = block(page, 'sh').trim().split(' ');
  expect(words.slice(0, 5)).toEqual(['npm', 'run', '-s', 'avain', '--']);
  const { NODE_OPTIONS: _options, ...env } = process.env;
  const { stdout } = spawnSync(process.execPath, ['bin/avain.mjs', ...words.slice(5)], {
    cwd: root,
    env,
    encoding: 'utf8',
  });
  expect(stdout).toBe(block(page, 'text'));
});

test('the rules are those of the ladder, all of them', () => {
  const facts = readFileSync(join(root, 'src/journey/facts.ts'), 'utf8');
  const account = readFileSync(join(root, 'src/accounts/account.ts'), 'utf8');
  const wordsOf = (text: string, from: RegExp) =>
    [...(from.exec(text)?.[0] ?? '').matchAll(/'(?!rule')([a-z-]+)'/g)].map((word) => word[1]);
  const owed = wordsOf(account, /export type Owed =[^;]*;[^;]*;/);
  expect(owed.length).toBeGreaterThan(1);
  const told = (heading: string) => table(page, heading).map(([rule = '']) => coded(rule)[0]);
  const identification = [...wordsOf(facts, /export type IdentificationRule =[^;]*;/), ...owed];
  expect(told('`rule` | strong identification').sort()).toEqual(identification.sort());
  const code = [...wordsOf(facts, /export type CodeRule =[^;]*;/), ...owed.filter((rule) => rule !== 'relink')];
  expect(told('`rule` | the six-digit code').sort()).toEqual(code.sort());
});
