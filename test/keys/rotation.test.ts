import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { openSqliteStorage } from '../../src/storage/sqlite/open.ts';
import { keyIds, writeKeys } from './installation.ts';
import { createProcess, expectEverybodyWhole, rotateAll, type Told } from './rotation-story.ts';

test('both keys rotate while people are linked and sign in, and the process is killed in every command', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'avain-rotation-'));
  const directory = join(folder, 'data');
  mkdirSync(directory);
  await writeKeys(folder);
  const before = [...(await keyIds(folder, 'master')), ...(await keyIds(folder, 'index'))];
  const place = { folder, store: { directory }, people: 150, restMs: 2 };
  const told: Told = { linked: new Map(), wrong: [], kills: 0 };
  const avain = createProcess(place, told);
  await avain.start();
  try {
    await rotateAll(folder, avain, told);
  } finally {
    await avain.kill();
  }
  expect(told.kills).toBeGreaterThan(8);
  const storage = await openSqliteStorage({ directory, clock: { now: Date.now } });
  await expectEverybodyWhole(place, storage, told);
  await storage.close();
  const after = [...(await keyIds(folder, 'master')), ...(await keyIds(folder, 'index'))];
  expect(after).toHaveLength(2);
  expect(after.some((id) => before.includes(id))).toBe(false);
  rmSync(folder, { recursive: true });
}, 180_000);
