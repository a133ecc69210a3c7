/** The two-sample Kolmogorov–Smirnov test: could both samples have been drawn from one distribution? */

export type Comparison = {
  /** Greatest distance of the two empirical distribution functions, 0 to 1. */
  readonly distance: number;
  /** Chance of such a distance, or a greater one, where there is no difference. */
  readonly p: number;
};

export function compare(first: readonly number[], second: readonly number[]): Comparison {
  const [a, b] = [sorted(first), sorted(second)];
  let [i, j, distance] = [0, 0, 0];
  while (i < a.length && j < b.length) {
    const value = Math.min(a[i] ?? 0, b[j] ?? 0);
    while (i < a.length && (a[i] ?? 0) <= value) i += 1;
    while (j < b.length && (b[j] ?? 0) <= value) j += 1;
    distance = Math.max(distance, Math.abs(i / a.length - j / b.length));
  }
  const size = Math.sqrt((a.length * b.length) / (a.length + b.length));
  // Stephens' correction: good from a handful of samples on.
  return { distance, p: tail((size + 0.12 + 0.11 / size) * distance) };
}

/** Kolmogorov's limiting distribution, its upper tail. */
function tail(lambda: number): number {
  if (lambda < 0.2) return 1;
  let sum = 0;
  for (let k = 1; k <= 100; k += 1) sum += (k % 2 === 1 ? 2 : -2) * Math.exp(-2 * k * k * lambda * lambda);
  return Math.min(1, Math.max(0, sum));
}

const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);
