/** docs/faults.md tells of every fault of the plan that is about stores, in the plan's words, and that it was passed. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { plan } from '../faults/stores/plan.ts';
import { cells, headings, tableFile } from '../faults/stores/table.ts';

const lines = readFileSync(tableFile, 'utf8').split('\n');
const rowOf = (id: string): string[] =>
  (lines.find((line) => line.startsWith(`| ${id} |`)) ?? '')
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());

test('the table has the columns that the suites fill in', () => {
  expect(lines).toContain(cells(headings));
});

test.each(Object.entries(plan))(
  '%s was run and passed, with nothing lost and nothing wrong',
  (id, { fault, how, criteria }) => {
    const [, ...row] = rowOf(id);
    const [told, lost, wrong, measured, date] = row.slice(4);
    expect(row.slice(0, 4)).toEqual([fault, how, criteria, 'pass']);
    expect(Number(told)).toBeGreaterThanOrEqual(0);
    expect([lost, wrong]).toEqual(['0', '0']);
    expect(measured).not.toBe('');
    expect(date).toMatch(/^20\d\d-\d\d-\d\d$/);
  },
);

test('the versions that it was run with stand above the table', () => {
  expect(lines.find((line) => line.startsWith('Versions: '))).toMatch(/Node \d+.*Redis \d+.*compatible server \S+ \d+/);
});
