/** A server under measurement: a process of its own, with what it costs the machine read from /proc (Linux only). */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export const root = join(import.meta.dirname, '../..');

export type Server = {
  readonly name: string;
  readonly origin: string;
  /** From the start of the process until it answered. */
  readonly readyMs: number;
  /** Processor time of all its threads so far, user and system. */
  cpuSeconds(): number;
  rssMb(): number;
  stop(): Promise<void>;
};

export type ServerOptions = {
  readonly name: string;
  readonly args: readonly string[];
  readonly origin: string;
  /** Answers 200 when the server is ready. */
  readonly readyPath: string;
  readonly env: NodeJS.ProcessEnv;
};

/** The kernel's clock tick: 100 a second on every Linux that Node runs on. */
const ticksPerSecond = 100;
const patienceMs = 60_000;

/** The flags that `npm run serve` gives to Node: what is measured is what is shipped, and both servers get the same. */
export function shippedFlags(): string[] {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: { serve: string } };
  return scripts.serve.split(' ').filter((word) => word.startsWith('--'));
}

/** The same thread pool for both: bin/avain.mjs sets it for Avain. */
export function benchEnvironment(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _options, ...env } = process.env;
  return { ...env, UV_THREADPOOL_SIZE: String(availableParallelism() + 2) };
}

export async function startServer({ name, args, origin, readyPath, env }: ServerOptions): Promise<Server> {
  const startedAt = performance.now();
  const log = openSync('/dev/null', 'w');
  const child = spawn(process.execPath, [...args], { cwd: root, env, stdio: ['ignore', log, 'inherit'] });
  closeSync(log);
  // A bench that fails half-way leaves nobody behind.
  const orphaned = () => child.kill('SIGKILL');
  process.once('exit', orphaned);
  await untilReady(`${origin}${readyPath}`, () => child.exitCode !== null);
  const readyMs = performance.now() - startedAt;
  const read = (file: string) => readFileSync(`/proc/${child.pid}/${file}`, 'utf8');
  return {
    name,
    origin,
    readyMs,
    cpuSeconds: () => {
      // Fields 14 and 15 of proc(5) stat, counted behind the parenthesised name.
      const fields = read('stat')
        .replace(/^.*\) /s, '')
        .split(' ');
      return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
    },
    rssMb: () => Number(/^VmRSS:\s+(\d+)/m.exec(read('status'))?.[1]) / 1024,
    stop: async () => {
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      await exit;
      process.off('exit', orphaned);
    },
  };
}

/** Polls every 10 ms until the address answers 200. */
export async function untilReady(url: string, ended: () => boolean): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (!(await answers(url))) {
    if (ended()) throw new Error(`ended before it was ready: ${url}`);
    if (Date.now() > deadline) throw new Error(`not ready in time: ${url}`);
    await sleep(10);
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
}
