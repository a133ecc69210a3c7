/** `avain storage copy` as an operator meets it when something is not as it should be: words, no stack, exit 1. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openSqliteStorage } from '../../src/storage/sqlite/open.ts';
import { testClock } from '../support/storage.ts';

const root = join(import.meta.dirname, '../..');
const dataDir = mkdtempSync(join(tmpdir(), 'avain-cli-copy-'));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

const avain = (args: readonly string[], env: NodeJS.ProcessEnv = {}) => {
  const { NODE_OPTIONS: _options, ...own } = process.env;
  const done = spawnSync(process.execPath, ['bin/avain.mjs', ...args], {
    cwd: root,
    env: { ...own, AVAIN_DATA_DIR: dataDir, ...env },
    encoding: 'utf8',
  });
  return { status: done.status, told: done.stderr };
};
const copy = ['storage', 'copy', '--from', 'sqlite', '--to', 'mongo-redis'];
/** Addresses at which nobody listens. */
const nowhere = { AVAIN_MONGO_URL: 'mongodb://127.0.0.1:1/', AVAIN_REDIS_URL: 'redis://127.0.0.1:2' };

// The development profile makes its secrets at a start, and `copy` writes none.
beforeAll(() => {
  const made = avain(['serve'], { AVAIN_STORAGE: 'mongo-redis', ...nowhere });
  expect(made.told).toContain('MongoDB at 127.0.0.1:1 cannot be used');
});

test('a storage that is not configured is named with its keys', () => {
  const { status, told } = avain(copy);
  expect(status).toBe(1);
  expect(told).toBe(
    'mongo-redis cannot be opened: storage.mongo and storage.redis are not set (AVAIN_MONGO_URL, AVAIN_REDIS_URL)\n',
  );
});

test('a server that is away is named, with what was found', () => {
  const { status, told } = avain(copy, nowhere);
  expect(status).toBe(1);
  expect(told).toMatch(/^mongo-redis cannot be opened: MongoDB at 127\.0\.0\.1:1 cannot be used: .*\n$/);
});

test('a data folder that Avain serves from at this moment is not copied', async () => {
  const serving = await openSqliteStorage({ directory: dataDir, clock: testClock() });
  const { status, told } = avain(copy, nowhere);
  await serving.close();
  expect(status).toBe(1);
  expect(told).toMatch(/^sqlite cannot be opened: .*\n$/);
});

test('a kind that there is not is refused with those that there are', () => {
  const { status, told } = avain(['storage', 'copy', '--from', 'sqlite', '--to', 'oracle']);
  expect([status, told]).toEqual([1, expect.stringContaining('Allowed choices are sqlite, mongo-redis')]);
});
