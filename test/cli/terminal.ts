/** The `avain` command on a pseudo-terminal, answered as a person types: only after they were asked. */
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from '@jest/globals';

const root = join(import.meta.dirname, '../..');

/** util-linux's `script`, which gives a program a terminal. */
const hasTerminal = /util-linux/.test(spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout ?? '');

/** `test` for what needs a terminal. Under `CI` a missing one fails it; elsewhere it is said aloud. */
export function testOnTerminal(name: string, story: () => Promise<void>): void {
  if (hasTerminal || process.env['CI']) {
    test(name, story);
    return;
  }
  process.stderr.write(`\nNOT TESTED, no script of util-linux: "${name}"\n`);
  // biome-ignore lint/suspicious/noSkippedTests: a sanctioned skip; under CI it is a failure instead
  test.skip(name, story);
}

/** `answers`: what is typed when the words before it stand on the screen. Resolves with all that was shown. */
export async function onTerminal(
  command: string,
  env: NodeJS.ProcessEnv,
  answers: readonly (readonly [asked: string, typed: string])[],
): Promise<{ readonly status: number | null; readonly shown: string }> {
  const { NODE_OPTIONS: _options, ...own } = process.env;
  const line = `${process.execPath} bin/avain.mjs ${command}`;
  // TERM=dumb: nothing is drawn but the words.
  const child = spawn('script', ['-qec', line, '/dev/null'], { cwd: root, env: { ...own, ...env, TERM: 'dumb' } });
  const left = [...answers];
  let shown = '';
  let seen = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    shown += chunk.toString();
    const [next] = left;
    if (next === undefined || !shown.slice(seen).includes(next[0])) return;
    left.shift();
    seen = shown.length;
    child.stdin.write(`${next[1]}\r`);
  });
  const timer = setTimeout(() => child.kill(), 30_000);
  const status = await new Promise<number | null>((done) => child.on('close', done));
  clearTimeout(timer);
  return { status, shown };
}
