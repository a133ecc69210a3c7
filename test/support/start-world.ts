/**
 * Starts the real programs for a test, as child processes on ports of their own: the whole demo world, or Avain with the
 * mailbox and the broker only. Nothing that imports oidc-provider is loaded inside Jest.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { addresses, type DemoAddresses } from '../../src/demo/ports.ts';
import { isFree } from './free-ports.ts';

export type World = {
  readonly addresses: DemoAddresses;
  readonly issuer: string;
  readonly dataDir: string;
  readonly env: NodeJS.ProcessEnv;
  /** What the programs printed so far. */
  output(): string;
  /** The Avain process, for tests that stop, freeze or kill it; undefined when the whole world runs under its supervisor. */
  readonly avain: ChildProcess | undefined;
  /** Starts Avain again on the same data; `shiftMs` moves its clock. */
  restartAvain(options?: { shiftMs?: number; signal?: NodeJS.Signals; env?: NodeJS.ProcessEnv }): Promise<void>;
  /** Ends the broker, which forgets its visitors: an outage, until `restartBroker`. */
  stopBroker(): Promise<void>;
  restartBroker(options?: { shiftMs?: number }): Promise<void>;
  stop(): Promise<void>;
};

export type WorldOptions = {
  /** `service` = Avain, mailbox and broker (faster); `demo` = everything, by the README's own command. */
  readonly kind?: 'service' | 'demo';
  /** Default `never`: no draws, so that a story is the same every time. */
  readonly chance?: 'always' | 'never' | 'policy';
  /** May depend on by how much the world's ports are moved. */
  readonly env?: NodeJS.ProcessEnv | ((offset: number) => NodeJS.ProcessEnv);
  /** Modules of test/support that every program loads first. */
  readonly imports?: readonly string[];
  readonly shiftMs?: number;
};

const root = join(import.meta.dirname, '../..');
const readyMs = 60_000;

/** A free block of ports: Avain's own port of the block is tried, and held by nobody. */
async function freeOffset(): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const offset = 8_000 + Math.floor(Math.random() * 21_000);
    const ports = [3000, 3100, 3200, 3201, 3202, 3400, 3500, 3525].map((port) => port + offset);
    if ((await Promise.all(ports.map(isFree))).every(Boolean)) return offset;
  }
  throw new Error('no free block of ports');
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
}

async function untilReady(url: string, child: ChildProcess, output: () => string): Promise<void> {
  const deadline = Date.now() + readyMs;
  while (!(await answers(url))) {
    if (child.exitCode !== null) throw new Error(`exited with ${child.exitCode} before it was ready:\n${output()}`);
    if (Date.now() > deadline) throw new Error(`not ready in time: ${url}\n${output()}`);
    await sleep(50);
  }
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill(signal);
  await exit;
}

export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const { kind = 'service', chance = 'never' } = options;
  const offset = await freeOffset();
  const dataDir = await mkdtemp(join(tmpdir(), 'avain-test-'));
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    PORT_OFFSET: String(offset),
    AVAIN_DATA_DIR: dataDir,
    AVAIN_CLIENTS_DIR: join(root, 'test/support/clients'),
    AVAIN_LOG_LEVEL: 'debug',
    AVAIN_DEMO_VERBOSE: '1',
    CHANCE: chance,
    // Fast hashes: what is tested is what happens around them.
    AVAIN_ARGON2: '7168,1,1',
    ...(typeof options.env === 'function' ? options.env(offset) : options.env),
  };
  delete env.NODE_OPTIONS;
  const at = addresses(env);
  const printed: string[] = [];
  const output = () => printed.join('');
  const children: ChildProcess[] = [];
  const start = (args: readonly string[], extra: NodeJS.ProcessEnv = {}): ChildProcess => {
    const imports = (options.imports ?? []).flatMap((file) => ['--import', join(root, 'test/support', file)]);
    const child = spawn(process.execPath, [...imports, ...args], {
      cwd: root,
      env: { ...env, ...extra },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout?.on('data', (chunk) => printed.push(String(chunk)));
    child.stderr?.on('data', (chunk) => printed.push(String(chunk)));
    children.push(child);
    return child;
  };
  const issuer = `http://localhost:${at.avain.port}`;
  const shifted = (shiftMs = 0): string[] =>
    shiftMs === 0 ? [] : ['--import', join(root, 'test/support/shift-clock.mjs')];
  const startAvain = async (shiftMs = 0, extra: NodeJS.ProcessEnv = {}): Promise<ChildProcess> => {
    const child = start([...shifted(shiftMs), 'bin/avain.mjs', 'serve'], {
      TEST_CLOCK_SHIFT_MS: String(shiftMs),
      ...extra,
    });
    await untilReady(`${issuer}/health/ready`, child, output);
    return child;
  };
  const startBroker = async (shiftMs = 0): Promise<ChildProcess> => {
    const child = start([...shifted(shiftMs), 'src/demo/broker/main.ts'], { TEST_CLOCK_SHIFT_MS: String(shiftMs) });
    await untilReady(`${at.broker.origin}/.well-known/openid-configuration`, child, output);
    return child;
  };
  let avain: ChildProcess | undefined;
  let broker: ChildProcess | undefined;
  const stopBroker = async (): Promise<void> => {
    if (!broker) throw new Error('the supervisor owns this broker');
    await ended(broker, 'SIGTERM');
  };
  if (kind === 'demo') {
    const world = start(['bin/demo-world.mjs']);
    // By port: under names of their own (hosts.test.ts) only browsers find them.
    const portals = [at.oima, at.oimaApu, at.kuitti].map(({ port }) => `http://localhost:${port}`);
    for (const url of [`${issuer}/health/ready`, ...portals, at.startPage.origin]) await untilReady(url, world, output);
  } else {
    await once(start(['test/support/seed.ts']), 'exit');
    const mailbox = start(['src/demo/mailbox/main.ts']);
    const brokerStart = startBroker();
    await untilReady(`${at.mailbox.origin}/api/messages`, mailbox, output);
    broker = await brokerStart;
    avain = await startAvain(options.shiftMs);
  }
  return {
    addresses: at,
    issuer,
    dataDir,
    env,
    output,
    get avain() {
      return avain;
    },
    restartAvain: async ({ shiftMs = 0, signal = 'SIGTERM', env: extra = {} } = {}) => {
      if (!avain) throw new Error('the supervisor owns this Avain');
      await ended(avain, signal);
      avain = await startAvain(shiftMs, extra);
    },
    stopBroker,
    restartBroker: async ({ shiftMs = 0 } = {}) => {
      await stopBroker();
      broker = await startBroker(shiftMs);
    },
    stop: async () => {
      await Promise.all(children.map((child) => ended(child, 'SIGTERM')));
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
