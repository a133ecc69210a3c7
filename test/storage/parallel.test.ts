/** One process per data directory, and real parallelism within it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { openSqliteStorage } from '../../src/storage/sqlite/open.ts';
import { testAccount, testAudit, testClock } from '../support/storage.ts';

const root = mkdtempSync(join(tmpdir(), 'avain-parallel-'));
const freshDirectory = () => mkdtempSync(join(root, 'data-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

const script = fileURLToPath(new URL('./second-opener.ts', import.meta.url));
const inUse = 'is in use by another Avain process';

/** Starts another process on the directory; resolves to the process and the line it says. */
async function openElsewhere(directory: string): Promise<{ child: ChildProcess; said: string }> {
  const child = spawn(process.execPath, [script, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const [chunk] = await once(child.stdout, 'data');
  return { child, said: String(chunk).trim() };
}

describe('one process per data directory', () => {
  test('a second process is refused and told why; the first goes on', async () => {
    const directory = freshDirectory();
    const storage = await openSqliteStorage({ directory, clock: testClock() });
    const { said } = await openElsewhere(directory);
    expect(said).toBe(`${directory} ${inUse}; one data directory serves one process`);
    await storage.accounts.create(testAccount(), {});
    await storage.close();
  });

  test('a second opening in the same process is refused too, and does not break the lock', async () => {
    const directory = freshDirectory();
    const storage = await openSqliteStorage({ directory, clock: testClock() });
    await expect(openSqliteStorage({ directory, clock: testClock() })).rejects.toThrow(inUse);
    const { said } = await openElsewhere(directory);
    expect(said).toContain(inUse);
    await storage.close();
    await (await openSqliteStorage({ directory, clock: testClock() })).close();
  });

  test('a worker thread of the same process is refused too', async () => {
    const directory = freshDirectory();
    const storage = await openSqliteStorage({ directory, clock: testClock() });
    const worker = new Worker(script, { argv: [directory], stdout: true });
    const [chunk] = await once(worker.stdout, 'data');
    await worker.terminate();
    expect(String(chunk)).toContain(inUse);
    await storage.close();
  });

  test('the lock frees itself when its holder is killed', async () => {
    const directory = freshDirectory();
    const { child, said } = await openElsewhere(directory);
    expect(said).toBe('opened');
    await expect(openSqliteStorage({ directory, clock: testClock() })).rejects.toThrow(inUse);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await (await openSqliteStorage({ directory, clock: testClock() })).close();
  });
});

test('many changes of different kinds at once keep every count', async () => {
  const storage = await openSqliteStorage({ directory: freshDirectory(), clock: testClock() });
  const accounts = Array.from({ length: 10 }, () => testAccount());
  await Promise.all(accounts.map((account) => storage.accounts.create(account, {})));
  const work = Array.from({ length: 50 }, (_, index) => [
    ...accounts.map(({ id }) =>
      storage.accounts.update(id, (before) => ({
        account: { ...before, codeProvedAt: (before.codeProvedAt ?? 0) + 1 },
        effects: { audit: [testAudit({ accountId: id })] },
      })),
    ),
    storage.limits.hit('key', 1_000),
    storage.artifacts.upsert('Session', `${index}`, 'payload', { uid: `${index % 7}` }, null),
  ]);
  await Promise.all(work.flat());
  for (const { id } of accounts)
    expect(await storage.accounts.byId(id)).toMatchObject({ version: 51, codeProvedAt: 50 });
  expect(await storage.audit.list({ limit: 1_000 })).toHaveLength(500);
  expect((await storage.limits.peek('key')).count).toBe(50);
  await storage.close();
});
