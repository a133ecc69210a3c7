/**
 * Real servers for tests of the second storage: one that speaks MongoDB's protocol, Redis, and Redis Cluster of three
 * nodes, each a child process on loopback with data of its own. Where a server is not installed its suites are left
 * out loudly; under CI that is a failure (.ci/run installs them).
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-ports.ts';

/** Compatible with MongoDB (wire protocol of 8.2): what it passes is "tested against a compatible server". */
export const mongoServerVersion = '0.5.3-beta.196';

const mongoServer =
  process.env['AVAIN_TEST_MONGO_SERVER'] ??
  join(homedir(), `.cache/avain/secantus-${mongoServerVersion}/bin/secantusd-rs`);
const redisServer = process.env['AVAIN_TEST_REDIS_SERVER'] ?? 'redis-server';

export type StoreServer = {
  readonly url: string;
  readonly port: number;
  readonly process: ChildProcess;
  /** SIGKILL, as a crash; the data stays for `start`. */
  kill(): Promise<void>;
  /** Again on the same port and data. */
  start(): Promise<void>;
  /** SIGSTOP: connections stay open and nothing answers. */
  freeze(): void;
  thaw(): void;
  /** Ends it and deletes its data. */
  stop(): Promise<void>;
};

/** Names of the servers that this machine lacks. */
export function missingStoreServers(): readonly string[] {
  const missing = [];
  if (!existsSync(mongoServer)) missing.push('a MongoDB-compatible server');
  try {
    execFileSync(redisServer, ['--version'], { stdio: 'ignore' });
  } catch {
    missing.push('redis-server');
  }
  return missing;
}

export async function startMongo(): Promise<StoreServer> {
  const port = await freePort();
  return startServer(port, `mongodb://127.0.0.1:${port}/`, (dir) => [
    mongoServer,
    // Always --sync-on-commit: without it a kill loses acknowledged writes.
    ...[
      '--host',
      '127.0.0.1',
      '--port',
      String(port),
      '--storage-path',
      dir,
      '--sync-on-commit',
      '--log-level',
      'ERROR',
    ],
  ]);
}

/** With the settings that Avain asks for: an append-only file, nothing evicted. */
export async function startRedis(extra: readonly string[] = []): Promise<StoreServer> {
  const port = await freePort();
  return startServer(port, `redis://127.0.0.1:${port}`, (dir) => redisArguments(port, dir, extra));
}

/** Three primaries without replicas; `url` is a list for `clusterNodes`, with commas. */
export async function startRedisCluster(): Promise<{ readonly urls: readonly string[]; stop(): Promise<void> }> {
  const nodes: StoreServer[] = [];
  const busPorts: number[] = [];
  for (let index = 0; index < 3; index += 1) {
    const busPort = await freePort();
    busPorts.push(busPort);
    nodes.push(
      await startRedis([
        '--cluster-enabled',
        'yes',
        '--cluster-port',
        String(busPort),
        '--cluster-node-timeout',
        '2000',
      ]),
    );
  }
  const command = (node: StoreServer, ...words: string[]) =>
    execFileSync('redis-cli', ['-p', String(node.port), ...words], { encoding: 'utf8' });
  const share = Math.ceil(16_384 / nodes.length);
  for (const [index, node] of nodes.entries()) {
    const last = Math.min((index + 1) * share, 16_384) - 1;
    command(node, 'cluster', 'addslotsrange', String(index * share), String(last));
    const [first] = nodes;
    if (first && node !== first) {
      command(node, 'cluster', 'meet', '127.0.0.1', String(first.port), String(busPorts[0]));
    }
  }
  const whole = (node: StoreServer) =>
    command(node, 'cluster', 'info').includes('cluster_state:ok') &&
    command(node, 'cluster', 'nodes').trim().split('\n').length === nodes.length;
  while (!nodes.every(whole)) await sleep(50);
  return {
    urls: nodes.map(({ url }) => url),
    stop: async () => void (await Promise.all(nodes.map((node) => node.stop()))),
  };
}

function redisArguments(port: number, dir: string, extra: readonly string[]): string[] {
  const settings = ['--port', String(port), '--bind', '127.0.0.1', '--dir', dir, '--save', '', '--loglevel', 'warning'];
  return [redisServer, ...settings, '--appendonly', 'yes', '--maxmemory-policy', 'noeviction', ...extra];
}

async function startServer(port: number, url: string, argumentsIn: (dir: string) => string[]): Promise<StoreServer> {
  const dir = await mkdtemp(join(tmpdir(), 'avain-store-'));
  let child: ChildProcess;
  const start = async () => {
    const [program = '', ...rest] = argumentsIn(dir);
    child = spawn(program, rest, { stdio: ['ignore', 'ignore', 'inherit'] });
    // A test run that is killed must not leave servers behind.
    const orphaned = () => child.kill('SIGKILL');
    process.once('exit', orphaned);
    child.once('exit', () => process.off('exit', orphaned));
    await untilListening(port, child);
  };
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill(signal);
    await exit;
  };
  await start();
  return {
    url,
    port,
    get process() {
      return child;
    },
    kill: () => end('SIGKILL'),
    start,
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    stop: async () => {
      await end('SIGKILL');
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function untilListening(port: number, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await isListening(port))) {
    if (child.exitCode !== null) throw new Error(`a store server ended with ${child.exitCode}`);
    if (Date.now() > deadline) throw new Error(`no store server on port ${port}`);
    await sleep(20);
  }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
