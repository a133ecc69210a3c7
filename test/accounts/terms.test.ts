/** The rules of terms, as docs/terms.md tells them, over days and versions of any kind. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { termsStanding } from '../../src/accounts/terms.ts';
import type { TermsVersion } from '../../src/config/schema.ts';
import { dayAfter, dayOf, startOfDay } from '../../src/finnish-day.ts';

type Shape = Pick<TermsVersion, 'change'> & { readonly graceDays: number | null };

const firstDay = '2026-01-01';
const client = { terms: 'oima' };

const plus = (day: string, days: number): string => dayOf(startOfDay(day) + (days + 0.5) * 86_400_000);

function version(name: string, date: string, shape: Shape): TermsVersion {
  const text = { title: name, markdown: name, summary: null, hash: name };
  const { change, graceDays } = shape;
  const graceUntil = graceDays === null ? null : plus(date, graceDays);
  return { version: name, date, change, graceUntil, texts: { fi: text, sv: text, en: text } };
}

const accepted = (name: string) => ({ terms: { oima: { version: name, acceptedAt: 1 } } });

const history = fc
  .array(
    fc.record({
      gap: fc.integer({ min: 1, max: 40 }),
      change: fc.constantFrom('major' as const, 'minor' as const),
      graceDays: fc.option(fc.integer({ min: 0, max: 60 }), { freq: 9 }),
    }),
    { maxLength: 6 },
  )
  .map((later) => {
    const versions = [version('v0', firstDay, { change: 'major', graceDays: null })];
    for (const [index, { gap, change, graceDays }] of later.entries()) {
      const date = plus(versions.at(-1)?.date ?? firstDay, gap);
      versions.push(version(`v${index + 1}`, date, { change, graceDays: change === 'minor' ? null : graceDays }));
    }
    return versions;
  });

const someDay = fc.integer({ min: 0, max: 150 }).map((days) => plus(firstDay, days));

/** What must be so, said apart from the code's own words: one version after another, day by day. */
function expected(versions: readonly TermsVersion[], known: string | null, today: string) {
  const place = versions.findIndex((one) => one.version === known);
  let demand: 'due' | 'postponable' | null = null;
  for (const [index, one] of versions.entries()) {
    if (one.date > today || index <= place || one.change === 'minor') continue;
    const inGrace = place >= 0 && one.graceUntil !== null && today <= one.graceUntil;
    demand = demand === 'due' || !inGrace ? 'due' : 'postponable';
  }
  return demand;
}

describe('what terms ask', () => {
  test('of anybody, on any day, whatever versions there are', () => {
    let [due, postponable, nothing] = [0, 0, 0];
    fc.assert(
      fc.property(
        history,
        fc.option(fc.nat(4), { freq: 9 }),
        someDay,
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (versions, known, day, time) => {
          const name = known === null ? null : `v${known}`;
          const now = startOfDay(day) + Math.floor(time * (startOfDay(dayAfter(day)) - startOfDay(day)));
          const account = name === null ? { terms: {} } : accepted(name);
          const standing = termsStanding({ terms: { oima: versions } }, client, account, now);
          expect(standing?.demand).toBe(expected(versions, name, day));
          expect(standing?.current.version).toBe(versions.findLast(({ date }) => date <= day)?.version);
          expect(standing?.decideBy === null).toBe(standing?.demand !== 'postponable');
          if (standing?.demand === 'due') due += 1;
          else if (standing?.demand === 'postponable') postponable += 1;
          else nothing += 1;
        },
      ),
      { numRuns: 2_000 },
    );
    // None of the three is an accident of the numbers drawn.
    expect([due, postponable, nothing].map((times) => times > 50)).toEqual([true, true, true]);
  });

  test('never less on a later day, unless something is accepted', () => {
    const weight = { none: 0, postponable: 1, due: 2 } as const;
    fc.assert(
      fc.property(history, fc.nat(6), someDay, fc.integer({ min: 1, max: 100 }), (versions, known, day, days) => {
        const ask = (on: string) =>
          termsStanding({ terms: { oima: versions } }, client, accepted(`v${known}`), startOfDay(on))?.demand ?? 'none';
        expect(weight[ask(plus(day, days))]).toBeGreaterThanOrEqual(weight[ask(day)]);
      }),
    );
  });

  test('nothing any more of who accepts the current version, whatever was put off before', () => {
    fc.assert(
      fc.property(history, someDay, (versions, day) => {
        const terms = { oima: versions };
        const current = termsStanding({ terms }, client, null, startOfDay(day))?.current.version ?? '';
        expect(termsStanding({ terms }, client, accepted(current), startOfDay(day))).toMatchObject({
          demand: null,
          newer: [],
        });
      }),
    );
  });
});

describe('the days of a grace', () => {
  const versions = [
    version('v0', '2026-01-01', { change: 'major', graceDays: null }),
    version('v1', '2026-03-01', { change: 'major', graceDays: 30 }),
    version('v2', '2026-03-15', { change: 'minor', graceDays: null }),
    version('v3', '2026-03-20', { change: 'major', graceDays: 60 }),
  ];
  const at = (instant: string, known = 'v0') =>
    termsStanding({ terms: { oima: versions } }, client, accepted(known), Date.parse(instant));

  test.each([
    ['the last moment before its day', '2026-03-01T00:00:00+02:00', -1, null, 'v0', null],
    ['its first moment', '2026-03-01T00:00:00+02:00', 0, 'postponable', 'v1', '2026-03-31'],
    ['a minor version prolongs nothing', '2026-03-15T12:00:00+02:00', 0, 'postponable', 'v2', '2026-03-31'],
    ['nor does a major one with a longer grace', '2026-03-21T12:00:00+02:00', 0, 'postponable', 'v3', '2026-03-31'],
    ['the last moment of its last day', '2026-04-01T00:00:00+03:00', -1, 'postponable', 'v3', '2026-03-31'],
    ['the moment after', '2026-04-01T00:00:00+03:00', 0, 'due', 'v3', null],
  ] as const)('%s', (_, instant, ms, demand, current, decideBy) => {
    const standing = at(new Date(Date.parse(instant) + ms).toISOString());
    expect([standing?.demand, standing?.current.version, standing?.decideBy]).toEqual([demand, current, decideBy]);
  });

  test('who accepted within it has the grace of what came later', () => {
    expect(at('2026-04-02T12:00:00+03:00', 'v1')).toMatchObject({ demand: 'postponable', decideBy: '2026-05-19' });
    expect(at('2026-05-20T00:00:00+03:00', 'v1')?.demand).toBe('due');
  });

  test('a version that no file tells of, or none at all, gives no grace', () => {
    expect([
      at('2026-03-02T12:00:00+02:00', 'v9')?.demand,
      at('2026-03-02T12:00:00+02:00', 'v9')?.newer.length,
    ]).toEqual(['due', 2]);
    const newcomer = termsStanding({ terms: { oima: versions } }, client, { terms: {} }, Date.parse('2026-03-02'));
    expect(newcomer?.demand).toBe('due');
  });

  test('a client without terms, or whose first version is not in force yet, asks nothing', () => {
    expect(termsStanding({ terms: { oima: versions } }, { terms: null }, null, Date.parse('2026-03-02'))).toBeNull();
    expect(termsStanding({ terms: { oima: versions } }, client, null, Date.parse('2025-12-31T21:59:59Z'))).toBeNull();
  });
});
