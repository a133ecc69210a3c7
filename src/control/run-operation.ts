import { join } from 'node:path';
import { pino } from 'pino';
import { buildDeps } from '../build-deps.ts';
import { CannotStart } from '../cannot-start.ts';
import { processEnvironment } from '../config/environment.ts';
import { ConfigError } from '../config/faults.ts';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { askRunning } from './client.ts';
import { controlPath, type OperationEnd, OperationRefused, type Print, perform } from './operation.ts';
import { operations } from './operations.ts';

/**
 * What a command of the command line calls: the operation is done by the Avain that runs, or here. Prints its lines, what
 * is refused to stderr, and sets the exit code.
 */
export async function runOperation(operation: string, args: readonly string[]): Promise<void> {
  const print: Print = (line) => void process.stdout.write(`${line}\n`);
  try {
    const root = join(import.meta.dirname, '../..');
    const config = await loadConfig({ env: processEnvironment(), root, createSecrets: false });
    const path = controlPath(config);
    const asked = path === null ? null : await askRunning(path, { operation, args: [...args] }, print);
    const { exit, refusal } = asked ?? (await performHere(config, { operation, args }, print));
    if (refusal !== null) process.stderr.write(`${refusal}\n`);
    process.exitCode = exit;
  } catch (error) {
    const isForOperator = [ConfigError, CannotStart, OperationRefused].some((kind) => error instanceof kind);
    if (!(isForOperator && error instanceof Error)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}

async function performHere(
  config: Config,
  request: Parameters<typeof perform>[2],
  print: Print,
): Promise<OperationEnd> {
  const deps = await buildDeps(config, pino({ level: 'warn', base: null }, process.stderr));
  try {
    return await perform(operations, deps, request, print);
  } finally {
    await deps.storage.close();
  }
}
