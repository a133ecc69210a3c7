import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isoMoment, readMoment, type Side, writtenMoment } from '../../src/rosters/moment.ts';

const shown = (text: string, side: Side) => {
  const at = readMoment(text, side);
  return at && new Date(at).toISOString();
};

test.each([
  ['2026-03-01', 'from', '2026-02-28T22:00:00.000Z'],
  ['1.3.2026', 'from', '2026-02-28T22:00:00.000Z'],
  [' 01.03.2026 ', 'to', '2026-03-01T22:00:00.000Z'],
  ['2026-12-31', 'to', '2026-12-31T22:00:00.000Z'],
  ['2026-07-01 14:30', 'from', '2026-07-01T11:30:00.000Z'],
  ['1.7.2026 klo 14.30', 'to', '2026-07-01T11:30:00.000Z'],
  ['1. 7. 2026 kl 14.30', 'to', '2026-07-01T11:30:00.000Z'],
  ['2026-07-01T00:00', 'to', '2026-06-30T21:00:00.000Z'],
  // The nights in which the clocks change: an hour twice, an hour never.
  ['2026-10-25 03:30', 'from', '2026-10-25T00:30:00.000Z'],
  ['2026-10-25 04:30', 'from', '2026-10-25T02:30:00.000Z'],
  ['2026-03-29 02:59', 'from', '2026-03-29T00:59:00.000Z'],
  ['2026-03-29 03:30', 'from', null],
  ['2026-03-29 04:00', 'from', '2026-03-29T01:00:00.000Z'],
  ['2026-02-30', 'from', null],
  ['31.2.2026', 'from', null],
  ['2026-03-01 24:00', 'from', null],
  ['2026-03-01 12:60', 'from', null],
  ['0026-03-01', 'from', null],
  ['2026-03-01T12:00Z', 'from', null],
  ['tomorrow', 'from', null],
  ['٢٠٢٦-٠٣-٠١', 'from', null],
  ['', 'from', null],
] as const)('%j as %s is %s', (text, side, expected) => {
  expect(shown(text, side)).toBe(expected);
});

test('what is written in either way is read as the same moment, whatever the hour and the season', () => {
  const minutes = fc.integer({ min: Date.UTC(1990, 0) / 60_000, max: Date.UTC(2060, 0) / 60_000 });
  fc.assert(
    fc.property(minutes, fc.constantFrom('from' as const, 'to' as const), (minute, side) => {
      const at = minute * 60_000;
      for (const write of [writtenMoment, isoMoment]) {
        const read = readMoment(write(at, side), side) ?? 0;
        // The second of two hours with the same name is read as the first.
        expect([at, at - 3_600_000]).toContain(read);
        expect(write(read, side)).toBe(write(at, side));
      }
    }),
  );
});
