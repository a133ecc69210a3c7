import { expect, test } from '@jest/globals';
import { compare } from './kolmogorov-smirnov.ts';

const line = (count: number, from: number, step: number): number[] =>
  Array.from({ length: count }, (_, index) => from + index * step);

test('a sample and itself are one distribution', () => {
  expect(compare(line(400, 0, 1), line(400, 0, 1))).toEqual({ distance: 0, p: 1 });
});

test('samples that do not overlap are two', () => {
  const { distance, p } = compare(line(400, 0, 1), line(400, 1_000, 1));
  expect(distance).toBe(1);
  expect(p).toBeLessThan(1e-100);
});

// The limiting distribution's first term, 2·exp(−2·200·D²), without the correction for small samples: 0.0366 and 0.2108.
test.each([
  [40, 0.1, 0.0351],
  [30, 0.075, 0.2048],
])('a shift of %i places in 400 is seen as far as it can be', (shift, distance, p) => {
  const seen = compare(line(400, 0, 1), line(400, shift, 1));
  expect(seen.distance).toBeCloseTo(distance, 10);
  expect(seen.p).toBeCloseTo(p, 2);
});

test('ties and samples of different size count as they are', () => {
  expect(compare([1, 1, 1, 2], [1, 2]).distance).toBeCloseTo(0.25, 10);
});
