/** `avain policy simulate` as an operator meets it. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '../..');

function simulate(...args: readonly string[]) {
  const { NODE_OPTIONS: _options, ...own } = process.env;
  const command = ['bin/avain.mjs', 'policy', 'simulate', ...args];
  return spawnSync(process.execPath, command, { cwd: root, env: own, encoding: 'utf8' });
}

const asked = ['--accounts', '2000', '--sign-ins-per-week', '2', '--rate', '0.02', '--at-most-days', '90'];

test('JSON tells cost, interruptions and the odds, and with what they were reckoned', () => {
  const { status, stdout } = simulate(...asked, '--price', '0.25', '--json');
  expect(status).toBe(0);
  const told = JSON.parse(stdout);
  expect(Object.keys(told)).toEqual(
    expect.arrayContaining(['identificationsPerYear', 'costPerYear', 'interruptedShare', 'stolenPasswordCaughtWithin']),
  );
  expect(told.costPerYear).toBeCloseTo(told.identificationsPerYear * 0.25, 6);
  expect(Object.keys(told.stolenPasswordCaughtWithin)).toEqual(['1', '5', '10', '50']);
  const odds = Object.values<{ odds: number; low: number; high: number }>(told.stolenPasswordCaughtWithin);
  for (const { odds: share, low, high } of odds) expect([low < share, share < high]).toEqual([true, true]);
  expect(odds.map((one) => one.odds)).toEqual(odds.map((one) => one.odds).sort((a, b) => a - b));
  expect(told.assumed.policy).toMatchObject({ rate: 0.02, atMostDays: 90, notWithinHours: 12, newDevice: 'notice' });
});

test('the table says the same in words, and assumptions first', () => {
  const { status, stdout } = simulate(...asked, '--price', '0.25', '--at-most-days', 'none');
  expect(status).toBe(0);
  expect(stdout).toMatch(/^Policy {3}rate 0\.02, no longest time, not within 12 hours, new device: notice\n/);
  expect(stdout).toMatch(/identifications a year +\d+,\d{3} +\(95 %: [\d,]+ to [\d,]+\)/);
  expect(stdout).toMatch(/50 sign-ins +\d\d\.\d% +\(95 %: /);
});

test.each([
  ['--rate', '2', 'Expected a number from 0 to 1.'],
  ['--at-most-days', '0', 'Expected a whole number from 1 to 3650, or none.'],
  ['--devices', '-1', 'Expected a whole number from 1 to 20.'],
  ['--new-device', 'sms', 'Allowed choices are off, notice, code, identification.'],
  ['--prize', '1', "unknown option '--prize'"],
])('%s "%s" is refused in words, with exit 1', (flag, value, words) => {
  const { status, stdout, stderr } = simulate(flag, value);
  expect([status, stdout]).toEqual([1, '']);
  expect(stderr).toContain(words);
  expect(stderr).not.toContain('    at ');
});
