/** How long a window of a counter can be at most, by which one is known that was begun under a clock far ahead. */
import type { Instant } from '../ids.ts';

/** Longer than every window there is; the longest are of a day. */
const longestMs = 2 * 86_400_000;

/**
 * A window that ends later than this was counted when the clock was wrong, and counts no more: else a delay of seconds or
 * the lease of a job would last until the time to which it had jumped (security §4 "Time").
 */
export const believableEnd = (now: Instant): Instant => now + longestMs;
