/** After a power cut, and only then, what was made before is refused (decisions.md §7). */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { markBoot } from '../../src/storage/sqlite/boot-marker.ts';
import { migrate } from '../../src/storage/sqlite/migrate.ts';
import { durableMigrations } from '../../src/storage/sqlite/migrations/durable.ts';
import { openSqliteStorage } from '../../src/storage/sqlite/open.ts';
import { testClock } from '../support/storage.ts';

const directory = mkdtempSync(join(tmpdir(), 'avain-boot-'));
const bootIdFile = join(directory, 'boot_id');
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('not before', () => {
  let db: DatabaseSync;
  const bootAs = (id: string) => writeFileSync(bootIdFile, `${id}\n`);
  beforeEach(() => {
    db = new DatabaseSync(':memory:');
    migrate(db, durableMigrations);
    bootAs('boot-1');
  });

  test('is 0 at the very first start', () => {
    expect(markBoot(db, 100, bootIdFile).notBefore).toBe(0);
  });

  test('is 0 after a kill within the same boot', () => {
    markBoot(db, 100, bootIdFile);
    expect(markBoot(db, 200, bootIdFile).notBefore).toBe(0);
  });

  test('is 0 after a clean stop and another boot', () => {
    markBoot(db, 100, bootIdFile).stoppedCleanly();
    bootAs('boot-2');
    expect(markBoot(db, 200, bootIdFile).notBefore).toBe(0);
  });

  test('is the time of the start after an unclean stop and another boot, and stays through clean restarts', () => {
    markBoot(db, 100, bootIdFile);
    bootAs('boot-2');
    const second = markBoot(db, 200, bootIdFile);
    expect(second.notBefore).toBe(200);
    second.stoppedCleanly();
    const third = markBoot(db, 300, bootIdFile);
    expect(third.notBefore).toBe(200);
    expect(markBoot(db, 400, bootIdFile).notBefore).toBe(200);
    bootAs('boot-3');
    expect(markBoot(db, 500, bootIdFile).notBefore).toBe(500);
  });

  test('without a boot id every unclean stop counts as a power cut', () => {
    const absent = join(directory, 'absent');
    markBoot(db, 100, absent);
    expect(markBoot(db, 200, absent).notBefore).toBe(200);
  });
});

describe('the store and its marker', () => {
  const clock = testClock();

  test('a clean close is remembered over the next boot', async () => {
    const data = join(directory, 'clean');
    writeFileSync(bootIdFile, 'boot-1');
    await (await openSqliteStorage({ directory: data, clock, bootIdFile })).close();
    writeFileSync(bootIdFile, 'boot-2');
    const storage = await openSqliteStorage({ directory: data, clock, bootIdFile });
    expect(storage.notBefore).toBe(0);
    await storage.close();
  });

  test('a close that could not write everything out is not called clean', async () => {
    const data = join(directory, 'blocked');
    writeFileSync(bootIdFile, 'boot-1');
    const first = await openSqliteStorage({ directory: data, clock, bootIdFile });
    await first.limits.hit('key', 1_000);
    const reader = new DatabaseSync(join(data, 'expiring.db'), { readOnly: true });
    reader.exec('BEGIN');
    reader.prepare('SELECT count(*) FROM rate_limits').get();
    await first.limits.hit('key', 1_000);
    await first.close();
    reader.close();
    writeFileSync(bootIdFile, 'boot-2');
    const storage = await openSqliteStorage({ directory: data, clock, bootIdFile });
    expect(storage.notBefore).toBe(clock.now());
    await storage.close();
  });
});
