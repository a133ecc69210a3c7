/** docs/rosters.md names every column, outcome and reason that there is, and its example is taken. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { rosterFileSchema } from '../../src/config/roster-file.ts';
import { noLines } from '../../src/rosters/import-list.ts';
import { columnNames } from '../../src/rosters/read-list.ts';
import { type County, startCounty } from '../rosters/county.ts';
import { block, coded, table } from './pages.ts';

const rosters = 'docs/rosters.md';
let county: County;
beforeEach(async () => {
  county = await startCounty();
});
afterEach(() => county.close());

test('the columns, under all their names, and the outcomes', () => {
  const told = table(rosters, 'column').map(([name = '', others = '']) => [...coded(name), ...coded(others)]);
  expect(told).toEqual(Object.values(columnNames).map((names) => [...names]));
  expect(table(rosters, 'outcome').flatMap(([outcome = '']) => coded(outcome))).toEqual(Object.keys(noLines));
});

test('the example of a file and that of a roster', async () => {
  const { exit, outcomes } = await county.file(block(rosters, 'csv import'));
  expect([exit, outcomes]).toEqual([0, { ...noLines, added: 2 }]);
  expect(rosterFileSchema.safeParse(parse(block(rosters, 'yaml roster'))).success).toBe(true);
});
