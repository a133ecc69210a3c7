import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { DemoAddress, DemoEnvironment } from '../ports.ts';

/** What to run: a file and its arguments, relative to the repository. */
export type Program = Readonly<{
  name: string;
  file: string;
  args: readonly string[];
  addresses: readonly DemoAddress[];
}>;

/** A program that was started. */
export type Child = Readonly<{
  program: Program;
  /** Resolves when it has ended, with what to tell about how. */
  ended: Promise<string>;
  hasEnded(): boolean;
  /** Asks it to end, forces it after a while, and resolves when it is gone. */
  stop(): Promise<void>;
  kill(): void;
}>;

const patienceMs = 10_000;
const root = new URL('../../../', import.meta.url);
const followParent = new URL('./follow-parent.ts', import.meta.url);

/** Starts a program with the Node and the flags of this process. `verbose` shows all it says, else only warnings. */
export function startChild(program: Program, env: DemoEnvironment, verbose: boolean): Child {
  const flags = [...process.execArgv, '--import', followParent.href];
  const child = spawn(process.execPath, [...flags, program.file, ...program.args], {
    cwd: root,
    env: { ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // Its own group, so that Ctrl-C reaches the world alone and the programs end in order.
    detached: true,
  });
  show(program.name, child.stdout, (line) => verbose || isWarning(line));
  show(program.name, child.stderr, (line) => verbose || !line.startsWith('{') || isWarning(line));
  const ended = endOf(child);
  let over = false;
  ended.then(() => {
    over = true;
  });
  return {
    program,
    ended,
    hasEnded: () => over,
    stop: () => stop(child, program.name, ended),
    kill: () => child.kill('SIGKILL'),
  };
}

async function endOf(child: ChildProcess): Promise<string> {
  try {
    const [code, signal]: unknown[] = await once(child, 'exit');
    return signal === null ? `ended with status ${code}` : `was ended by ${signal}`;
  } catch (error) {
    return `could not be started: ${error instanceof Error ? error.message : String(error)}`;
  }
}

async function stop(child: ChildProcess, name: string, ended: Promise<string>): Promise<void> {
  child.kill('SIGTERM');
  const force = setTimeout(() => {
    console.error(`${name} did not stop within ${patienceMs / 1_000} s and is forced to`);
    child.kill('SIGKILL');
  }, patienceMs);
  await ended;
  clearTimeout(force);
}

function show(name: string, stream: Readable | null, isShown: (line: string) => boolean): void {
  if (stream === null) return;
  createInterface({ input: stream }).on('line', (line) => {
    if (isShown(line)) process.stderr.write(`[${name}] ${line}\n`);
  });
}

const warningLevel = 40;

/** Of a log in JSON lines (pino's levels) or in words. */
function isWarning(line: string): boolean {
  const level = /^\{.*"level":(\d+)/.exec(line)?.[1];
  return level === undefined ? /\b(WARN|ERROR|FATAL)/i.test(line) : Number(level) >= warningLevel;
}
