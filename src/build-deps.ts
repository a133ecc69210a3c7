import { randomBytes, randomInt } from 'node:crypto';
import type { Logger } from 'pino';
import { createBlocklist } from './accounts/blocklist.ts';
import { createBreachedPasswords } from './accounts/breached-passwords.ts';
import { createPasswordHasher } from './accounts/password.ts';
import { type LiveClients, liveClients } from './clients/registry.ts';
import type { Config, LoadedConfig } from './config/schema.ts';
import type { Clock, Deps, Random } from './deps.ts';
import { createRenderer } from './http/render.ts';
import { createTexts, type OnMissing } from './http/texts.ts';
import { parseHetu } from './identity/hetu.ts';
import { admitKeys } from './keys/key-state.ts';
import { keyringOf } from './keys/keyring-of.ts';
import { withoutDueAccounts } from './lifecycle/due-accounts.ts';
import { eraseAccount } from './lifecycle/erase-account.ts';
import { refusalBeatMs } from './migration/lazy/hook.ts';
import { openLazyMigration } from './migration/lazy/lazy-migration.ts';
import { createHealth } from './observing/health.ts';
import { silentObserver } from './observing/observer.ts';
import { cookieSigning } from './provider/cookie-signing.ts';
import { storedKeys } from './signing-keys/stored-source.ts';
import { tallyRecord } from './statistics/counted-records.ts';
import { createTally } from './statistics/tally.ts';
import { watchedStorage } from './statistics/watched-storage.ts';
import { openStorage } from './storage/open.ts';
import type { Storage } from './storage/ports.ts';
import type { Broker } from './upstream/broker.ts';
import { createBrokerOnKeyFile } from './upstream/broker-on-key-file.ts';
import type { PrivateJwks } from './upstream/ftn/keys.ts';
import { entityIdOf } from './upstream/ftn/publications.ts';
import { createOidcBroker } from './upstream/oidc-broker.ts';

const clock: Clock = { now: () => Date.now() };
const random: Random = { bytes: randomBytes, int: randomInt };

const hashQueue = { maxQueue: 64, maxWaitMs: 2_000 };

async function brokersOf({ issuer, operator, brokers: configured, secrets }: Config, log: Logger) {
  const brokers = Object.entries(configured).map(async ([id, config]): Promise<[string, Broker]> => {
    const redirectUri = new URL(`/upstream/${id}/callback`, issuer).href;
    const file = secrets.brokerKeysFiles[id];
    if (file === undefined) throw new Error(`no keys for broker ${id}`);
    const entity = { entityId: entityIdOf(issuer, id), redirectUri, organizationName: operator.name, config };
    const connect = (keys: PrivateJwks) =>
      createOidcBroker({ id, config, redirectUri, keys, parseHetu, clock, random });
    return [id, await createBrokerOnKeyFile({ brokerId: id, file, entity, connect, clock, log })];
  });
  return new Map(await Promise.all(brokers));
}

/** Beside what everybody sees: the clients as whoever reads the files again swaps them, and where those lie. */
export type BuiltDeps = Deps & { readonly clients: LiveClients } & Pick<LoadedConfig, 'clientFolders'>;

/** What happens is counted for years, and what works is remembered, whoever else observes. */
function watched(opened: Storage, brokers: Deps['brokers']): Pick<Deps, 'storage' | 'tally' | 'health' | 'observer'> {
  const tally = createTally({ storage: opened, random });
  return {
    tally,
    storage: watchedStorage(opened, (record) => tallyRecord(tally, record)),
    health: createHealth({ clock, brokers: [...brokers.values()] }),
    observer: silentObserver,
  };
}

/** The one `Deps` of a process: of the service, and of a command that opens the store itself. The caller closes the storage. */
export async function buildDeps(config: LoadedConfig, log: Logger): Promise<BuiltDeps> {
  // A missing text stops a developer; a person is shown the Finnish one, and the log says which is missing.
  const missing: OnMissing = (locale, what) => log.error({ locale, what }, 'text missing');
  const texts = createTexts(...(config.profile === 'development' ? [] : [missing]));
  const { argon2, concurrency, breachedDirectory, breachedMinCount } = config.passwords;
  const brokers = await brokersOf(config, log);
  const keyring = keyringOf(config.secrets);
  const clients = liveClients(config.clients);
  const opened = withoutDueAccounts(await openStorage(config, clock, log), clock, (own, account) =>
    eraseAccount({ config, clients, storage: own, keyring, clock, random }, account),
  );
  const watching = watched(opened, brokers);
  const { storage } = watching;
  try {
    await admitKeys(storage.marks, keyring.ids, clock);
  } catch (error) {
    await storage.close();
    throw error;
  }
  const { lazyMigration } = config;
  const refusals = lazyMigration && { failureBeatMs: refusalBeatMs(lazyMigration) };
  const passwords = createPasswordHasher({ argon2, concurrency, ...hashQueue, ...refusals });
  return {
    config,
    clients,
    clientFolders: config.clientFolders,
    ...watching,
    keyring,
    keySource: storedKeys({ keyring }),
    cookieSigning: cookieSigning(config.secrets.cookieKeys.map((key) => key.reveal())),
    passwords,
    blocklist: createBlocklist(),
    breachedPasswords:
      breachedDirectory === null
        ? null
        : createBreachedPasswords({ directory: breachedDirectory, minCount: breachedMinCount }, log),
    lazyMigration: openLazyMigration(config, { storage, keyring, passwords, clock, random, log }),
    brokers,
    texts,
    renderer: createRenderer({ texts }),
    clock,
    random,
    log,
  };
}
