/**
 * Reads the configuration, opens the storage, builds the app, listens, and closes all of it in order. The only file that
 * ends the process. One `Deps` is built (build-deps.ts) and passed down; nothing else in the house has state of its own.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { mountApp } from './app.ts';
import { readAgainOnSignal, startBackground } from './background.ts';
import { buildDeps } from './build-deps.ts';
import { buildService } from './build-service.ts';
import { CannotStart } from './cannot-start.ts';
import { processEnvironment } from './config/environment.ts';
import { ConfigError } from './config/faults.ts';
import { loadConfig } from './config/load.ts';
import { admitProfile } from './conformance/own-store.ts';
import { prepareTestPerson } from './conformance/test-person.ts';
import { controlPath } from './control/operation.ts';
import { operations } from './control/operations.ts';
import { startControl } from './control/server.ts';
import { lastAnswers, listen } from './http/server.ts';
import { observe } from './observing/observe.ts';
import { loadRosters } from './rosters/file-entries.ts';
import { takeClients } from './take-clients.ts';

/** A repeated signal within this time is the same Ctrl-C. */
const repeatMs = 2_000;

/** Resolves at the first signal; one that comes more than two seconds later ends the process at once. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let firstAt: number | null = null;
    const onSignal = (): void => {
      firstAt ??= performance.now();
      if (performance.now() - firstAt > repeatMs) process.exit(1);
      resolve();
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
  });
}

const readConfig = (options: { readonly createSecrets?: boolean } = {}) =>
  loadConfig({ env: processEnvironment(), root: join(import.meta.dirname, '..'), ...options });

async function run(): Promise<void> {
  const config = await readConfig();
  const built = await buildDeps(config, pino({ level: config.log.level, base: null }));
  const observed = await observe(built);
  const { deps, traced } = observed;
  const { storage, log } = deps;
  await admitProfile(storage, config);
  await prepareTestPerson(deps);
  await loadRosters(deps);
  const service = await buildService(deps);
  const { provider } = service;
  const clients = await takeClients(deps, service, {
    first: config,
    readFiles: () => readConfig({ createSecrets: false }),
  });
  let stopping = false;
  provider.use(lastAnswers(() => stopping));
  mountApp(provider, { ...deps, ...service, traced, clientsInForce: clients.inForce, stopping: () => stopping });
  const background = await startBackground(deps, service, clients.reload);
  const server = await listen(provider.callback(), config.listen);
  const path = controlPath(config);
  const commanded = { ...deps, endSessionsOf: service.interactions.endSessionsOf };
  const control = path === null ? null : await startControl(commanded, path, { ...operations, ...clients.operations });
  const watching = await observed.start();
  readAgainOnSignal(deps, clients.reload, server);
  log.info({ issuer: config.issuer, profile: config.profile, port: config.listen.port }, 'ready');
  // Its lists take a third of a second: loaded now, so that neither the start nor the first sign-up waits for them.
  setImmediate(() => deps.blocklist.load());
  await stopSignal();
  stopping = true;
  log.info('stopping');
  // Whoever asks /health/ready is told at once; until it has done so it sends people here, and they are served. Without such a
  // wait nobody new is let in from this very moment: who is told to connect anew is refused, not cut off.
  if (config.listen.drainSeconds > 0) await sleep(config.listen.drainSeconds * 1_000);
  await server.drained();
  await watching.stop();
  await background.stop();
  await control?.stop();
  await storage.close();
}

/** Starts the service and stays until a signal; sets the exit code itself. */
export async function serve(): Promise<void> {
  try {
    await run();
    process.exit(0);
  } catch (error) {
    const isForOperator = error instanceof ConfigError || error instanceof CannotStart;
    process.stderr.write(`${isForOperator ? error.message : error instanceof Error ? error.stack : error}\n`);
    process.exit(1);
  }
}
