/** From the start of a process until its first useful answer. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addresses } from '../../src/demo/ports.ts';
import { freePort } from '../support/free-ports.ts';
import { median } from './median.ts';
import { benchEnvironment, root, untilReady } from './server.ts';
import { type StorageKind, startStores } from './stores.ts';
import { startAvain } from './subjects.ts';

const starts = 5;
/** Where blocks of ports are tried: above the demo world's own, below those of outgoing connections. */
const firstOffset = 11_000;
const offsets = 30;

async function inNewFolder<T>(work: (dataDir: string) => Promise<T>): Promise<T> {
  const dataDir = await mkdtemp(join(tmpdir(), 'avain-bench-'));
  try {
    return await work(dataDir);
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Avain alone on a folder that has been used before; the middle of five starts. */
export async function measureReady(storage: StorageKind): Promise<number> {
  const stores = await startStores(storage);
  const readyMs = await inNewFolder(async (dataDir) => {
    const env = {
      ...stores.env,
      ...benchEnvironment(),
      AVAIN_DATA_DIR: dataDir,
      AVAIN_PORT: String(await freePort()),
    };
    await (await startAvain(env)).stop();
    const times: number[] = [];
    for (let start = 0; start < starts; start += 1) {
      const server = await startAvain(env);
      times.push(server.readyMs);
      await server.stop();
    }
    return median(times);
  });
  await stores.stop();
  return readyMs;
}

/** `npm start` on a new folder, until the start page, which comes last, is there. */
export function measureWorldReady(): Promise<number> {
  return inNewFolder(async (dataDir) => {
    const offset = firstOffset + 600 * Math.floor(Math.random() * offsets);
    const env = { ...benchEnvironment(), AVAIN_DATA_DIR: dataDir, PORT_OFFSET: String(offset) };
    const startedAt = performance.now();
    const world = spawn('npm', ['start'], { cwd: root, env, stdio: 'ignore' });
    const exit = once(world, 'exit');
    try {
      await untilReady(addresses(env).startPage.origin, () => world.exitCode !== null);
      return performance.now() - startedAt;
    } finally {
      world.kill('SIGTERM');
      await exit;
    }
  });
}
