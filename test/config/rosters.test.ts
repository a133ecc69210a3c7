import { expect, test } from '@jest/globals';
import type { Fault } from '../../src/config/faults.ts';
import { describeFault } from '../../src/config/faults.ts';
import { parseRoster } from '../../src/config/rosters.ts';

const header = 'roster,kind,value,valid_from,valid_to';

const name = { fi: 'Häme', sv: 'Tavastland', en: 'Häme' };
const rosters = { apu: { counties: { hame: { name, staff: [] } } } };

function parse(...lines: string[]) {
  const faults: Fault[] = [];
  const rows = parseRoster([header, ...lines].join('\n'), 'rosters/hame.csv', { rosters, faults });
  return { rows, faults: faults.map(describeFault) };
}

test('days are those of Finland, and the last day counts whole', () => {
  const { rows, faults } = parse(
    'apu,identity,131189 y902a,2026-03-29,2026-10-25',
    'apu,email,Aino@Oma.example,2026-07-01,',
  );
  expect(faults).toEqual([]);
  expect(
    rows.map(({ validFrom, validTo }) => [validFrom, validTo].map((at) => at && new Date(at).toISOString())),
  ).toEqual([
    ['2026-03-28T22:00:00.000Z', '2026-10-25T22:00:00.000Z'],
    ['2026-06-30T21:00:00.000Z', null],
  ]);
  expect(rows.map(({ county, value }) => [county, value.reveal()])).toEqual([
    ['hame', '131189Y902A'],
    ['hame', 'aino@oma.example'],
  ]);
});

test('comments, empty lines, CRLF and a byte order mark are fine', () => {
  const faults: Fault[] = [];
  const rows = parseRoster(`\uFEFF# note\r\n\r\n${header}\r\napu,email,a@b.fi,2026-01-01,\r\n`, 'hame.csv', {
    rosters,
    faults,
  });
  expect([rows.length, faults]).toEqual([1, []]);
});

test.each([
  ['apu,email,a@b.fi,2026-01-01', '2: found 4 values, expected 5 values'],
  ['Apu!,email,a@b.fi,2026-01-01,', '2: roster: found another name, expected a roster of this county: apu'],
  ['apu,phone,a@b.fi,2026-01-01,', '2: kind: found another kind, expected identity or email'],
  [
    'apu,identity,a@b.fi,2026-01-01,',
    '2: value: found something else, expected an identity code with its right check character',
  ],
  [
    'apu,identity,131189Y902B,2026-01-01,',
    '2: value: found something else, expected an identity code with its right check character',
  ],
  ['apu,email,131189Y902A,2026-01-01,', '2: value: found something else, expected an e-mail address'],
  ['apu,email,a@b.fi,2026-02-30,', '2: valid_from: found something else, expected a date as YYYY-MM-DD'],
  ['apu,email,a@b.fi,2026-01-01,soon', '2: valid_to: found something else, expected a date as YYYY-MM-DD, or nothing'],
  ['apu,email,a@b.fi,2026-01-02,2026-01-01', '2: valid_to: found an earlier day, expected valid_from or a later day'],
])('%s is a fault', (line, fault) => {
  const { rows, faults } = parse(line);
  expect(rows).toEqual([]);
  expect(faults).toContain(`rosters/hame.csv:${fault}`);
});
