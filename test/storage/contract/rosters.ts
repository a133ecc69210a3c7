import { describe, expect, test } from '@jest/globals';
import type { RosterEntryId } from '../../../src/ids.ts';
import type { RosterEntry } from '../../../src/storage/roster-port.ts';
import { testAudit, testFingerprint, testRosterEntry } from '../../support/storage.ts';
import { type OpenStorage, racers, withStorage } from '../contract.ts';

const [a, b, c] = [testFingerprint('a'), testFingerprint('b'), testFingerprint('c')];
const record = (n: number) => testAudit({ event: 'roster.entry-changed', details: { n } });

export function rostersContract(open: OpenStorage): void {
  describe('rosters', () => {
    test('list a person from the first millisecond up to, not including, the last, whichever county says so', () =>
      withStorage(open, async ({ storage: { rosters } }) => {
        const entries = [
          testRosterEntry({ county: '01', fingerprints: [a], validFrom: 100, validTo: 200 }),
          testRosterEntry({ county: '02', fingerprints: [a], validFrom: 300, validTo: null }),
        ];
        for (const entry of entries) expect(await rosters.add({ entry, audit: [] })).toBe('added');
        const instants = [99, 100, 199, 200, 299, 300, 1e12];
        const listed = await Promise.all(instants.map((now) => rosters.isListed('edustajat', [b, a], now)));
        expect(listed).toEqual([false, true, true, false, false, true, true]);
        expect(await rosters.isListed('edustajat', [b], 150)).toBe(false);
        expect(await rosters.isListed('edustajat', [], 150)).toBe(false);
        expect(await rosters.isListed('another', [a], 150)).toBe(false);
      }));

    test('tell the county whose entry is the newest of those that are valid', () =>
      withStorage(open, async ({ storage: { rosters } }) => {
        const listed = [
          testRosterEntry({ id: '1' as RosterEntryId, county: '03', fingerprints: [b] }),
          testRosterEntry({ id: '2' as RosterEntryId, county: '01', fingerprints: [a, b], validTo: 500 }),
          testRosterEntry({ id: '3' as RosterEntryId, county: '02', fingerprints: [a], validFrom: 300, validTo: 400 }),
        ];
        for (const entry of listed) await rosters.add({ entry, audit: [] });
        const countyAt = (now: number) => rosters.countyOf('edustajat', [a, b], now);
        expect(await Promise.all([299, 300, 400, 500].map(countyAt))).toEqual(['01', '02', '01', '03']);
        expect(await rosters.countyOf('edustajat', [c], 1)).toBeNull();
        expect(await rosters.countyOf('edustajat', [], 1)).toBeNull();
        expect(await rosters.countyOf('another', [a], 1)).toBeNull();
      }));

    test('know each person once in a list of one source, by any fingerprint, and each entry by its id', () =>
      withStorage(open, async ({ storage: { rosters, audit } }) => {
        const entry = testRosterEntry({ fingerprints: [a, b], version: 7 });
        expect(await rosters.add({ entry, audit: [record(1)] })).toBe('added');
        const stored = { ...entry, version: 1 };
        const again = testRosterEntry({ fingerprints: [c, b] });
        expect(await rosters.add({ entry: again, audit: [record(2)] })).toBe('taken');
        expect(await rosters.byId(again.id)).toBeNull();
        expect(await rosters.isListed('edustajat', [c], 1)).toBe(false);
        const { roster, county, source } = entry;
        for (const other of [{ roster: 'toinen' }, { county: '02' }, { source: 'file' as const }]) {
          const free = testRosterEntry({ fingerprints: [b], ...other });
          expect(await rosters.add({ entry: free, audit: [] })).toBe('added');
          expect(await rosters.find({ roster, county, source, ...other }, [b])).toEqual(free);
        }
        expect(await rosters.byId(entry.id)).toEqual(stored);
        expect(await rosters.find({ roster, county, source }, [c, b])).toEqual(stored);
        expect(await rosters.find({ roster, county, source }, [c])).toBeNull();
        expect(await audit.list({ limit: 9 })).toEqual([record(1)]);
      }));

    test('are read in pages, the newest of one list first, all of them the oldest first', () =>
      withStorage(open, async ({ storage: { rosters } }) => {
        const entries = Array.from({ length: 7 }, (_, n) =>
          testRosterEntry({
            id: `0${n}` as RosterEntryId,
            county: n === 3 ? '02' : '01',
            source: n === 5 ? 'file' : 'county',
          }),
        );
        for (const entry of entries) await rosters.add({ entry, audit: [] });
        const ids = (page: readonly RosterEntry[]) => page.map(({ id }) => Number(id));
        const list = { roster: 'edustajat', county: '01' };
        expect(ids(await rosters.list(list, null, 4))).toEqual([6, 5, 4, 2]);
        expect(ids(await rosters.list(list, '02' as RosterEntryId, 4))).toEqual([1, 0]);
        expect(ids(await rosters.list({ ...list, source: 'file' }, null, 4))).toEqual([5]);
        expect(await rosters.list({ ...list, county: '03' }, null, 4)).toEqual([]);
        expect(ids(await rosters.scan(null, 4))).toEqual([0, 1, 2, 3]);
        expect(ids(await rosters.scan('03' as RosterEntryId, 9))).toEqual([4, 5, 6]);
        expect(await rosters.scan('06' as RosterEntryId, 9)).toEqual([]);
      }));

    test('are counted by list and source, and those that are valid at an instant', () =>
      withStorage(open, async ({ storage: { rosters } }) => {
        expect(await rosters.counts(1)).toEqual([]);
        const dates: readonly Partial<RosterEntry>[] = [
          { validFrom: 0, validTo: 5 },
          { validFrom: 0, validTo: 6 },
          { validFrom: 6, validTo: null },
          { source: 'file', validFrom: 5 },
        ];
        for (const more of dates) await rosters.add({ entry: testRosterEntry(more), audit: [] });
        const list = { roster: 'edustajat', county: '01' };
        expect(await rosters.counts(5)).toEqual([
          { ...list, source: 'county', entries: 3, valid: 1 },
          { ...list, source: 'file', entries: 1, valid: 1 },
        ]);
      }));

    test('change with their record or not at all, and an entry stays in its list', () =>
      withStorage(open, async ({ storage: { rosters, audit } }) => {
        const [entry, other] = [testRosterEntry({ fingerprints: [a] }), testRosterEntry({ fingerprints: [b] })];
        for (const one of [entry, other]) await rosters.add({ entry: one, audit: [] });
        const moved = {
          county: '02',
          roster: 'toinen',
          source: 'file',
          kind: 'email',
          id: 'x' as RosterEntryId,
        } as const;
        const changed = { ...entry, validTo: 9, fingerprints: [a, c] };
        expect(
          await rosters.change(entry.id, () => ({ entry: { ...changed, ...moved, version: 50 }, audit: [record(1)] })),
        ).toEqual({ outcome: 'changed', entry: { ...changed, version: 2 } });
        expect(await rosters.byId(entry.id)).toEqual({ ...changed, version: 2 });
        expect(await rosters.isListed('edustajat', [c], 8)).toBe(true);
        expect(await rosters.isListed('edustajat', [c], 9)).toBe(false);
        const taking = (current: RosterEntry) => ({ entry: { ...current, fingerprints: [b] }, audit: [record(2)] });
        expect(await rosters.change(entry.id, taking)).toEqual({ outcome: 'taken' });
        expect(await rosters.change(entry.id, () => null)).toMatchObject({ outcome: 'unchanged' });
        expect(await rosters.change('none' as RosterEntryId, taking)).toEqual({ outcome: 'missing' });
        expect(await rosters.byId(entry.id)).toEqual({ ...changed, version: 2 });
        expect(await audit.list({ limit: 9 })).toEqual([record(1)]);
      }));

    test('let an entry go only as it was seen, and whoever it was about can be listed again', () =>
      withStorage(open, async ({ storage: { rosters, audit } }) => {
        const entry = testRosterEntry({ fingerprints: [a] });
        await rosters.add({ entry, audit: [] });
        await rosters.change(entry.id, (current) => ({ entry: { ...current, validTo: 9 }, audit: [] }));
        expect(await rosters.remove(entry.id, 1, [record(1)])).toBe(false);
        expect(await rosters.remove(entry.id, 2, [record(2)])).toBe(true);
        expect(await rosters.remove(entry.id, 2, [record(3)])).toBe(false);
        expect(await rosters.change(entry.id, (current) => ({ entry: current, audit: [] }))).toEqual({
          outcome: 'missing',
        });
        expect([await rosters.byId(entry.id), await rosters.scan(null, 9), await rosters.counts(1)]).toEqual([
          null,
          [],
          [],
        ]);
        expect(await rosters.isListed('edustajat', [a], 1)).toBe(false);
        expect(await audit.list({ limit: 9 })).toEqual([record(2)]);
        // Several gone ones beside one another, too.
        for (let n = 0; n < 2; n += 1) {
          const next = testRosterEntry({ fingerprints: [a] });
          expect(await rosters.add({ entry: next, audit: [] })).toBe('added');
          expect(await rosters.remove(next.id, 1, [])).toBe(true);
        }
      }));

    test('of many that list the same person one does; of many that change an entry each does; of many that remove it one', () =>
      withStorage(open, async ({ storage: { rosters, audit } }) => {
        const rivals = racers.map((n) => testRosterEntry({ fingerprints: [testFingerprint(`own ${n}`), a] }));
        const added = await Promise.all(rivals.map((entry, n) => rosters.add({ entry, audit: [record(n)] })));
        expect(added.filter((outcome) => outcome === 'added')).toHaveLength(1);
        const winner = added.indexOf('added');
        const { id = '' as RosterEntryId } = rivals[winner] ?? {};
        expect(await audit.list({ limit: 99 })).toEqual([record(winner)]);
        const sooner = (entry: RosterEntry) => ({
          entry: { ...entry, validFrom: entry.validFrom - 1 },
          audit: [record(100)],
        });
        await Promise.all(racers.map(() => rosters.change(id, sooner)));
        const entry = await rosters.byId(id);
        expect([entry?.validFrom, entry?.version]).toEqual([-racers.length, 1 + racers.length]);
        const version = entry?.version ?? 0;
        const removed = await Promise.all(racers.map((n) => rosters.remove(id, version, [record(200 + n)])));
        expect(removed.filter(Boolean)).toHaveLength(1);
        const records = (await audit.list({ limit: 99 })).map(({ details }) => details['n']);
        expect(records).toHaveLength(2 + racers.length);
        expect(records).toContain(200 + removed.indexOf(true));
      }));
  });
}
