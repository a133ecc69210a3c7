import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** A demo program under test, in a process of its own as in the world. */
export type ProgramUnderTest = Readonly<{
  /** Ends it with SIGTERM; resolves with its exit status. */
  stop(): Promise<number | null>;
  /** Resolves with exit status and all output, however it ends. */
  ended: Promise<{ status: number | null; output: string }>;
}>;

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Starts a file of the repository and waits until `readyAt` answers anything (not at all when it is undefined). */
export async function startProgram(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  readyAt?: string,
): Promise<ProgramUnderTest> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', file, ...args], {
    cwd: root,
    env: { ...process.env, NODE_ENV: 'test', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = endOf(child);
  if (readyAt !== undefined) await Promise.race([untilAnswering(readyAt), failWhenEnded(ended)]);
  return {
    ended,
    async stop() {
      child.kill('SIGTERM');
      return (await ended).status;
    },
  };
}

async function endOf(child: ChildProcess): Promise<{ status: number | null; output: string }> {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data) => (output += String(data)));
  const [status]: unknown[] = await once(child, 'close');
  return { status: typeof status === 'number' ? status : null, output };
}

async function failWhenEnded(ended: ProgramUnderTest['ended']): Promise<never> {
  const { status, output } = await ended;
  throw new Error(`The program ended with ${status}: ${output}`);
}

async function untilAnswering(address: string): Promise<void> {
  for (;;) {
    const answered = await fetch(address).then(
      (answer) => answer.arrayBuffer().then(() => true),
      () => false,
    );
    if (answered) return;
    await sleep(50);
  }
}
