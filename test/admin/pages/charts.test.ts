/** Charts: whatever was counted, nothing leaves the plane, nothing is no number, and what is larger is drawn larger. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { barShapes, lineShapes, type Shapes } from '../../../src/admin/pages/charts/chart.ts';
import { plane, ticksUpTo } from '../../../src/admin/pages/charts/scale.ts';

const value = fc.oneof(fc.constant(null), fc.nat(), fc.double({ min: -10, max: 1e18 }), fc.double());
const figures = fc.record({
  labels: fc.array(fc.string({ maxLength: 12 }), { maxLength: 62 }),
  series: fc.array(fc.record({ name: fc.constant('x'), values: fc.array(value, { maxLength: 62 }) }), { maxLength: 5 }),
});

function inPlane(shapes: Shapes): void {
  const points = [
    ...shapes.ticks.map(({ y }) => [plane.left, y] as const),
    ...shapes.labels.map(({ x }) => [x, 0] as const),
    ...shapes.dots.map(({ x, y }) => [x, y] as const),
    ...shapes.bars.flatMap(({ x, y, width, height }) => [[x, y] as const, [x + width, y + height] as const]),
    ...shapes.lines.flatMap(({ points: all }) =>
      all.split(' ').map((one) => one.split(',').map(Number) as [number, number]),
    ),
  ];
  for (const [x, y] of points) {
    expect(Number.isFinite(x) && Number.isFinite(y)).toBe(true);
    expect(x >= 0 && x <= plane.width + 0.5 && y >= 0 && y <= plane.height + 0.5).toBe(true);
  }
  for (const { height, width } of shapes.bars) expect(height >= 0 && width > 0).toBe(true);
}

test('bars one upon the other may be too much for a number', () => {
  const values = [0, Number.MAX_VALUE];
  inPlane(
    barShapes({
      labels: ['', ''],
      series: [
        { name: 'x', values },
        { name: 'y', values },
      ],
    }),
  );
});

test('whatever the figures are, the shapes are numbers and stay on the plane', () => {
  fc.assert(
    fc.property(figures, (all) => {
      inPlane(barShapes(all));
      inPlane(lineShapes(all));
    }),
  );
});

test('the ticks are few, rise from 0 and reach the highest value', () => {
  fc.assert(
    fc.property(fc.oneof(fc.nat(), fc.double({ min: 1e-6, max: 1e14, noNaN: true })), (highest) => {
      const ticks = ticksUpTo(highest);
      expect(ticks.length).toBeGreaterThanOrEqual(2);
      expect(ticks.length).toBeLessThanOrEqual(7);
      expect(ticks[0]).toBe(0);
      expect((ticks.at(-1) ?? 0) >= highest * (1 - 1e-9)).toBe(true);
      for (const [index, tick] of ticks.entries()) if (index > 0) expect(tick).toBeGreaterThan(ticks[index - 1] ?? 0);
    }),
  );
  expect(ticksUpTo(37)).toEqual([0, 10, 20, 30, 40]);
  expect(ticksUpTo(0.37)).toEqual([0, 0.1, 0.2, 0.3, 0.4]);
  expect(ticksUpTo(Number.NaN)).toEqual([0, 0.5, 1]);
});

test('bars are as tall as what they count, one on the other; a gap in a line stays a gap', () => {
  const bars = barShapes({
    labels: ['1.3.', '2.3.'],
    series: [
      { name: 'a', values: [10, 20] },
      { name: 'b', values: [30, null] },
    ],
  }).bars;
  const [first, second, third] = bars;
  expect(bars.map(({ series }) => series)).toEqual([1, 2, 1]);
  expect(second?.height).toBeCloseTo((first?.height ?? 0) * 3, 0);
  expect(third?.height).toBeCloseTo((first?.height ?? 0) * 2, 0);
  expect((second?.y ?? 0) + (second?.height ?? 0)).toBeCloseTo(first?.y ?? 0, 0);
  const { lines, dots } = lineShapes({
    labels: ['1', '2', '3', '4'],
    series: [{ name: 'a', values: [1, 2, null, 4] }],
  });
  expect([lines.length, dots.length]).toEqual([1, 1]);
});

test('the scale of what is counted whole has no halves, and that of a price may', () => {
  const scaleOf = (...values: number[]) =>
    barShapes({ labels: ['1.3.', '2.3.'], series: [{ name: 'a', values }] }).ticks.map(({ value }) => value);
  expect(scaleOf(0, 0)).toEqual([0, 1]);
  expect(scaleOf(1, 2)).toEqual([0, 1, 2]);
  expect(scaleOf(0.3, 0.4)).toEqual([0, 0.1, 0.2, 0.3, 0.4]);
});
