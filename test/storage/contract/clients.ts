import { describe, expect, test } from '@jest/globals';
import type { ClientId } from '../../../src/ids.ts';
import { type OpenStorage, racers, withStorage } from '../contract.ts';

const stored = (id: string, text = 'name: Palkka\n', changedAt = 5) => ({ id: id as ClientId, text, changedAt });

export function clientsContract(open: OpenStorage): void {
  describe('clients', () => {
    test('are found by their id and in the order of their ids, replaced whole, and gone once removed', () =>
      withStorage(open, async ({ storage: { clients }, reopen }) => {
        expect([await clients.all(), await clients.byId('a' as ClientId)]).toEqual([[], null]);
        const [a, b] = [stored('a.with.dots', 'name: "Ä: \'ö\' # € 😀"\n'), stored('b')];
        await clients.put(b);
        await clients.put(a);
        expect(await clients.all()).toEqual([a, b]);
        const changed = stored('b', 'name: Toinen\n', 9);
        await clients.put(changed);
        const opened = reopen ? (await reopen()).clients : clients;
        expect(await opened.byId(b.id)).toEqual(changed);
        expect([await opened.remove(a.id), await opened.remove(a.id)]).toEqual([true, false]);
        expect(await opened.all()).toEqual([changed]);
      }));

    test('put by many at once are one of them, and a removal is told to one of many', () =>
      withStorage(open, async ({ storage: { clients } }) => {
        const tries = racers.map((index) => stored('raced', `name: number ${index}\n`, index));
        await Promise.all(tries.map((one) => clients.put(one)));
        const all = await clients.all();
        expect(all).toHaveLength(1);
        expect(tries).toContainEqual(all[0]);
        const removed = await Promise.all(racers.map(() => clients.remove('raced' as ClientId)));
        expect(removed.filter(Boolean)).toHaveLength(1);
      }));
  });
}
