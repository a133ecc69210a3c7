/** The service on a tree that nobody may write, as in a read-only container: only its data folder changes. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, cp, mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { freePort } from '../support/free-ports.ts';

const root = join(import.meta.dirname, '../..');
const nobody = 65_534;
const readyMs = 30_000;
let parent: string;
let tree: string;
let dataDir: string;

/** The program without write permission for anybody; the superuser, whom no permission stops, becomes nobody. */
beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'avain-read-only-'));
  tree = join(parent, 'tree');
  dataDir = join(parent, 'data');
  await mkdir(tree);
  for (const part of ['bin', 'config', 'src', 'views', 'package.json']) {
    await cp(join(root, part), join(tree, part), { recursive: true });
  }
  await symlink(join(root, 'node_modules'), join(tree, 'node_modules'));
  await mkdir(dataDir, { mode: 0o700 });
  for (const entry of await readdir(tree, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink()) await chmod(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o555 : 0o444);
  }
  await chmod(tree, 0o555);
  await chmod(parent, 0o755);
  if (process.getuid?.() === 0) await chown(dataDir, nobody, nobody);
});
afterAll(async () => {
  for (const entry of await readdir(tree, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) await chmod(join(entry.parentPath, entry.name), 0o755);
  }
  await chmod(tree, 0o755);
  await rm(parent, { recursive: true, force: true });
});

async function isReady(origin: string): Promise<boolean> {
  return fetch(`${origin}/health/ready`).then(
    ({ ok }) => ok,
    () => false,
  );
}

test('it starts, writes to the data folder only, shows its pages, and ends with 0', async () => {
  const port = await freePort();
  const child = spawn(process.execPath, ['bin/avain.mjs', 'serve'], {
    cwd: tree,
    env: { PATH: process.env['PATH'], HOME: '/nonexistent', AVAIN_PORT: String(port), AVAIN_DATA_DIR: dataDir },
    stdio: ['ignore', 'ignore', 'pipe'],
    ...(process.getuid?.() === 0 && { uid: nobody, gid: nobody }),
  });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += String(chunk);
  });
  const exit = once(child, 'exit');
  const origin = `http://localhost:${port}`;
  const deadline = Date.now() + readyMs;
  while (!(await isReady(origin)) && child.exitCode === null && Date.now() < deadline) await sleep(50);
  expect(said).toBe('');
  expect((await fetch(`${origin}/`)).status).toBe(200);
  expect(await readdir(dataDir)).toEqual(expect.arrayContaining(['avain.db', 'expiring.db', 'secrets']));
  child.kill('SIGTERM');
  expect(await exit).toEqual([0, null]);
});
