/** Starts the house's own programs for a test, as child processes that share one environment, and ends them all. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isFree } from './free-ports.ts';

const root = join(import.meta.dirname, '../..');
const readyMs = 60_000;

export type Programs = {
  /** `args` as for node, `extra` on top of the environment. */
  start(args: readonly string[], extra?: NodeJS.ProcessEnv): ChildProcess;
  /** Resolves when the address says 200; throws what was printed if the program ends before or takes too long. */
  untilReady(url: string, child: ChildProcess): Promise<void>;
  /** What all of them printed so far. */
  output(): string;
  stop(): Promise<void>;
};

/** `imports`: modules of test/support that every program loads first. */
export function createPrograms(env: NodeJS.ProcessEnv, imports: readonly string[] = []): Programs {
  const printed: string[] = [];
  const children: ChildProcess[] = [];
  const loaded = imports.flatMap((file) => ['--import', join(root, 'test/support', file)]);
  return {
    start: (args, extra = {}) => {
      const child = spawn(process.execPath, [...loaded, ...args], {
        cwd: root,
        env: { ...env, ...extra },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      child.stdout.on('data', (chunk) => printed.push(String(chunk)));
      child.stderr.on('data', (chunk) => printed.push(String(chunk)));
      children.push(child);
      return child;
    },
    untilReady: (url, child) => untilReady(url, child, () => printed.join('')),
    output: () => printed.join(''),
    stop: async () => void (await Promise.all(children.map((child) => ended(child, 'SIGTERM')))),
  };
}

async function untilReady(url: string, child: ChildProcess, output: () => string): Promise<void> {
  const deadline = Date.now() + readyMs;
  while (!(await answers(url))) {
    if (child.exitCode !== null) throw new Error(`exited with ${child.exitCode} before it was ready:\n${output()}`);
    if (Date.now() > deadline) throw new Error(`not ready in time: ${url}\n${output()}`);
    await sleep(50);
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
}

/** Sends the signal and waits for the end; nothing to do where it has ended. */
export async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill(signal);
  await exit;
}

/** A free block of ports: each one that a program of the demo world takes is tried, and held by nobody. */
export async function freeOffset(): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const offset = 8_000 + Math.floor(Math.random() * 21_000);
    const ports = [3000, 3100, 3200, 3201, 3202, 3400, 3500, 3525].map((port) => port + offset);
    if ((await Promise.all(ports.map(isFree))).every(Boolean)) return offset;
  }
  throw new Error('no free block of ports');
}

/** What every world of a test has: ports and data of its own, the test clients, hashes that are fast. */
export function worldEnvironment(offset: number, dataDir: string, extra: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    PORT_OFFSET: String(offset),
    AVAIN_DATA_DIR: dataDir,
    AVAIN_CLIENTS_DIR: join(root, 'test/support/clients'),
    AVAIN_LOG_LEVEL: 'debug',
    AVAIN_DEMO_VERBOSE: '1',
    CHANCE: 'never',
    // What is tested is what happens around the hashes.
    AVAIN_ARGON2: '7168,1,1',
    ...extra,
  };
  delete env.NODE_OPTIONS;
  return env;
}
