/**
 * Reads the configuration, opens the storage, builds the app, listens, and closes all of it in order. The only file that
 * ends the process. One `Deps` is built here and passed down; nothing else in the house has state of its own.
 */
import { randomBytes, randomInt } from 'node:crypto';
import { join } from 'node:path';
import { pino } from 'pino';
import { createBlocklist } from './accounts/blocklist.ts';
import { createPasswordHasher } from './accounts/password.ts';
import { loadRosters } from './accounts/roster.ts';
import { mountApp } from './app.ts';
import { CannotStart } from './cannot-start.ts';
import { processEnvironment } from './config/environment.ts';
import { ConfigError } from './config/faults.ts';
import { loadConfig } from './config/load.ts';
import type { Config } from './config/schema.ts';
import type { Clock, Deps, Random } from './deps.ts';
import { createPages } from './http/pages.ts';
import { createRenderer } from './http/render.ts';
import { lastAnswers, listen } from './http/server.ts';
import { createTexts, type OnMissing } from './http/texts.ts';
import { parseHetu } from './identity/hetu.ts';
import { startDelivery } from './mail/delivery.ts';
import { createMailer } from './mail/mailer.ts';
import { createInteractions } from './provider/interactions.ts';
import { loadSigningKeys } from './provider/keys.ts';
import { createProvider } from './provider/provider.ts';
import { createKeyring } from './secrets/sealing.ts';
import { openStorage } from './storage/open.ts';
import type { Broker } from './upstream/broker.ts';
import { createOidcBroker } from './upstream/oidc-broker.ts';

const clock: Clock = { now: () => Date.now() };
const random: Random = { bytes: randomBytes, int: randomInt };

/** A repeated signal within this time is the same Ctrl-C. */
const repeatMs = 2_000;
const hashQueue = { maxQueue: 64, maxWaitMs: 2_000 };

async function brokersOf(config: Config): Promise<ReadonlyMap<string, Broker>> {
  const brokers = Object.entries(config.brokers).map(async ([id, broker]) => {
    const redirectUri = new URL(`/upstream/${id}/callback`, config.issuer).href;
    const keys = config.secrets.brokerKeys[id]?.reveal();
    if (!keys) throw new Error(`no keys for broker ${id}`);
    return [id, await createOidcBroker({ id, config: broker, redirectUri, keys, parseHetu, clock, random })] as const;
  });
  return new Map(await Promise.all(brokers));
}

async function buildDeps(config: Config): Promise<Deps> {
  const log = pino({ level: config.log.level, base: null });
  // A missing text stops a developer; a person is shown the Finnish one, and the log says which is missing.
  const missing: OnMissing = (locale, what) => log.error({ locale, what }, 'text missing');
  const texts = createTexts(...(config.profile === 'production' ? [missing] : []));
  const { argon2, concurrency } = config.passwords;
  return {
    config,
    storage: await openStorage(config, clock, log),
    keyring: createKeyring(config.secrets.masterKey.reveal()),
    passwords: createPasswordHasher({ argon2, concurrency, ...hashQueue }),
    blocklist: createBlocklist(),
    brokers: await brokersOf(config),
    texts,
    renderer: createRenderer({ texts }),
    clock,
    random,
    log,
  };
}

/** Resolves at the first signal; one that comes more than two seconds later ends the process at once. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let firstAt: number | null = null;
    const onSignal = (): void => {
      firstAt ??= clock.now();
      if (clock.now() - firstAt > repeatMs) process.exit(1);
      resolve();
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
  });
}

async function run(): Promise<void> {
  const root = join(import.meta.dirname, '..');
  const config = await loadConfig({ env: processEnvironment(), root });
  const deps = await buildDeps(config);
  const { storage, log } = deps;
  await loadRosters(config.rosters, deps.keyring, storage.rosters);
  const clients = new Map(config.clients.map((client) => [String(client.id), client]));
  const pages = createPages(deps);
  const provider = createProvider({ ...deps, clients, pages, signingKeys: await loadSigningKeys(deps) });
  let stopping = false;
  const interactions = createInteractions(provider, deps);
  provider.use(lastAnswers(() => stopping));
  mountApp(provider, { ...deps, interactions, clients, pages, stopping: () => stopping });
  const mailer = createMailer(config);
  const delivery = startDelivery({ ...deps, mailer });
  const server = await listen(provider.callback(), config.listen);
  log.info({ issuer: config.issuer, profile: config.profile, port: config.listen.port }, 'ready');
  // Its lists take a third of a second: loaded now, so that neither the start nor the first sign-up waits for them.
  setImmediate(() => deps.blocklist.load());
  await stopSignal();
  stopping = true;
  log.info('stopping');
  await server.drained();
  await delivery.stop();
  mailer.close();
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
