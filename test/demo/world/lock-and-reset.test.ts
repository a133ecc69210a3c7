import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { demoConfig } from '../../../src/demo/demo-config.ts';
import { lockFile, takeLock } from '../../../src/demo/world/lock.ts';
import { resetWorld } from '../../../src/demo/world/reset.ts';

describe('the data folder', () => {
  let dataDir: string;
  const config = () => demoConfig({ AVAIN_DATA_DIR: dataDir, AVAIN_MOVED_PORTS: '3000:7230' });
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'avain-world-'));
  });
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

  test('belongs to one world at a time, and is free again after it', () => {
    const release = takeLock(dataDir);
    expect(readFileSync(lockFile(dataDir), 'utf8')).toBe(`${process.pid}\n`);
    release();
    expect(existsSync(lockFile(dataDir))).toBe(false);
  });

  test('is refused, and not reset, while a living world has it; a dead one’s lock is taken over', async () => {
    const world = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 30000)', 'demo-world']);
    await once(world, 'spawn');
    writeFileSync(lockFile(dataDir), `${world.pid}\n`);
    expect(() => takeLock(dataDir)).toThrow(`already runs with ${dataDir} (process ${world.pid})`);
    await expect(resetWorld(config())).rejects.toThrow('stop it first');
    world.kill('SIGKILL');
    await once(world, 'exit');
    takeLock(dataDir)();
  });

  test('a reused process id is not a world', () => {
    // Process 1 lives always and is none of ours.
    writeFileSync(lockFile(dataDir), '1\n');
    if (existsSync('/proc/1/cmdline')) takeLock(dataDir)();
    else expect(() => takeLock(dataDir)).toThrow('already runs');
  });

  test('is emptied by a reset, secrets too', async () => {
    mkdirSync(join(dataDir, 'secrets'));
    writeFileSync(join(dataDir, 'secrets', 'master-key'), 'x');
    writeFileSync(join(dataDir, 'avain.db-wal'), 'x');
    await resetWorld(config());
    expect(readdirSync(dataDir)).toEqual([]);
    await resetWorld(demoConfig({ ...config().env, AVAIN_DATA_DIR: join(dataDir, 'absent') }));
  });

  test('is not emptied while something listens on Avain’s port', async () => {
    writeFileSync(join(dataDir, 'avain.db'), 'x');
    const server = createServer().listen(7230, '127.0.0.1');
    await once(server, 'listening');
    await expect(resetWorld(config())).rejects.toThrow("Avain's port 7230");
    server.close();
    expect(readdirSync(dataDir)).toEqual(['avain.db']);
  });

  test('is not emptied when it is somebody else’s', async () => {
    writeFileSync(join(dataDir, 'thesis.txt'), 'x');
    await expect(resetWorld(config())).rejects.toThrow('does not look like a data folder');
    expect(readdirSync(dataDir)).toEqual(['thesis.txt']);
  });
});
