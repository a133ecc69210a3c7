import { describe, expect, test } from '@jest/globals';
import { testAccount, testAudit, testKeySet } from '../../support/storage.ts';
import { type OpenStorage, racers, withStorage } from '../contract.ts';

export function durableRowsContract(open: OpenStorage): void {
  describe('the audit log', () => {
    test('lists the newest first, of everybody or of one account, as many as asked', () =>
      withStorage(open, async ({ storage: { audit } }) => {
        const [one, other] = [testAccount().id, testAccount().id];
        const records = [one, other, one, null].map((accountId, at) => testAudit({ at, accountId, details: { at } }));
        records.push(testAudit({ accountId: other, actor: 'operator:night shift' }));
        for (const record of records) await audit.append(record);
        expect(await audit.list({ limit: 10 })).toEqual(records.toReversed());
        expect(await audit.list({ accountId: one, limit: 10 })).toEqual([records[2], records[0]]);
        expect(await audit.list({ accountId: one, limit: 1 })).toEqual([records[2]]);
      }));

    test('tells the history of one account: some events, since an instant, page by page', () =>
      withStorage(open, async ({ storage: { audit } }) => {
        const [one, other] = [testAccount().id, testAccount().id];
        const events = ['sign-in.finished', 'password.changed', 'consent.given'] as const;
        const told = events.slice(0, 2);
        const records = [0, 1, 2, 3, 4, 5, 6].map((at) =>
          testAudit({ at, accountId: at === 5 ? other : one, event: events[at % 3] ?? 'consent.given' }),
        );
        for (const record of records) await audit.append(record);
        const page = async (skip: number, limit: number) =>
          (await audit.history(one, { events: told, since: 1, skip, limit })).map(({ at }) => at);
        expect(await page(0, 10)).toEqual([6, 4, 3, 1]);
        expect([await page(0, 3), await page(3, 3), await page(6, 3)]).toEqual([[6, 4, 3], [1], []]);
        expect(await audit.history(one, { events: [], since: 0, skip: 0, limit: 9 })).toEqual([]);
      }));

    test('tells what happened in journeys, known person or not, newest first and no other', () =>
      withStorage(open, async ({ storage: { audit } }) => {
        const { id: accountId } = testAccount();
        const records = ['one', 'two', 'three', 'one', null].map((journeyId, at) =>
          testAudit({ at, journeyId, accountId: at === 3 ? accountId : null }),
        );
        for (const record of records) await audit.append(record);
        const told = async (journeys: string[], limit = 9) =>
          (await audit.ofJourneys(journeys, limit)).map(({ at }) => at);
        expect([await told(['one', 'two']), await told(['one'], 1), await told([])]).toEqual([[3, 1, 0], [3], []]);
      }));
  });

  describe('signing keys', () => {
    test('of many nodes that change the set at once one does, with its audit record, and all read the same', () =>
      withStorage(open, async ({ storage: { signingKeys, audit } }) => {
        expect(await signingKeys.read()).toBeNull();
        for (const version of [1, 2]) {
          const record = (n: number) => [testAudit({ event: 'signing-key.created', details: { n, version } })];
          const outcomes = await Promise.all(
            racers.map((n) => signingKeys.replace(testKeySet(version, `by ${n}`), record(n))),
          );
          expect(outcomes.filter(Boolean)).toHaveLength(1);
          const n = outcomes.indexOf(true);
          expect(await signingKeys.read()).toEqual(testKeySet(version, `by ${n}`));
          const records = await audit.list({ limit: 10 });
          expect(records).toHaveLength(version);
          expect(records[0]?.details).toEqual({ n, version });
        }
      }));

    test('are changed by nobody who has not seen the last change', () =>
      withStorage(open, async ({ storage: { signingKeys, audit } }) => {
        await signingKeys.replace(testKeySet(1), []);
        for (const version of [1, 3]) {
          const late = signingKeys.replace(testKeySet(version, 'late'), [testAudit({ event: 'signing-key.created' })]);
          expect(await late).toBe(false);
        }
        expect(await signingKeys.read()).toEqual(testKeySet(1));
        expect(await audit.list({ limit: 10 })).toEqual([]);
      }));
  });

  describe('marks', () => {
    test('keep the last value by name, and null where there is none', () =>
      withStorage(open, async ({ storage: { marks } }) => {
        expect(await marks.get('how far')).toBeNull();
        await marks.put('how far', '1');
        await marks.put('another', 'x');
        await marks.put('how far', '2');
        expect([await marks.get('how far'), await marks.get('another')]).toEqual(['2', 'x']);
      }));

    test('of parallel writers all are done, and one was the last', () =>
      withStorage(open, async ({ storage: { marks } }) => {
        await Promise.all(racers.map((n) => marks.put('how far', String(n))));
        expect(racers.map(String)).toContain(await marks.get('how far'));
      }));
  });
}
