/** The embedded back end: the contract, in memory and over files, and what only it promises. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, test } from '@jest/globals';
import { isNetworkFileSystem } from '../../src/storage/sqlite/lock.ts';
import { openSqliteStorage } from '../../src/storage/sqlite/open.ts';
import { openTestStorage, testAccount, testClock, testMail } from '../support/storage.ts';
import { storageContract } from './contract.ts';

const root = mkdtempSync(join(tmpdir(), 'avain-storage-'));
const freshDirectory = () => mkdtempSync(join(root, 'data-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

storageContract('sqlite in memory', async () => {
  const clock = testClock();
  const storage = await openTestStorage(clock);
  return { storage, clock, close: () => storage.close() };
});

storageContract('sqlite over files', async () => {
  const clock = testClock();
  const directory = freshDirectory();
  let storage = await openSqliteStorage({ directory, clock });
  const first = storage;
  return {
    storage: first,
    clock,
    async reopen() {
      await storage.close();
      storage = await openSqliteStorage({ directory, clock });
      return storage;
    },
    close: () => storage.close(),
  };
});

describe('the files', () => {
  test('are for their owner only, in a directory for its owner only', async () => {
    const directory = join(freshDirectory(), 'made', 'by-us');
    const storage = await openSqliteStorage({ directory, clock: testClock() });
    await storage.accounts.create(testAccount(), {});
    const modes = readdirSync(directory).map((name) => statSync(join(directory, name)).mode & 0o777);
    expect(modes.length).toBeGreaterThanOrEqual(3);
    expect(new Set(modes)).toEqual(new Set([0o600]));
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    await storage.close();
  });

  test('keep the sealed part of a mail until it is settled, and not a byte of it afterwards', async () => {
    const directory = freshDirectory();
    const storage = await openSqliteStorage({ directory, clock: testClock() });
    const secrets = ['sealed-delivered', 'sealed-dead', 'sealed-waiting'].map((name) => `${name}-`.repeat(500));
    const mails = secrets.map((sealed) => testMail({ sealed }));
    await storage.outbox.add(mails);
    await storage.outbox.delivered(mails[0]?.id ?? '', 2_000);
    await storage.outbox.dead(mails[1]?.id ?? '', 'refused', 2_000);
    await storage.close();
    const bytes = readdirSync(directory)
      .map((name) => readFileSync(join(directory, name), 'latin1'))
      .join('');
    const found = ['sealed-delivered', 'sealed-dead', 'sealed-waiting'].map((name) => bytes.includes(name));
    expect(found).toEqual([false, false, true]);
  });

  test('can be read by a backup while they are served', async () => {
    const directory = freshDirectory();
    const storage = await openSqliteStorage({ directory, clock: testClock() });
    await storage.accounts.create(testAccount(), {});
    const reader = new DatabaseSync(join(directory, 'avain.db'), { readOnly: true });
    reader.exec('BEGIN');
    expect({ ...reader.prepare('SELECT count(*) AS n FROM accounts').get() }).toEqual({ n: 1 });
    await storage.accounts.create(testAccount(), {});
    reader.close();
    await storage.close();
  });

  test('are refused when a newer Avain has written them', async () => {
    const directory = freshDirectory();
    await (await openSqliteStorage({ directory, clock: testClock() })).close();
    const db = new DatabaseSync(join(directory, 'avain.db'));
    db.exec('PRAGMA user_version = 99');
    db.close();
    const opening = openSqliteStorage({ directory, clock: testClock() });
    await expect(opening).rejects.toMatchObject({
      message: expect.stringMatching(/^Storage avain\.db cannot be used: /),
      cause: { message: expect.stringContaining('99 is newer') },
    });
  });

  test('are refused when damaged, and the directory is free again', async () => {
    const directory = freshDirectory();
    const first = await openSqliteStorage({ directory, clock: testClock() });
    for (let i = 0; i < 200; i++) await first.accounts.create(testAccount({ nickname: 'x'.repeat(900) }), {});
    await first.close();
    const path = join(directory, 'avain.db');
    const whole = readFileSync(path);
    const damaged = Buffer.from(whole);
    damaged.fill(0x55, 20 * 4096, 40 * 4096);
    writeFileSync(path, damaged);
    await expect(openSqliteStorage({ directory, clock: testClock() })).rejects.toThrow('avain.db cannot be used');
    writeFileSync(path, whole);
    await (await openSqliteStorage({ directory, clock: testClock() })).close();
  });

  test('do not belong on a network file system', () => {
    expect([0x6969, 0xff534d42].map(isNetworkFileSystem)).toEqual([true, true]);
    expect([0xef53, 0x01021994, 0x794c7630].map(isNetworkFileSystem)).toEqual([false, false, false]);
  });
});

describe('the sweeper', () => {
  test('removes what is dead and nothing else, over many slices', async () => {
    const clock = testClock();
    const storage = await openTestStorage(clock);
    const soon = clock.now() + 1_000;
    for (let i = 0; i < 500; i++) {
      const end = i % 5 === 0 ? soon + 1 : soon;
      await storage.newestLinks.put(`${i}`, { tokenHash: 'hash' }, end);
      await storage.artifacts.upsert('Session', `${i}`, 'payload', {}, i % 5 === 1 ? null : end);
      if (i < 10) await storage.limits.hit(`${i}`, 1_000);
    }
    expect(await storage.sweep()).toBe(0);
    clock.advance(1_000);
    expect(await storage.sweep()).toBe(400 + 300 + 10);
    expect(await storage.newestLinks.get('5')).not.toBeNull();
    expect(await storage.artifacts.find('Session', '6')).not.toBeNull();
    await storage.close();
  });

  test('gives up mails past their expiry', async () => {
    const clock = testClock(999_999);
    const storage = await openTestStorage(clock);
    await storage.outbox.add([testMail({ expiresAt: 1_000_000 })]);
    await storage.sweep();
    expect(await storage.outbox.nextDueAt()).not.toBeNull();
    clock.advance(1);
    await storage.sweep();
    expect(await storage.outbox.nextDueAt()).toBeNull();
    await storage.close();
  });
});
