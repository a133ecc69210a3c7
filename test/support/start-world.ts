/**
 * Starts the real programs for a test, as child processes on ports of their own: the whole demo world, or Avain with the
 * mailbox and the broker only. Nothing that imports oidc-provider is loaded inside Jest.
 */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addresses, type DemoAddresses } from '../../src/demo/ports.ts';
import { createPrograms, ended, freeOffset, worldEnvironment } from './programs.ts';

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

/** What the stories need to know of where they happen. */
export type Site = Pick<World, 'addresses' | 'issuer' | 'dataDir'>;

export type WorldOptions = {
  /** `service` = Avain, mailbox and broker (faster); `demo` = everything, by the README's own command. */
  readonly kind?: 'service' | 'demo';
  /** Default `never`: no draws, so that a story is the same every time. */
  readonly chance?: 'always' | 'never' | 'policy';
  /** May depend on by how much the world's ports are moved, and prepare its data. */
  readonly env?:
    | NodeJS.ProcessEnv
    | ((offset: number, dataDir: string) => NodeJS.ProcessEnv | Promise<NodeJS.ProcessEnv>);
  /** Modules of test/support that every program loads first. */
  readonly imports?: readonly string[];
  readonly shiftMs?: number;
};

const root = join(import.meta.dirname, '../..');

export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const { kind = 'service', chance = 'never' } = options;
  const offset = await freeOffset();
  const dataDir = await mkdtemp(join(tmpdir(), 'avain-test-'));
  const extra = typeof options.env === 'function' ? await options.env(offset, dataDir) : options.env;
  const env = worldEnvironment(offset, dataDir, { CHANCE: chance, ...extra });
  const at = addresses(env);
  const programs = createPrograms(env, options.imports);
  const { start, untilReady, output } = programs;
  const issuer = `http://localhost:${at.avain.port}`;
  const shifted = (shiftMs = 0): string[] =>
    shiftMs === 0 ? [] : ['--import', join(root, 'test/support/shift-clock.mjs')];
  const startAvain = async (shiftMs = 0, extra: NodeJS.ProcessEnv = {}): Promise<ChildProcess> => {
    const child = start([...shifted(shiftMs), 'bin/avain.mjs', 'serve'], {
      TEST_CLOCK_SHIFT_MS: String(shiftMs),
      ...extra,
    });
    await untilReady(`${issuer}/health/ready`, child);
    return child;
  };
  const startBroker = async (shiftMs = 0): Promise<ChildProcess> => {
    const child = start([...shifted(shiftMs), 'src/demo/broker/main.ts'], { TEST_CLOCK_SHIFT_MS: String(shiftMs) });
    // Its start page: not every dialect has discovery.
    await untilReady(at.broker.origin, child);
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
    for (const url of [`${issuer}/health/ready`, ...portals, at.startPage.origin]) await untilReady(url, world);
  } else {
    await once(start(['test/support/seed.ts']), 'exit');
    const mailbox = start(['src/demo/mailbox/main.ts']);
    const brokerStart = startBroker();
    await untilReady(`${at.mailbox.origin}/api/messages`, mailbox);
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
      await programs.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
