/** 95 % confidence intervals. */
export type Interval = { readonly low: number; readonly high: number };

/** The standard normal distribution's 97.5th percentile. */
const z = 1.959964;

/** Of the mean of `count` independent numbers; by the central limit theorem, so for many of them. */
export function meanInterval(
  numbers: { readonly sum: number; readonly sumOfSquares: number },
  count: number,
): Interval {
  const mean = numbers.sum / count;
  const variance = Math.max(0, numbers.sumOfSquares / count - mean ** 2);
  const margin = z * Math.sqrt(variance / count);
  return { low: Math.max(0, mean - margin), high: mean + margin };
}

/** Of a share, by Wilson's score: honest at 0 and 1 and for few cases too. */
export function shareInterval(hits: number, count: number): Interval {
  const share = hits / count;
  const spread = z ** 2 / count;
  const centre = share + spread / 2;
  const margin = z * Math.sqrt((share * (1 - share)) / count + spread / (4 * count));
  return { low: Math.max(0, (centre - margin) / (1 + spread)), high: Math.min(1, (centre + margin) / (1 + spread)) };
}
