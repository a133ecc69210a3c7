import type { Clock } from '../../deps.ts';
import type { Hit, RateLimits } from '../expiring-ports.ts';
import { believableEnd } from '../limit-windows.ts';

/** As if so many nodes each let a hit through that the others do not see. */
const countsAs = 4;

/**
 * Counters of this process, for the time in which the shared ones do not answer. At most `mostKeys`: the oldest go, so
 * that a flood of new keys costs no memory.
 */
export function createLocalLimits(clock: Clock, mostKeys = 10_000): RateLimits {
  const counters = new Map<string, Hit>();
  const live = (key: string): Hit => {
    const now = clock.now();
    const counter = counters.get(key);
    return counter && counter.resetsAt > now && counter.resetsAt <= believableEnd(now)
      ? counter
      : { count: 0, resetsAt: now };
  };
  return {
    async hit(key, windowMs) {
      const before = live(key);
      const isNew = before.count === 0;
      const counted = {
        count: before.count + countsAs,
        resetsAt: isNew ? clock.now() + windowMs : before.resetsAt,
      };
      // A new window takes its place at the young end.
      if (isNew) counters.delete(key);
      counters.set(key, counted);
      const [oldest] = counters.keys();
      if (counters.size > mostKeys && oldest !== undefined) counters.delete(oldest);
      return counted;
    },
    peek: async (key) => live(key),
    forget: async (key) => void counters.delete(key),
  };
}
