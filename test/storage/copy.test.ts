/** Moving house, between two embedded stores over files; to and from servers in mongo-redis/copy.test.ts. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import type { AccountId } from '../../src/ids.ts';
import { CopyRefused, copyStorage } from '../../src/storage/copy.ts';
import type { Moving } from '../../src/storage/moving.ts';
import { openSqliteStorage } from '../../src/storage/sqlite/open.ts';
import { breakingAfter, fillStorage, silent } from '../support/full-storage.ts';
import { testAccount, testClock } from '../support/storage.ts';

const root = mkdtempSync(join(tmpdir(), 'avain-copy-'));
const clock = testClock();
const open = (directory = mkdtempSync(join(root, 'data-'))) => openSqliteStorage({ directory, clock });
afterAll(() => rmSync(root, { recursive: true, force: true }));

const copy = (from: Moving, to: Moving, progress = silent) =>
  copyStorage({ fromName: 'sqlite', from, to, now: clock.now(), progress });

test('everything arrives: keys, versions, order, what was spent, and nothing that had expired', async () => {
  const [source, target] = [await open(), await open()];
  const filled = await fillStorage(source, clock);
  await copy(source.moving, target.moving);
  await filled.expectIn(target);
  expect(await target.moving.state()).toBeNull();
  await Promise.all([source.close(), target.close()]);
});

test('a target with a single row in it is refused and keeps it', async () => {
  const [source, target] = [await open(), await open()];
  await fillStorage(source, clock);
  const own = testAccount();
  await target.accounts.create(own, {});
  await expect(copy(source.moving, target.moving)).rejects.toThrow('the target is not empty');
  expect((await target.accounts.byId(own.id))?.email).toBe(own.email);
  expect(await target.moving.count('accounts', clock.now())).toBe(1);
  await Promise.all([source.close(), target.close()]);
});

test.each([1, 2, 3, 5, 8, 11])(
  'a copy that broke off at page %i goes on, and nothing is there twice',
  async (pages) => {
    const [source, directory] = [await open(), mkdtempSync(join(root, 'data-'))];
    const filled = await fillStorage(source, clock, 1_200);
    const target = await open(directory);
    const breaking = breakingAfter(pages, source.moving);
    await expect(copy(breaking, target.moving)).rejects.toThrow('the cable was pulled');
    await target.close();
    const again = await open(directory);
    expect(await again.moving.state()).not.toBeNull();
    await expect(
      copyStorage({
        fromName: 'mongo-redis',
        from: source.moving,
        to: again.moving,
        now: clock.now(),
        progress: silent,
      }),
    ).rejects.toThrow('an unfinished copy from sqlite');
    await copy(source.moving, again.moving);
    await filled.expectIn(again);
    await Promise.all([source.close(), again.close()]);
  },
);

test('a source that changes meanwhile is found out, and the target stays marked', async () => {
  const [source, target] = [await open(), await open()];
  await fillStorage(source, clock);
  const changing: Moving = {
    ...source.moving,
    read: async (table, from, asOf) => {
      if (table === 'rateLimits') await source.accounts.update('first' as AccountId, renamed);
      return source.moving.read(table, from, asOf);
    },
  };
  await expect(copy(changing, target.moving)).rejects.toThrow(CopyRefused);
  expect(await target.moving.state()).not.toBeNull();
  await Promise.all([source.close(), target.close()]);
});

const renamed = (account: ReturnType<typeof testAccount>) => ({ account: { ...account, nickname: 'changed' } });
