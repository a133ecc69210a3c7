/** docs/self-service.md: the file it describes is the file people get. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { personalDataVersion } from '../../src/lifecycle/personal-data.ts';
import { dataSamples } from '../support/data-samples.ts';

const text = readFileSync(join(import.meta.dirname, '../../docs/self-service.md'), 'utf8');

test('the table of one’s own data names its fields, and no others', () => {
  const [, rows = ''] = /\| field \| holds \|\n\|---\|---\|\n((?:\|.*\n)+)/.exec(text) ?? [];
  const named = rows
    .split('\n')
    .flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name));
  for (const { data } of dataSamples) expect(Object.keys(data).sort()).toEqual([...named].sort());
  expect(text).toContain(`It is version ${personalDataVersion}:`);
});
