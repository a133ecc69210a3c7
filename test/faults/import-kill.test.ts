/** `kill -9` in the middle of an import: the same command again finishes it, and nobody is there twice. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { runAvain } from '../cli/avain.ts';
import { rounds } from '../support/heavy.ts';
import { countIn, rowsIn } from './at-once.ts';

const rows = rounds(3_000, 100_000);
const kills = rounds(3, 6);

const dir = mkdtempSync(join(tmpdir(), 'avain-import-kill-'));
const file = join(dir, 'users.csv');
// Hashing all these at full cost would take half an hour; what is proved here is another thing.
const env = { AVAIN_DATA_DIR: join(dir, 'data'), AVAIN_ARGON2: '7168,5,1' };
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const importing = ['import', 'users', file, '--source', 'vanha', '--json'];

beforeAll(async () => {
  const handle = await open(file, 'w');
  await handle.write('email,hash,nickname\r\n');
  for (let from = 0; from < rows; from += 1_000) {
    const lines = Array.from({ length: 1_000 }, (_, index) => {
      const hash = index % 100 > 0 ? '' : `digest$md5$password$$${String(from + index).padStart(32, '0')}`;
      return `person-${from + index}@vanha.example,${hash},"Henkilö, ${from + index}"\r\n`;
    });
    await handle.write(lines.join(''));
  }
  await handle.close();
  // The development profile makes its secrets at a start, even at one that fails for want of its stores.
  const nowhere = { AVAIN_MONGO_URL: 'mongodb://127.0.0.1:1/', AVAIN_REDIS_URL: 'redis://127.0.0.1:2' };
  expect(runAvain(['serve'], { ...env, AVAIN_STORAGE: 'mongo-redis', ...nowhere }).status).toBe(1);
});

/** Kills the import a moment after it has stored something new. */
async function killed(): Promise<number> {
  const before = stored();
  const { NODE_OPTIONS: _options, ...own } = process.env;
  const root = join(import.meta.dirname, '../..');
  const child = spawn(process.execPath, ['bin/avain.mjs', ...importing], {
    cwd: root,
    env: { ...own, ...env },
    stdio: 'ignore',
  });
  const exit = once(child, 'exit');
  while (!hasStoredMoreThan(before) && child.exitCode === null) await sleep(20);
  await sleep(Math.random() * 50);
  child.kill('SIGKILL');
  const [code] = await exit;
  expect(code).toBeNull();
  return stored();
}

function stored(): number {
  const isThere = existsSync(join(env.AVAIN_DATA_DIR, 'avain.db'));
  return isThere ? countIn(env.AVAIN_DATA_DIR, 'avain.db', 'SELECT count(*) FROM accounts') : 0;
}

/** False too while a process that opens the files has them to itself. */
function hasStoredMoreThan(before: number): boolean {
  try {
    return stored() > before;
  } catch {
    return false;
  }
}

function expectWhole(): void {
  expect(rowsIn(env.AVAIN_DATA_DIR, 'avain.db', 'PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
  const count = stored();
  for (const sql of [
    'SELECT count(*) FROM account_emails',
    "SELECT count(*) FROM audit WHERE event = 'account.imported'",
    'SELECT count(DISTINCT account_id) FROM audit',
    "SELECT count(DISTINCT body ->> '$.email') FROM accounts",
  ]) {
    expect([sql, countIn(env.AVAIN_DATA_DIR, 'avain.db', sql)]).toEqual([sql, count]);
  }
}

test('each kill leaves whole accounts, and the last run brings the rest', async () => {
  for (let kill = 0; kill < kills; kill += 1) {
    const left = await killed();
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThan(rows);
    expectWhole();
  }
  const cut = JSON.parse(runAvain(['import', 'status', '--source', 'vanha', '--json'], env).out);
  expect(cut).toMatchObject({ lastRun: { finishedAt: null }, accounts: stored() });
  const there = stored();
  const { status, out } = runAvain(importing, env, 0, rounds(240_000, 1_200_000));
  expect(status).toBe(0);
  expect(JSON.parse(out).outcomes).toMatchObject({ accepted: rows - there, 'already-there': there, duplicate: 0 });
  expect(stored()).toBe(rows);
  expectWhole();
}, 1_800_000);
