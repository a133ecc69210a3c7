/** The `avain` command as an operator runs it, to its end. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

export type Ran = Readonly<{ status: number | null; out: string; told: string }>;

/** `shiftMs` moves the clock of the command. */
export function runAvain(args: readonly string[], env: NodeJS.ProcessEnv = {}, shiftMs = 0, timeoutMs = 60_000): Ran {
  const { NODE_OPTIONS: _options, ...own } = process.env;
  const shifted = shiftMs === 0 ? [] : ['--import', join(root, 'test/support/shift-clock.mjs')];
  const done = spawnSync(process.execPath, [...shifted, 'bin/avain.mjs', ...args], {
    cwd: root,
    env: { ...own, TEST_CLOCK_SHIFT_MS: String(shiftMs), ...env },
    encoding: 'utf8',
    timeout: timeoutMs,
  });
  return { status: done.status, out: done.stdout, told: done.stderr };
}
