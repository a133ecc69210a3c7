/** A chart as plain shapes on one plane; views/parts/chart.ejs draws them and sets the same figures in a table beside. */
import { axisUpTo, columns, plane, rounded, spacedLabels } from './scale.ts';

/** As many as can be told apart without their colours (app.css, `.series-1` …). */
export const maxSeries = 3;

/** `values`: one for each label; null = nothing was counted. */
export type Series<Name> = { readonly name: Name; readonly values: readonly (number | null)[] };
export type Figures<Name> = { readonly labels: readonly string[]; readonly series: readonly Series<Name>[] };

type Box = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

export type Shapes = {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly ticks: readonly { readonly y: number; readonly value: number }[];
  readonly labels: readonly { readonly x: number; readonly text: string }[];
  /** `series`: 1 for the first. */
  readonly bars: readonly (Box & { readonly series: number })[];
  /** `points` as SVG's polyline has them; `dots` are values that stand alone. */
  readonly lines: readonly { readonly series: number; readonly points: string }[];
  readonly dots: readonly { readonly series: number; readonly x: number; readonly y: number }[];
};

const counted = (value: number | null | undefined): number =>
  typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : 0;

const shared = {
  width: plane.width,
  height: plane.height,
  left: plane.left,
  right: plane.width - plane.right,
} as const;

/** One column for each label, the series stacked in it. */
export function barShapes({ labels, series }: Figures<unknown>): Shapes {
  const drawn = series.slice(0, maxSeries);
  const sums = labels.map((_, index) => drawn.reduce((sum, { values }) => sum + counted(values[index]), 0));
  const axis = axisUpTo(Math.max(0, ...sums));
  const { width, middle } = columns(labels.length);
  const bars = labels.flatMap((_, index) => {
    let below = 0;
    return drawn.flatMap(({ values }, order) => {
      const value = counted(values[index]);
      if (value === 0) return [];
      const [from, to] = [axis.y(below), axis.y(below + value)];
      below += value;
      const wide = rounded(Math.max(0.5, width * 0.8));
      return [
        { series: order + 1, x: rounded(middle(index) - wide / 2), y: to, width: wide, height: rounded(from - to) },
      ];
    });
  });
  // Half a sign-in is none: where everything is counted whole, so is the scale.
  const ticks = axis.ticks.filter(({ value }) => Number.isInteger(value) || !sums.every(Number.isInteger));
  return { ...shared, ticks, labels: spacedLabels(labels), bars, lines: [], dots: [] };
}

type Point = { readonly x: number; readonly y: number };

/** One line for each series, broken where nothing was counted. */
export function lineShapes({ labels, series }: Figures<unknown>): Shapes {
  const drawn = series.slice(0, maxSeries);
  const all = drawn.flatMap(({ values }) => values.slice(0, labels.length).map(counted));
  const axis = axisUpTo(Math.max(0, ...all));
  const { middle } = columns(labels.length);
  const runs = drawn.flatMap(({ values }, order) =>
    runsOf(labels.map((_, index) => values[index] ?? null)).map((run) => ({
      series: order + 1,
      points: run.map(({ index, value }): Point => ({ x: middle(index), y: axis.y(value) })),
    })),
  );
  return {
    ...shared,
    ticks: axis.ticks,
    labels: spacedLabels(labels),
    bars: [],
    lines: runs
      .filter(({ points }) => points.length > 1)
      .map(({ series: of, points }) => ({ series: of, points: points.map(({ x, y }) => `${x},${y}`).join(' ') })),
    dots: runs.flatMap(({ series: of, points: [first, second] }) =>
      first && !second ? [{ series: of, ...first }] : [],
    ),
  };
}

/** Stretches of values without a gap. */
function runsOf(values: readonly (number | null)[]): readonly { index: number; value: number }[][] {
  const runs: { index: number; value: number }[][] = [];
  let open: { index: number; value: number }[] | null = null;
  for (const [index, value] of values.entries()) {
    if (value === null || !Number.isFinite(value)) {
      open = null;
      continue;
    }
    if (open === null) {
      open = [];
      runs.push(open);
    }
    open.push({ index, value });
  }
  return runs;
}
