/** The keys rotate, and everybody who is listed stays listed; what is sealed moves along. */
import { randomBytes, randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { indexKeyOf } from '../../src/identity/national-id.ts';
import { addEntry } from '../../src/rosters/edit.ts';
import { fingerprintsOf } from '../../src/rosters/entry.ts';
import { viewOf } from '../../src/rosters/view.ts';
import { prefixOf } from '../../src/secrets/aead.ts';
import { avainKeys, type KeyDeps, keyIds, startOn, writeKeys } from '../keys/installation.ts';
import { openTestStorage, testClock } from '../support/storage.ts';
import { codes, list, officer } from './county.ts';

const person = { kind: 'identity', value: codes[0] } as const;
const random = { bytes: randomBytes, int: randomInt };

let folder: string;
let deps: KeyDeps;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'avain-roster-keys-'));
  await writeKeys(folder);
  const clock = testClock();
  deps = await startOn(folder, await openTestStorage(clock), clock);
});
afterEach(async () => {
  await deps.storage.close();
  rmSync(folder, { recursive: true });
});

const ran = async (command: string, ...args: string[]) => {
  const { exit, refusal } = await avainKeys(deps, command, ...args);
  return refusal ?? exit;
};

test('an index key and a master key are replaced under a list', async () => {
  const fields = { validFrom: 0, validTo: null, note: 'Asiakas 4711' };
  const { entry } = await addEntry({ ...deps, random }, { list, person, fields }, officer);
  const [oldIndex = ''] = await keyIds(folder, 'index');
  const [oldMaster = ''] = await keyIds(folder, 'master');
  const isListed = () => deps.storage.rosters.isListed(list.roster, fingerprintsOf(deps.keyring, person), 1);
  const stored = async () => {
    const found = await deps.storage.rosters.byId(entry.id);
    if (!found) throw new Error('the entry is gone');
    return found;
  };

  expect(await ran('add', 'index')).toBe(0);
  // Nobody could be found by the new one alone.
  expect(await ran('remove', 'index', oldIndex)).toMatch(/would not be found/);
  expect(await ran('reindex')).toBe(0);
  const [, newIndex = ''] = await keyIds(folder, 'index');
  expect((await stored()).fingerprints.map(indexKeyOf)).toEqual([oldIndex, newIndex]);
  expect(await ran('remove', 'index', oldIndex)).toBe(0);
  expect(await isListed()).toBe(true);
  expect(await ran('reindex')).toBe(0);
  expect((await stored()).fingerprints.map(indexKeyOf)).toEqual([newIndex]);
  expect(await isListed()).toBe(true);

  expect(await ran('add', 'master')).toBe(0);
  const [, newMaster = ''] = await keyIds(folder, 'master');
  expect(await ran('use', 'master', newMaster)).toBe(0);
  expect(await ran('remove', 'master', oldMaster, 'now')).toMatch(/still seals an entry of a roster/);
  expect(await ran('rewrap')).toBe(0);
  const { sealedValue, sealedNote } = await stored();
  expect([sealedValue, sealedNote ?? ''].map(prefixOf)).toEqual([newMaster, newMaster]);
  expect(await ran('remove', 'master', oldMaster, 'now')).toBe(0);
  expect(viewOf(deps, await stored()).note).toBe('Asiakas 4711');
  // Who changes keys decides nothing about anybody.
  const events = (await deps.storage.audit.list({ limit: 99 })).map(({ event }) => event);
  expect(events.filter((event) => event.startsWith('roster.'))).toEqual(['roster.entry-added']);
});

test('an entry that does not open is named and left, and the keys are not complete', async () => {
  const fields = { validFrom: 0, validTo: null, note: null };
  const { entry } = await addEntry({ ...deps, random }, { list, person, fields }, officer);
  await deps.storage.rosters.change(entry.id, (current) => ({
    entry: { ...current, sealedValue: `${current.sealedValue.slice(0, -4)}AAAA` },
    audit: [],
  }));
  expect(await ran('add', 'index')).toBe(0);
  const { exit, told } = await avainKeys(deps, 'reindex');
  expect([exit, told]).toEqual([1, expect.stringContaining(`${entry.id}: what is sealed for it does not open`)]);
});
