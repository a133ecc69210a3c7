import { describe, expect, test } from '@jest/globals';
import type { ClientId } from '../../../src/ids.ts';
import type { DayCounts } from '../../../src/storage/statistics-port.ts';
import { type OpenStorage, racers, withStorage } from '../contract.ts';

const row = (day: string, clientId: string, counts: DayCounts['counts']): DayCounts => ({
  day,
  clientId: clientId as ClientId,
  counts,
});

export function statisticsContract(open: OpenStorage): void {
  describe('what is counted by day and client', () => {
    test('adds up, is read by days with both ends, in their order, and outlives a close', () =>
      withStorage(open, async ({ storage: { statistics }, reopen }) => {
        await statistics.add('one', [row('2026-03-02', 'b.c', { 'sign-in': 1 }), row('2026-03-01', '', { x: 2 })]);
        await statistics.add('two', [
          row('2026-03-02', 'b.c', { 'sign-in': 2, 'rung/terms/left': 5 }),
          row('2026-03-02', 'a', { 'sign-in': 1 }),
          row('2026-03-03', 'a', { 'sign-in': 7 }),
        ]);
        const opened = reopen ? (await reopen()).statistics : statistics;
        expect(await opened.read('2026-03-01', '2026-03-02')).toEqual([
          row('2026-03-01', '', { x: 2 }),
          row('2026-03-02', 'a', { 'sign-in': 1 }),
          row('2026-03-02', 'b.c', { 'sign-in': 3, 'rung/terms/left': 5 }),
        ]);
        expect(await opened.read('2026-03-04', '2026-04-01')).toEqual([]);
      }));

    test('a batch given again counts nothing, but what of it had not been counted', () =>
      withStorage(open, async ({ storage: { statistics } }) => {
        const first = row('2026-03-01', 'a', { x: 1 });
        const second = row('2026-03-01', 'b', { x: 1 });
        await statistics.add('batch', [first]);
        await statistics.add('batch', [first, second]);
        await statistics.add('other', [first]);
        await statistics.add('batch', [first, second]);
        expect(await statistics.read('2026-03-01', '2026-03-01')).toEqual([row('2026-03-01', 'a', { x: 2 }), second]);
      }));

    test('of many that add at the same moment none is lost', () =>
      withStorage(open, async ({ storage: { statistics } }) => {
        await Promise.all(racers.map((racer) => statistics.add(`of ${racer}`, [row('2026-03-01', 'a', { x: 1 })])));
        expect(await statistics.read('2026-03-01', '2026-03-01')).toEqual([
          row('2026-03-01', 'a', { x: racers.length }),
        ]);
      }));
  });
}
