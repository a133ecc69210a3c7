/** Time limits under which every call to a store may go wrong in the ways a network has: for tests of what is left then. */
import { setTimeout as sleep } from 'node:timers/promises';
import { TemporarilyUnavailable } from '../../../src/errors.ts';
import type { Waits } from '../../../src/storage/mongo-redis/waits.ts';

export type FaultyWaits = Waits & {
  /** From now on calls go wrong. */
  spoil(): void;
  /** From now on everything arrives, once and at once. Resolves when what is still under way has arrived. */
  heal(): Promise<void>;
};

/** `random` gives numbers from 0 to 1; most calls go well. */
export function createFaultyWaits(waits: Waits, random: () => number): FaultyWaits {
  const arriving = new Set<Promise<unknown>>();
  let healthy = true;

  async function call<T>(store: string, limitMs: number, ask: () => Promise<T>): Promise<T> {
    const asked = () => waits.call(store, limitMs, ask);
    const fault = healthy ? 1 : random();
    if (fault < 0.02) throw new TemporarilyUnavailable('the request was lost');
    if (fault < 0.04) {
      await asked();
      throw new TemporarilyUnavailable('the reply was lost');
    }
    if (fault < 0.06) {
      const late = sleep(400 * random()).then(asked, asked);
      const arrived: Promise<unknown> = late.catch(() => undefined).then(() => arriving.delete(arrived));
      arriving.add(arrived);
      throw new TemporarilyUnavailable('the request arrives later');
    }
    if (fault < 0.09) {
      await asked();
      return asked();
    }
    // Longer than the patience with somebody who has reserved a key and not committed yet.
    if (fault < 0.11) await sleep(350);
    else if (fault < 0.4) await sleep(20 * random());
    return asked();
  }

  return {
    bounded: waits.bounded,
    call,
    spoil() {
      healthy = false;
    },
    async heal() {
      healthy = true;
      while (arriving.size > 0) await Promise.all(arriving);
    },
  };
}

/** Mulberry32: a small generator, so that a failing run can be told by its seed. */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
