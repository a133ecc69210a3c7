/** Of a chart's plane, in units of its viewBox: as wide as a phone shows it, so that its words stay as large as they are. */
export const plane = { width: 320, height: 180, left: 34, right: 6, top: 10, bottom: 22 } as const;

const wanted = 4;

/** Round steps from 0 to at least `highest`, few of them; whatever comes in, they are finite and rise. */
export function ticksUpTo(highest: number): readonly number[] {
  const top = Number.isFinite(highest) && highest > 0 ? Math.min(highest, 1e15) : 1;
  const rough = top / wanted;
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((one) => one * magnitude >= rough) ?? 10) * magnitude;
  const steps = Math.max(1, Math.ceil(top / step - 1e-9));
  // Binary fractions: 3 × 0.1 is to be written 0.3.
  return Array.from({ length: steps + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}

export type Axis = {
  /** The height of a value above the lower edge, as a y of the plane; nothing leaves the plane. */
  y(value: number): number;
  readonly ticks: readonly { readonly y: number; readonly value: number }[];
};

export function axisUpTo(highest: number): Axis {
  const ticks = ticksUpTo(highest);
  const top = ticks.at(-1) ?? 1;
  const tall = plane.height - plane.top - plane.bottom;
  const y = (value: number): number => {
    // What has grown beyond all numbers stands at the top; what is no number, on the axis.
    const share = Number.isNaN(value) ? 0 : Math.min(1, Math.max(0, value / top));
    return rounded(plane.height - plane.bottom - share * tall);
  };
  return { y, ticks: ticks.map((value) => ({ y: y(value), value })) };
}

/** To a tenth of a unit: finer than any screen. */
export const rounded = (value: number): number => Math.round(value * 10) / 10;

/** The middle of column `index` of `count`, and how wide one is. */
export function columns(count: number): { readonly width: number; readonly middle: (index: number) => number } {
  const width = (plane.width - plane.left - plane.right) / Math.max(1, count);
  return { width, middle: (index) => rounded(plane.left + (index + 0.5) * width) };
}

/** Labels of columns as far as there is room for them: the first, then each that stands far enough from the one before. */
export function spacedLabels(labels: readonly string[]): readonly { readonly x: number; readonly text: string }[] {
  const { middle } = columns(labels.length);
  const room = 48;
  let last = Number.NEGATIVE_INFINITY;
  return labels.flatMap((text, index) => {
    const x = Math.min(Math.max(middle(index), plane.left), plane.width - plane.right - room / 2);
    if (x - last < room) return [];
    last = x;
    return [{ x, text }];
  });
}
