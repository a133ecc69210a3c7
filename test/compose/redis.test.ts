/** The Redis of compose.yaml, started by its own command with its own settings, on whatever Redis this machine has. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { root } from '../docs/pages.ts';
import { describeWithStores } from '../support/describe-with-stores.ts';
import { freePort } from '../support/free-ports.ts';
import { service } from './stack.ts';

describeWithStores('the Redis of compose.yaml', () => {
  const folder = mkdtempSync(join(tmpdir(), 'avain-compose-redis-'));
  let server: ChildProcess;
  let port: number;

  const password = () => readFileSync(join(folder, 'redis-password'), 'utf8');
  const ask = (env: Record<string, string>, ...words: string[]) =>
    execFileSync('redis-cli', ['-p', String(port), ...words], {
      encoding: 'utf8',
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();

  beforeAll(async () => {
    execFileSync(join(root, 'compose/make-secrets.sh'), [folder]);
    const settings = readFileSync(join(root, 'compose/redis.conf'), 'utf8').replace(/^dir .*$/m, `dir ${folder}`);
    writeFileSync(join(folder, 'redis.conf.ours'), settings);
    port = await freePort();
    const [shell = '', flags = '', script = ''] = service('redis').command ?? [];
    const here = script
      // As Compose reads it: two dollars are one.
      .replaceAll('$$', '$')
      .replaceAll('/usr/local/etc/redis/redis.conf', join(folder, 'redis.conf.ours'))
      .replaceAll('/run/secrets', folder)
      .replaceAll('/tmp/redis.conf', join(folder, 'redis.conf'))
      .replace(/^exec .*$/m, (start) => `${start} --port ${port} --bind 127.0.0.1`);
    server = spawn(shell, [flags, here], { stdio: ['ignore', 'ignore', 'inherit'] });
    process.once('exit', () => server.kill('SIGKILL'));
    for (const deadline = Date.now() + 10_000; Date.now() < deadline && server.exitCode === null; await sleep(50)) {
      if (isUp()) return;
    }
    throw new Error('it did not start');
  });
  afterAll(async () => {
    if (server.exitCode === null) {
      const ended = once(server, 'exit');
      server.kill('SIGKILL');
      await ended;
    }
    rmSync(folder, { recursive: true, force: true });
  });

  const isUp = () => {
    try {
      return ask({}, 'ping') !== '';
    } catch {
      return false;
    }
  };

  test('asks everybody for the password of the secret', () => {
    expect(ask({}, 'get', 'anything')).toContain('NOAUTH');
    expect(ask({ REDISCLI_AUTH: password() }, 'ping')).toBe('PONG');
  });

  test('keeps its data over a restart and evicts nothing, as Avain asks at its start', () => {
    const setting = (name: string) => ask({ REDISCLI_AUTH: password() }, 'config', 'get', name).split('\n')[1];
    expect(setting('appendonly')).toBe('yes');
    expect(setting('appendfsync')).toBe('everysec');
    expect(setting('maxmemory-policy')).toBe('noeviction');
  });

  test('is well by its own health check, and tells its password to nobody who lists the processes', () => {
    const [, shell = '', flags = '', check = ''] = service('redis').healthcheck?.test ?? [];
    const here = check
      .replaceAll('$$', '$')
      .replaceAll('/run/secrets', folder)
      .replace('redis-cli', `redis-cli -p ${port}`);
    expect(() => execFileSync(shell, [flags, here], { stdio: 'ignore' })).not.toThrow();
    expect(() => execFileSync(shell, [flags, here.replace(String(port), '1')], { stdio: 'ignore' })).toThrow();
    const listed = execFileSync('ps', ['-o', 'args=', '-p', String(server.pid)], { encoding: 'utf8' });
    expect(listed).toContain('redis-server');
    expect(listed).not.toContain(password());
  });
});
