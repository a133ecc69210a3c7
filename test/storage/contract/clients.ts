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

    test('replaced only as they were seen: of many who saw the same one succeeds, whether it is new, changed or removed', () =>
      withStorage(open, async ({ storage: { clients } }) => {
        const id = 'seen' as ClientId;
        const race = async (from: string | null, to: (index: number) => ReturnType<typeof stored> | null) =>
          (await Promise.all(racers.map((index) => clients.replace(id, from, to(index))))).filter(Boolean).length;
        expect(await race(null, (index) => stored('seen', `name: number ${index}\n`))).toBe(1);
        const first = (await clients.byId(id))?.text ?? '';
        expect(await race('name: nobody saw\n', () => stored('seen'))).toBe(0);
        expect(await race(first, (index) => stored('seen', `name: again ${index}\n`))).toBe(1);
        const second = (await clients.byId(id))?.text ?? '';
        expect(second).not.toBe(first);
        expect(await race(second, () => null)).toBe(1);
        expect(await clients.all()).toEqual([]);
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
