import type { Clock } from '../../deps.ts';
import { TemporarilyUnavailable } from '../../errors.ts';
import type { Hit, RateLimits } from '../expiring-ports.ts';
import { believableEnd } from '../limit-windows.ts';
import type { Ask } from './redis-connection.ts';
import { run } from './scripts.ts';

export type LimitDeps = { readonly ask: Ask; readonly clock: Clock; readonly keyPrefix: string };

/** Clocks of nodes differ a little; a network's address must not lie about for longer than its window (limits.ts). */
const counterSlackMs = 60_000;

/** One round trip each. The window is of our clock, not of Redis'. */
export function createRateLimits({ ask, clock, keyPrefix }: LimitDeps): RateLimits {
  const keyOf = (key: string) => `${keyPrefix}:l:${key}`;
  return {
    hit: (key, windowMs) =>
      ask(async (client) => {
        const now = clock.now();
        const ends = now + windowMs;
        return readCounter(
          await run(client, 'hit', keyOf(key), now, ends, windowMs + counterSlackMs, believableEnd(now)),
        );
      }),
    peek: (key) =>
      ask(async (client) => {
        const stored = await client.get(keyOf(key));
        const now = clock.now();
        const hit = stored === null ? null : readCounter(stored);
        return hit && hit.resetsAt > now && hit.resetsAt <= believableEnd(now) ? hit : { count: 0, resetsAt: now };
      }),
    forget: (key) => ask(async (client) => void (await client.del(keyOf(key)))),
  };
}

function readCounter(stored: unknown): Hit {
  const [count, resetsAt] = String(stored).split(' ').map(Number);
  if (count === undefined || resetsAt === undefined) throw new Error('a counter that nobody of us has written');
  return { count, resetsAt };
}

/** While the shared counters do not answer, a stricter one of this node answers: limits are never off. */
export function withFallback(shared: RateLimits, local: RateLimits): RateLimits {
  const orLocal = async <T>(asked: Promise<T>, instead: () => Promise<T>): Promise<T> => {
    try {
      return await asked;
    } catch (error) {
      if (error instanceof TemporarilyUnavailable) return instead();
      throw error;
    }
  };
  return {
    hit: (key, windowMs) => orLocal(shared.hit(key, windowMs), () => local.hit(key, windowMs)),
    peek: (key) => orLocal(shared.peek(key), () => local.peek(key)),
    forget: (key) => orLocal(shared.forget(key), () => local.forget(key)),
  };
}
