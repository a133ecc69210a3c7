/** The simulation against closed forms (derived in docs/step-up.md), and against the service's own dice. */
import { describe, expect, test } from '@jest/globals';
import { type StepUpPolicy, stepUpSchema } from '../../src/config/policy-schema.ts';
import type { AccountId } from '../../src/ids.ts';
import { accountDice } from '../../src/journey/step-up.ts';
import { meanInterval, shareInterval } from '../../src/policy/interval.ts';
import { createLife } from '../../src/policy/life.ts';
import { createNoise, type Noise } from '../../src/policy/noise.ts';
import { simulate, type Traffic } from '../../src/policy/simulate.ts';
import { testKeyring } from '../support/keyring.ts';

const people: Traffic = {
  accounts: 4_000,
  signInsPerWeek: 2,
  devices: 2,
  newDevicesPerYear: 1,
  thiefSignInsPerDay: 1,
};
/** Only the draw asks: no longest time, no shortest. */
const drawOnly = { atMostDays: null, notWithinHours: 0 } as const;

function run(policy: Partial<StepUpPolicy>, traffic: Partial<Traffic> = {}, seed = 1) {
  return simulate({
    policy: stepUpSchema.parse(policy),
    traffic: { ...people, ...traffic },
    price: 0.25,
    years: 1,
    seed,
  });
}

/** ∫₀¹ f by the midpoint rule. */
function mean(f: (x: number) => number): number {
  const steps = 1_000;
  return Array.from({ length: steps }, (_, step) => f((step + 0.5) / steps)).reduce((sum, y) => sum + y, 0) / steps;
}

describe('identifications a year', () => {
  test.each([0.5, 7])('of the draw alone: one for each drawn day with a sign-in, at %s sign-ins a week', (perWeek) => {
    const perDay = perWeek / 7;
    const { identificationsPerYear: found } = run({ rate: 0.05, ...drawOnly }, { signInsPerWeek: perWeek });
    const expected = people.accounts * 365 * 0.05 * (1 - Math.exp(-perDay));
    // Drawn days are independent: five standard deviations of their number.
    expect(Math.abs(found - expected)).toBeLessThan(5 * Math.sqrt(expected));
  });

  test.each([1, 7])(
    'of the longest time alone: its length and the wait for the next sign-in, at %s a week',
    (perWeek) => {
      const { identificationsPerYear: found } = run({ rate: 0, atMostDays: 30 }, { signInsPerWeek: perWeek });
      const expected = (people.accounts * 365) / (30 + 7 / perWeek);
      expect(Math.abs(found / expected - 1)).toBeLessThan(0.006);
    },
  );

  test.each([0.02, 0.2])('of both: the mean of the shorter, at a rate of %s', (rate) => {
    const perDay = 2 / 7;
    const drawnADay = rate * (1 - Math.exp(-perDay));
    const escapes = (1 - drawnADay) ** 90;
    const cycleDays = (1 - escapes) / drawnADay + escapes / perDay;
    const { identificationsPerYear: found } = run({ rate, atMostDays: 90, notWithinHours: 0 });
    expect(Math.abs((found * cycleDays) / (people.accounts * 365) - 1)).toBeLessThan(0.02);
  });

  test('of new devices alone: as often as a replaced one is used again', () => {
    const { identificationsPerYear: found } = run(
      { rate: 0, atMostDays: null, newDevice: 'identification' },
      { devices: 1, newDevicesPerYear: 4 },
    );
    const expected = people.accounts * ((104.3 * 4) / (104.3 + 4));
    expect(Math.abs(found / expected - 1)).toBeLessThan(0.04);
  });

  test('cost and interruptions follow, and the interval holds what is expected', () => {
    const { identificationsPerYear, costPerYear, interruptedShare, signInsPerYear, intervals } = run({
      rate: 0.1,
      ...drawOnly,
    });
    const expected = people.accounts * 365 * 0.1 * (1 - Math.exp(-2 / 7));
    expect(costPerYear).toBeCloseTo(identificationsPerYear * 0.25, 6);
    expect(interruptedShare).toBeCloseTo(identificationsPerYear / signInsPerYear, 12);
    expect(Math.abs(signInsPerYear / (people.accounts * (365 / 7) * 2) - 1)).toBeLessThan(0.01);
    const { low, high } = intervals.identificationsPerYear;
    expect(low).toBeLessThan(expected);
    expect(high).toBeGreaterThan(expected);
    expect((high - low) / expected).toBeLessThan(0.03);
  });
});

describe('a stolen password', () => {
  const caughtNear = (odds: number, expected: number) =>
    expect(Math.abs(odds - expected)).toBeLessThan(5 * Math.sqrt((expected * (1 - expected)) / people.accounts) + 1e-9);

  test.each([0.02, 0.1])(
    'is caught by the draw unless the owner has paid that day before the thief came: rate %s',
    (rate) => {
      const perDay = 2 / 7;
      const { stolenPasswordCaughtWithin: caught } = run({ rate, ...drawOnly });
      for (const count of [1, 5, 10, 50] as const) {
        // He comes at the same time x of each of the account's days.
        const escapes = mean((x) => (1 - rate * Math.exp(-perDay * x)) ** count);
        caughtNear(caught[count].odds, 1 - escapes);
        expect(caught[count].low).toBeLessThan(caught[count].odds);
        expect(caught[count].high).toBeGreaterThan(caught[count].odds);
      }
    },
  );

  test('is caught by the longest time where it is over, or gets over while he comes', () => {
    const perDay = 2 / 7;
    const cycle = 90 + 1 / perDay;
    const { stolenPasswordCaughtWithin: caught } = run({ rate: 0, atMostDays: 90 });
    const before = (1 - Math.exp(-perDay)) / perDay;
    for (const count of [1, 5, 10, 50] as const)
      caughtNear(caught[count].odds, 1 / perDay / cycle + ((count - 1) / cycle) * before);
  });

  test('tried many times on one day meets one draw', () => {
    const { stolenPasswordCaughtWithin: caught } = run(
      { rate: 0.1, ...drawOnly },
      { signInsPerWeek: 0.001, thiefSignInsPerDay: 1_000 },
    );
    // Fifty tries take 72 minutes, so one in twenty thieves meets two days.
    caughtNear(caught[50].odds, 0.1 + 0.1 * 0.9 * (49 / 1_000));
  });

  test.each(['code', 'identification'] as const)(
    'never gets in where a new device costs a proof (%s); a mail stops nobody',
    (newDevice) => {
      expect(run({ rate: 0, newDevice }).stolenPasswordCaughtWithin[1].odds).toBe(1);
      expect(run({ rate: 0, atMostDays: null, newDevice: 'notice' }).stolenPasswordCaughtWithin[50].odds).toBe(0);
    },
  );
});

test('the same seed gives the same answer, another seed another within the interval', () => {
  const policy = { rate: 0.05 };
  const few = { accounts: 1_000 };
  const first = run(policy, few, 7);
  expect(run(policy, few, 7)).toEqual(first);
  const other = run(policy, few, 8);
  expect(other.identificationsPerYear).not.toBe(first.identificationsPerYear);
  expect(Math.abs(other.identificationsPerYear / first.identificationsPerYear - 1)).toBeLessThan(0.04);
});

test("the service's own keyed dice and the fast ones ask equally often", () => {
  const policy = stepUpSchema.parse({ rate: 0.05, ...drawOnly });
  const keyring = testKeyring(3);
  let person = 0;
  const fast = createNoise(11);
  let own = accountDice(keyring, `person-${person}` as AccountId);
  const keyed: Noise = {
    ...fast,
    dice: { offsetMs: () => own.offsetMs(), share: (kind, window) => own.share(kind, window) },
    newDice() {
      person += 1;
      own = accountDice(keyring, `person-${person}` as AccountId);
    },
  };
  const yearOf = (noise: Noise) => {
    const life = createLife(policy, people, noise);
    for (let account = 0; account < 200; account += 1) {
      life.begin(0);
      life.liveUntil(365 * 86_400_000);
    }
    return life.count.identifications;
  };
  const expected = 200 * 365 * 0.05 * (1 - Math.exp(-2 / 7));
  for (const found of [yearOf(keyed), yearOf(createNoise(12))])
    expect(Math.abs(found - expected)).toBeLessThan(5 * Math.sqrt(expected));
});

describe('the intervals', () => {
  test('of a share are those of the books (Wilson 1927), and stay between 0 and 1', () => {
    expect(shareInterval(0, 10)).toEqual({ low: 0, high: expect.closeTo(0.2775, 4) });
    expect(shareInterval(5, 10)).toEqual({ low: expect.closeTo(0.2366, 4), high: expect.closeTo(0.7634, 4) });
    expect(shareInterval(10, 10)).toEqual({ low: expect.closeTo(0.7225, 4), high: expect.closeTo(1, 12) });
  });

  test('of a mean shrink with the root of the number', () => {
    const few = meanInterval({ sum: 50, sumOfSquares: 50 }, 100);
    const many = meanInterval({ sum: 5_000, sumOfSquares: 5_000 }, 10_000);
    expect(few).toEqual({ low: expect.closeTo(0.402, 3), high: expect.closeTo(0.598, 3) });
    expect((few.high - few.low) / (many.high - many.low)).toBeCloseTo(10, 6);
  });
});
