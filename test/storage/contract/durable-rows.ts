import { describe, expect, test } from '@jest/globals';
import { testAccount, testAudit, testFingerprint } from '../../support/storage.ts';
import { type OpenStorage, racers, withStorage } from '../contract.ts';

export function durableRowsContract(open: OpenStorage): void {
  describe('the audit log', () => {
    test('lists the newest first, of everybody or of one account, as many as asked', () =>
      withStorage(open, async ({ storage: { audit } }) => {
        const [one, other] = [testAccount().id, testAccount().id];
        const records = [one, other, one, null].map((accountId, at) => testAudit({ at, accountId, details: { at } }));
        for (const record of records) await audit.append(record);
        expect(await audit.list({ limit: 10 })).toEqual(records.toReversed());
        expect(await audit.list({ accountId: one, limit: 10 })).toEqual([records[2], records[0]]);
        expect(await audit.list({ accountId: one, limit: 1 })).toEqual([records[2]]);
      }));
  });

  describe('rosters', () => {
    const [a, b] = [testFingerprint('a'), testFingerprint('b')];

    test('list a person from the first instant up to, not including, the last', () =>
      withStorage(open, async ({ storage: { rosters } }) => {
        await rosters.replace('edustajat', [
          { county: '01', fingerprint: a, validFrom: 100, validTo: 200 },
          { county: '02', fingerprint: a, validFrom: 300, validTo: null },
        ]);
        const listed = await Promise.all(
          [99, 100, 199, 200, 299, 300, 1e12].map((now) => rosters.isListed('edustajat', [a], now)),
        );
        expect(listed).toEqual([false, true, true, false, false, true, true]);
      }));

    test('ask for any of the fingerprints, in this roster only', () =>
      withStorage(open, async ({ storage: { rosters } }) => {
        await rosters.replace('edustajat', [{ county: '01', fingerprint: a, validFrom: 0, validTo: null }]);
        expect(await rosters.isListed('edustajat', [b, a], 1)).toBe(true);
        expect(await rosters.isListed('edustajat', [b], 1)).toBe(false);
        expect(await rosters.isListed('edustajat', [], 1)).toBe(false);
        expect(await rosters.isListed('another', [a], 1)).toBe(false);
      }));

    test('are replaced in one step: readers never find both lists empty, and the other roster stays', () =>
      withStorage(open, async ({ storage: { rosters } }) => {
        const list = (...people: (typeof a)[]) =>
          people.map((fingerprint) => ({ county: '01', fingerprint, validFrom: 0, validTo: null }));
        await rosters.replace('another', list(a));
        await rosters.replace('edustajat', list(a));
        const replacing = rosters.replace('edustajat', list(b));
        const during = await Promise.all(racers.map(() => rosters.isListed('edustajat', [a, b], 1)));
        await replacing;
        expect(during).not.toContain(false);
        expect(await rosters.isListed('edustajat', [a], 1)).toBe(false);
        expect(await rosters.isListed('another', [a], 1)).toBe(true);
        await rosters.replace('edustajat', []);
        expect(await rosters.isListed('edustajat', [b], 1)).toBe(false);
      }));
  });

  describe('signing keys', () => {
    test('of many starting nodes one stores the first key, and all read the same', () =>
      withStorage(open, async ({ storage: { signingKeys } }) => {
        expect(await signingKeys.all()).toEqual([]);
        const key = (index: number) => ({
          kid: `kid-${index}`,
          sealedJwk: `sealed ${index}`,
          createdAt: 1_000 + index,
        });
        await Promise.all(racers.map((index) => signingKeys.insertFirst(key(index))));
        const stored = await signingKeys.all();
        expect(stored).toHaveLength(1);
        expect(racers.map(key)).toContainEqual(stored[0]);
        await signingKeys.insertFirst(key(99));
        expect(await signingKeys.all()).toEqual(stored);
      }));

    test('are sealed anew only where they are still sealed as they were seen', () =>
      withStorage(open, async ({ storage: { signingKeys } }) => {
        await signingKeys.insertFirst({ kid: 'kid', sealedJwk: 'old seal', createdAt: 1 });
        expect(await signingKeys.reseal('kid', 'another seal', 'new seal')).toBe(false);
        expect(await signingKeys.reseal('another', 'old seal', 'new seal')).toBe(false);
        const outcomes = await Promise.all(racers.map((n) => signingKeys.reseal('kid', 'old seal', `new seal ${n}`)));
        expect(outcomes.filter(Boolean)).toHaveLength(1);
        const sealedJwk = `new seal ${outcomes.indexOf(true)}`;
        expect(await signingKeys.all()).toEqual([{ kid: 'kid', sealedJwk, createdAt: 1 }]);
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
