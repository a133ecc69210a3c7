import { join } from 'node:path';
import { pino } from 'pino';
import type { Judge } from '../clients/reload.ts';
import { processEnvironment } from '../config/environment.ts';
import { loadConfig } from '../config/load.ts';
import type { LoadedConfig } from '../config/schema.ts';
import { askRunning } from './client.ts';
import { controlPath, forOperator, type OperationDeps, type OperationEnd, type Print, perform } from './operation.ts';

/**
 * What a command of the command line calls: the operation is done by the Avain that runs, or here. Prints its lines, or
 * hands them to `print`; writes what is refused to stderr, and sets the exit code.
 */
export async function runOperation(
  operation: string,
  args: readonly string[],
  print: Print = (line) => void process.stdout.write(`${line}\n`),
): Promise<void> {
  const { exit, refusal } = await askOperation(operation, args, print);
  if (refusal !== null) process.stderr.write(`${refusal}\n`);
  process.exitCode = exit;
}

/** As `runOperation`, with the end for the caller to tell. Throws only what is a fault of ours. */
export async function askOperation(operation: string, args: readonly string[], print: Print): Promise<OperationEnd> {
  try {
    const root = join(import.meta.dirname, '../..');
    const config = await loadConfig({ env: processEnvironment(), root, createSecrets: false });
    const path = controlPath(config);
    const asked = path === null ? null : await askRunning(path, { operation, args: [...args] }, print);
    return asked ?? (await performHere(config, { operation, args }, print));
  } catch (error) {
    const refusal = forOperator(error);
    if (refusal === null) throw error;
    return { exit: 1, refusal };
  }
}

async function performHere(
  config: LoadedConfig,
  request: Parameters<typeof perform>[2],
  print: Print,
): Promise<OperationEnd> {
  // Loaded only where needed: a command that Avain does itself begins in a tenth of the time.
  const [{ buildDeps }, { operations }, { clientOperations }, { planOperations }, { wantReload }] = await Promise.all([
    import('../build-deps.ts'),
    import('./operations.ts'),
    import('../clients/operations.ts'),
    import('../plan/operations.ts'),
    import('../clients/wanted-reload.ts'),
  ]);
  const deps = await buildDeps(config, pino({ level: 'warn', base: null }, process.stderr));
  // Few need it, and it takes as long to load as all the rest.
  const service = async () => (await import('../build-service.ts')).buildService(deps);
  const endSessionsOf: OperationDeps['endSessionsOf'] = async (id) => (await service()).interactions.endSessionsOf(id);
  const judge: Judge = async (set) =>
    (await import('../provider/library-faults.ts')).libraryFaults((await service()).provider, set);
  const tellNodes = async () => (config.storage.kind === 'sqlite' ? undefined : wantReload(deps));
  const own = {
    ...clientOperations({ ...deps, judge, reload: null }),
    ...planOperations({ readFiles: async () => config, reload: null, tellNodes }),
  };
  try {
    return await perform({ ...operations, ...own }, { ...deps, endSessionsOf }, request, print);
  } finally {
    await deps.storage.close();
  }
}
