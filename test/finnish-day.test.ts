import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { dayAfter, dayOf, startOfDay } from '../src/finnish-day.ts';

test('midnight is that of Finland, in winter and in summer', () => {
  expect(new Date(startOfDay('2026-01-15')).toISOString()).toBe('2026-01-14T22:00:00.000Z');
  expect(new Date(startOfDay('2026-07-15')).toISOString()).toBe('2026-07-14T21:00:00.000Z');
});

test('a day begins at its midnight and ends just before the next one, also when the clocks change', () => {
  const someDay = fc.date({ min: new Date('1995-01-01'), max: new Date('2060-01-01'), noInvalidDate: true });
  const changes = ['2026-03-28', '2026-03-29', '2026-03-30', '2026-10-24', '2026-10-25', '2026-10-26'];
  fc.assert(
    fc.property(
      fc.oneof(
        someDay.map((date) => date.toISOString().slice(0, 10)),
        fc.constantFrom(...changes),
      ),
      (day) => {
        const [start, next] = [startOfDay(day), startOfDay(dayAfter(day))];
        expect([dayOf(start - 1) < day, dayOf(start), dayOf(next - 1), dayOf(next)]).toEqual([
          true,
          day,
          day,
          dayAfter(day),
        ]);
      },
    ),
  );
});
