/** Two of the staff at the same list, a county beside another, what the operator's files say, and the search. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { RosterRow } from '../../src/config/schema.ts';
import { Secret } from '../../src/config/secret.ts';
import { holdsIdentityCode } from '../../src/identity/holds-code.ts';
import type { RosterEntryId } from '../../src/ids.ts';
import { changeEntry, type EntryFields, removeEntry } from '../../src/rosters/edit.ts';
import { loadRosters } from '../../src/rosters/file-entries.ts';
import { searchList, viewOf } from '../../src/rosters/view.ts';
import { type County, codes, list, officer, other, startCounty } from './county.ts';

let county: County;
beforeEach(async () => {
  county = await startCounty();
});
afterEach(() => county.close());

const noted = (note: string) => (fields: EntryFields) => ({ ...fields, note });
const events = async () => (await county.storage.audit.list({ limit: 99 })).map(({ event }) => event);

test('of two who change what both saw one wins, and the other is told what is true now', async () => {
  const { entry } = await county.add(codes[0], { note: 'before' });
  const seen = { list, id: entry.id, version: 1 };
  const both = await Promise.all(['one', 'two'].map((note) => changeEntry(county.deps, seen, noted(note), officer)));
  expect(both.map(({ outcome }) => outcome).sort()).toEqual(['changed', 'stale']);
  const now = both.find(({ outcome }) => outcome === 'changed');
  const told = both.find(({ outcome }) => outcome === 'stale');
  expect(told && 'entry' in told && now && 'entry' in now && told.entry).toEqual(now && 'entry' in now && now.entry);
  expect(await removeEntry(county.deps, seen, officer)).toMatchObject({ outcome: 'stale' });
  const again = { ...seen, version: 2 };
  const removing = await Promise.all([
    removeEntry(county.deps, again, officer),
    changeEntry(county.deps, again, noted('3'), officer),
  ]);
  expect(removing.map(({ outcome }) => outcome)).toEqual(
    expect.arrayContaining([expect.stringMatching(/removed|changed/)]),
  );
  expect((await events()).filter((event) => event === 'roster.entry-changed')).toHaveLength(
    removing[1]?.outcome === 'changed' ? 2 : 1,
  );
});

test('another county finds nothing there to change, and what is the same is no change', async () => {
  const { entry } = await county.add(codes[0]);
  const seen = { list: other, id: entry.id, version: 1 };
  expect(await changeEntry(county.deps, seen, noted('x'), officer)).toEqual({ outcome: 'missing' });
  expect(await removeEntry(county.deps, seen, officer)).toEqual({ outcome: 'missing' });
  expect(await changeEntry(county.deps, { ...seen, list }, (fields) => fields, officer)).toMatchObject({
    outcome: 'unchanged',
  });
  expect(await county.add(codes[0], { note: 'second' })).toMatchObject({ outcome: 'there', entry: { id: entry.id } });
  expect((await county.add(codes[0], {}, other)).outcome).toBe('added');
  expect(await events()).toEqual(['roster.entry-added', 'roster.entry-added']);
  const record = (await county.storage.audit.list({ limit: 9 })).at(-1);
  expect(record).toMatchObject({ accountId: 'an-officer', details: { ...list, by: 'staff', entry: entry.id } });
});

test('what is stored can be read by nobody without the key, and not as part of another entry or list', async () => {
  const { entry } = await county.add('a@b.fi', { note: 'Asiakas 4711' });
  expect(JSON.stringify(entry)).not.toMatch(/4711|a@b/);
  const { keyring } = county.deps;
  expect(viewOf(county.deps, entry)).toMatchObject({ address: 'a@b.fi', note: 'Asiakas 4711' });
  for (const moved of [{ county: 'savo' }, { sealedNote: entry.sealedValue }, { id: `${entry.id}x` }] as object[]) {
    expect(() => viewOf({ ...county.deps, keyring }, { ...entry, ...moved })).toThrow('cannot be opened');
  }
  const { entry: coded } = await county.add(codes[0]);
  expect(viewOf(county.deps, coded)).not.toHaveProperty('value');
  expect(viewOf(county.deps, coded).address).toBeNull();
});

test('a search looks into notes and addresses in whatever case, in pages, and says where to go on', async () => {
  for (let n = 0; n < 12; n += 1) await county.add(`a${n}@b.fi`, { note: `Åsa ${n % 3}`, validTo: n % 2 ? 1 : null });
  await county.add('x@b.fi', { note: 'Toinen' }, other);
  const search = async (words: string | null, shown: 'all' | 'current' | 'ended', limit = 5) => {
    const pages: string[][] = [];
    let after = null;
    do {
      const found = await searchList(county.deps, { list, words, shown, after }, limit);
      pages.push(found.entries.map(({ address }) => address ?? ''));
      after = found.next;
    } while (after !== null);
    return pages;
  };
  expect((await search(null, 'all')).map((page) => page.length)).toEqual([5, 5, 2]);
  expect(await search('ÅSA 1', 'all')).toEqual([['a10@b.fi', 'a7@b.fi', 'a4@b.fi', 'a1@b.fi']]);
  expect(await search('A1', 'current')).toEqual([['a10@b.fi']]);
  expect((await search(null, 'ended', 99)).flat()).toEqual([11, 9, 7, 5, 3, 1].map((n) => `a${n}@b.fi`));
  expect(await search('toinen', 'all')).toEqual([[]]);
});

const row = (kind: 'identity' | 'email', value: string, more: Partial<RosterRow> = {}): RosterRow => ({
  ...{ ...list, kind, value: new Secret(value), validFrom: 0, validTo: null },
  ...more,
});

test('a start puts the files of the operator in place and leaves what counties have listed', async () => {
  await county.add(codes[0], { note: 'of the county' });
  const load = (...rosterRows: RosterRow[]) =>
    loadRosters({ ...county.deps, config: { ...county.deps.config, rosterRows } });
  await Promise.all([1, 2].map(() => load(row('identity', codes[0]), row('email', 'a@b.fi'))));
  const entries = () => county.storage.rosters.list(list, null, 9);
  const sources = async () => (await entries()).map(({ source, kind }) => `${source} ${kind}`).sort();
  expect(await sources()).toEqual(['county identity', 'file email', 'file identity']);
  const before = await entries();
  await load(row('identity', codes[0]), row('email', 'a@b.fi'));
  expect(await entries()).toEqual(before);
  await load(row('identity', codes[1]), row('email', 'a@b.fi', { validTo: 5 }));
  expect(await sources()).toEqual(['county identity', 'file email', 'file identity']);
  expect(await county.isListed({ kind: 'identity', value: codes[0] })).toBe(true);
  expect(await county.isListed({ kind: 'identity', value: codes[1] })).toBe(true);
  expect(await county.isListed({ kind: 'email', value: 'a@b.fi' })).toBe(false);
  // Its staff see the operator's entry, and do not change it.
  const [ofFile] = (await entries()).filter(({ source }) => source === 'file');
  const seen = { list, id: ofFile?.id ?? ('' as RosterEntryId), version: ofFile?.version ?? 0 };
  expect(await changeEntry(county.deps, seen, noted('x'), officer)).toEqual({ outcome: 'missing' });
  expect(await removeEntry(county.deps, seen, officer)).toEqual({ outcome: 'missing' });
  await load();
  expect(await sources()).toEqual(['county identity']);
  expect((await events()).filter((event) => event === 'roster.entry-removed')).toHaveLength(3);
});

test.each([
  ['131189Y902A', true],
  ['Aino 13.11.89 y 902a (vanha)', true],
  ['x131189-902Ax', true],
  ['131189902A', true],
  // A slip of the pen in a code is a code still; a number that only looks like one is none.
  ['131189-902B', true],
  ['131189-9021', false],
  ['Asiakas 1234567890', false],
  ['040 123-4567', false],
  ['FI21 1234 5600 0007 85', false],
  ['', false],
])('%j holds an identity code: %s', (text, expected) => {
  expect(holdsIdentityCode(text)).toBe(expected);
});
