import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ExpiringRows } from '../../../src/storage/expiring-ports.ts';
import { type OpenedStorage, type OpenStorage, racers, withStorage } from '../contract.ts';

/** newestLinks holds the smallest value of all kinds; the kinds differ in their type only. */
type Rows = ExpiringRows<{ tokenHash: string }>;
const value = (tokenHash: string) => ({ tokenHash });

export function expiringRowsContract(open: OpenStorage): void {
  describe('expiring rows', () => {
    test('die exactly at their instant, for every way of reading and changing', () =>
      withStorage(open, async ({ storage: { newestLinks: rows }, clock }) => {
        const end = clock.now() + 1_000;
        for (const key of ['get', 'update', 'take', 'insert']) await rows.put(key, value(key), end);
        clock.advance(999);
        expect(await rows.get('get')).toEqual(value('get'));
        expect(await rows.insert('insert', value('new'), end)).toBe(false);
        clock.advance(1);
        expect(await rows.get('get')).toBeNull();
        expect(await rows.update('update', () => ({ value: value('new'), expiresAt: end + 1_000 }))).toBeNull();
        expect(await rows.takeOnce('take')).toBeNull();
        expect(await rows.insert('insert', value('new'), end + 1_000)).toBe(true);
        expect(await rows.get('insert')).toEqual(value('new'));
        expect(await rows.get('update')).toBeNull();
      }));

    test('kinds do not see each other', () =>
      withStorage(open, async ({ storage, clock }) => {
        await storage.newestLinks.put('key', value('hash'), clock.now() + 1_000);
        for (const rows of [
          storage.journeys,
          storage.sessions,
          storage.links,
          storage.challenges,
          storage.usedChallenges,
          storage.enrolments,
          storage.adoptions,
          storage.exchanges,
        ]) {
          expect(await rows.get('key')).toBeNull();
          await rows.delete('key');
          expect(await rows.takeOnce('key')).toBeNull();
        }
        expect(await storage.newestLinks.get('key')).toEqual(value('hash'));
      }));

    test('an update keeps the expiry unless it gives another', () =>
      withStorage(open, async ({ storage: { newestLinks: rows }, clock }) => {
        await rows.put('kept', value('a'), clock.now() + 1_000);
        await rows.put('moved', value('a'), clock.now() + 1_000);
        await rows.update('kept', () => ({ value: value('b') }));
        const expiresAt = clock.now() + 2_000;
        expect(await rows.update('moved', () => ({ value: value('b'), expiresAt }))).toEqual({
          changed: true,
          value: value('b'),
        });
        clock.advance(1_000);
        expect(await rows.get('kept')).toBeNull();
        expect(await rows.get('moved')).toEqual(value('b'));
      }));

    test('an update that answers null changes nothing and tells what is stored', () =>
      withStorage(open, async ({ storage: { newestLinks: rows }, clock }) => {
        await rows.put('key', value('a'), clock.now() + 1_000);
        expect(await rows.update('key', () => null)).toEqual({ changed: false, value: value('a') });
        expect(await rows.update('absent', () => ({ value: value('b') }))).toBeNull();
        expect(await rows.get('absent')).toBeNull();
      }));

    test('50 parallel updates all count', () =>
      withStorage(open, async ({ storage: { newestLinks: rows }, clock }) => {
        await rows.put('key', value(''), clock.now() + 1_000);
        const add = () => rows.update('key', ({ tokenHash }) => ({ value: value(`${tokenHash}x`) }));
        await Promise.all(Array.from({ length: 50 }, add));
        expect(await rows.get('key')).toEqual(value('x'.repeat(50)));
      }));

    test('of 20 parallel claims by update one succeeds', () =>
      withStorage(open, async ({ storage: { newestLinks: rows }, clock }) => {
        await rows.put('key', value('free'), clock.now() + 1_000);
        const claim = (index: number) =>
          rows.update('key', ({ tokenHash }) => (tokenHash === 'free' ? { value: value(`taken by ${index}`) } : null));
        const results = await Promise.all(racers.map(claim));
        expect(results.filter((result) => result?.changed)).toHaveLength(1);
        expect(new Set(results.map((result) => result?.value.tokenHash)).size).toBe(1);
      }));

    test('a row replaced while a change is being decided is decided again', () =>
      withStorage(open, async ({ storage: { newestLinks: rows }, clock }) => {
        await rows.put('key', value('old'), clock.now() + 1_000);
        const puts: Promise<void>[] = [];
        const result = await rows.update('key', ({ tokenHash }) => {
          if (puts.length === 0) puts.push(rows.put('key', value('replaced'), clock.now() + 1_000));
          return { value: value(`${tokenHash} changed`) };
        });
        await Promise.all(puts);
        // Either order is one after the other; what must not be is the old row's change on top of the new row.
        const after = await rows.get('key');
        expect(after).toEqual(
          result?.value.tokenHash === 'old changed' ? value('replaced') : value('replaced changed'),
        );
      }));

    test('of 20 parallel takers and of 20 parallel inserters exactly one succeeds', () =>
      withStorage(open, async ({ storage: { newestLinks: rows }, clock }) => {
        const inserted = await Promise.all(
          racers.map((index) => rows.insert('key', value(`${index}`), clock.now() + 1_000)),
        );
        expect(inserted.filter(Boolean)).toHaveLength(1);
        const taken = await Promise.all(racers.map(() => rows.takeOnce('key')));
        expect(taken.filter((one) => one !== null)).toEqual([value(`${inserted.indexOf(true)}`)]);
        expect(await rows.get('key')).toBeNull();
      }));

    test('whatever is done in whatever order, they do as a map with a clock does', () =>
      fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 40 }), (steps) =>
          withStorage(open, (opened) => compareWithModel(opened, steps)),
        ),
        { numRuns: 25 },
      ));
  });
}

type Step = {
  act: 'put' | 'insert' | 'get' | 'update' | 'extend' | 'take' | 'delete';
  key: string;
  wait: number;
  life: number;
  text: string;
};

const step: fc.Arbitrary<Step> = fc.record({
  act: fc.constantFrom('put', 'insert', 'get', 'update', 'extend', 'take', 'delete'),
  key: fc.constantFrom('a', 'b'),
  wait: fc.constantFrom(0, 0, 0, 5, 10),
  life: fc.constantFrom(1, 10, 30),
  text: fc.string({ unit: 'grapheme', maxLength: 5 }),
});

async function compareWithModel({ storage, clock }: OpenedStorage, steps: Step[]): Promise<void> {
  const model = new Map<string, { text: string; end: number }>();
  for (const { wait, ...rest } of steps) {
    clock.advance(wait);
    for (const [key, row] of model) if (clock.now() >= row.end) model.delete(key);
    expect(await real(storage.newestLinks, rest, clock.now())).toEqual(modelled(model, rest, clock.now()));
  }
}

async function real(rows: Rows, { act, key, life, text }: Omit<Step, 'wait'>, now: number): Promise<unknown> {
  const end = now + life;
  if (act === 'put') return rows.put(key, value(text), end);
  if (act === 'insert') return rows.insert(key, value(text), end);
  if (act === 'get') return (await rows.get(key))?.tokenHash;
  if (act === 'take') return (await rows.takeOnce(key))?.tokenHash;
  if (act === 'delete') return rows.delete(key);
  return (await rows.update(key, () => ({ value: value(text), ...(act === 'extend' && { expiresAt: end }) })))?.value
    .tokenHash;
}

function modelled(
  model: Map<string, { text: string; end: number }>,
  { act, key, life, text }: Omit<Step, 'wait'>,
  now: number,
): unknown {
  const end = now + life;
  const row = model.get(key);
  if (act === 'put') return void model.set(key, { text, end });
  if (act === 'insert') {
    if (!row) model.set(key, { text, end });
    return !row;
  }
  if (act === 'get') return row?.text;
  if (act === 'take' || act === 'delete') model.delete(key);
  if (act === 'take') return row?.text;
  if (act === 'delete' || !row) return undefined;
  model.set(key, { text, end: act === 'extend' ? end : row.end });
  return text;
}
