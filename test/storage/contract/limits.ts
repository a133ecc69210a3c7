import { describe, expect, test } from '@jest/globals';
import { type OpenStorage, racers, withStorage } from '../contract.ts';

export function limitsContract(open: OpenStorage): void {
  describe('rate limits', () => {
    test('count within a window that starts at the first hit and ends exactly', () =>
      withStorage(open, async ({ storage: { limits }, clock }) => {
        const resetsAt = clock.now() + 1_000;
        expect(await limits.hit('key', 1_000)).toEqual({ count: 1, resetsAt });
        clock.advance(999);
        expect(await limits.hit('key', 1_000)).toEqual({ count: 2, resetsAt });
        expect(await limits.peek('key')).toEqual({ count: 2, resetsAt });
        clock.advance(1);
        expect((await limits.peek('key')).count).toBe(0);
        expect(await limits.hit('key', 500)).toEqual({ count: 1, resetsAt: resetsAt + 500 });
      }));

    test('begun under a clock that was far ahead, they hold nobody up once it is right again', () =>
      withStorage(open, async ({ storage: { limits }, clock }) => {
        const aheadMs = 400 * 86_400_000;
        clock.advance(aheadMs);
        await limits.hit('key', 30_000);
        expect((await limits.hit('key', 30_000)).count).toBe(2);
        clock.advance(-aheadMs);
        expect((await limits.peek('key')).count).toBe(0);
        const resetsAt = clock.now() + 30_000;
        expect(await limits.hit('key', 30_000)).toEqual({ count: 1, resetsAt });
        expect(await limits.hit('key', 30_000)).toEqual({ count: 2, resetsAt });
        // By less than that it may last so much longer, and goes on counting: nobody gets tries anew by a small step.
        clock.advance(-3_600_000);
        expect(await limits.hit('key', 30_000)).toEqual({ count: 3, resetsAt });
      }));

    test('looking does not count, and forgetting starts anew', () =>
      withStorage(open, async ({ storage: { limits } }) => {
        expect((await limits.peek('key')).count).toBe(0);
        await limits.hit('key', 1_000);
        await limits.hit('another', 1_000);
        await limits.forget('key');
        await limits.forget('absent');
        expect((await limits.peek('key')).count).toBe(0);
        expect((await limits.peek('another')).count).toBe(1);
      }));

    test('20 parallel hits get 20 different counts', () =>
      withStorage(open, async ({ storage: { limits } }) => {
        const hits = await Promise.all(racers.map(() => limits.hit('key', 1_000)));
        expect(hits.map(({ count }) => count).sort((a, b) => a - b)).toEqual(racers.map((index) => index + 1));
      }));
  });
}
