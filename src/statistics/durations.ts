/** How long something took, kept as counts between fixed bounds: no time of anybody is stored. */

/** Upper bounds in seconds; `longer` than the last. */
export const bounds = [5, 10, 20, 30, 45, 60, 90, 120, 180, 300, 600, 1_800, 3_600, 21_600] as const;

export type Seconds = `${(typeof bounds)[number]}` | 'longer';

export function boundOf(ms: number): Seconds {
  const bound = bounds.find((seconds) => ms <= seconds * 1_000);
  return bound === undefined ? 'longer' : `${bound}`;
}

/** How many took so long, by the bound they fell below. */
export type Durations = Readonly<Partial<Record<Seconds, number>>>;

/**
 * The time in seconds that `share` (0–1) of them stayed below, as if they lay evenly between two bounds; null = there are
 * none, or it is longer than the last bound.
 */
export function quantile(durations: Durations, share: number): number | null {
  const total = Object.values(durations).reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  let [before, lower] = [0, 0];
  for (const bound of bounds) {
    const count = durations[`${bound}`] ?? 0;
    if (count > 0 && before + count >= share * total)
      return lower + ((bound - lower) * (share * total - before)) / count;
    [before, lower] = [before + count, bound];
  }
  return null;
}
