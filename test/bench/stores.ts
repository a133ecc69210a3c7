/** The servers behind an Avain under measurement: none for sqlite; for mongo-redis one of each, on this machine. */
import { startFaultProxy } from '../support/fault-proxy.ts';
import { missingStoreServers, type StoreServer, startMongo, startRedis } from '../support/store-servers.ts';

export type StorageKind = 'sqlite' | 'mongo-redis';

export type Stores = {
  readonly kind: StorageKind;
  /** For Avain's environment. */
  readonly env: NodeJS.ProcessEnv;
  stop(): Promise<void>;
};

export async function startStores(kind: StorageKind): Promise<Stores> {
  if (kind === 'sqlite') return { kind, env: {}, stop: async () => undefined };
  const [mongo, redis] = await startBoth();
  return { kind, env: environmentOf(mongo.port, redis.port), stop: () => stopAll([mongo, redis]) };
}

export type CountedStores = Stores & {
  /** Requests that were followed by an answer, so far, on all connections. */
  roundTrips(): { readonly mongo: number; readonly redis: number };
};

/** mongo-redis behind proxies that count: they cost time, so what is timed does not go through them. */
export async function startCountedStores(): Promise<CountedStores> {
  const servers = await startBoth();
  const [mongo, redis] = servers;
  const proxies = await Promise.all(servers.map(({ port }) => startFaultProxy({ to: { host: '127.0.0.1', port } })));
  const [toMongo, toRedis] = proxies;
  if (!toMongo || !toRedis) throw new Error('a proxy is missing');
  return {
    kind: 'mongo-redis',
    env: environmentOf(toMongo.port, toRedis.port),
    roundTrips: () => ({ mongo: toMongo.stats().turnarounds, redis: toRedis.stats().turnarounds }),
    stop: async () => {
      await Promise.all(proxies.map((proxy) => proxy.stop()));
      await stopAll([mongo, redis]);
    },
  };
}

async function startBoth(): Promise<[StoreServer, StoreServer]> {
  const missing = missingStoreServers();
  if (missing.length > 0) throw new Error(`this machine has no ${missing.join(' and no ')}`);
  return Promise.all([startMongo(), startRedis()]);
}

async function stopAll(servers: readonly StoreServer[]): Promise<void> {
  await Promise.all(servers.map((server) => server.stop()));
}

function environmentOf(mongoPort: number, redisPort: number): NodeJS.ProcessEnv {
  return {
    AVAIN_STORAGE: 'mongo-redis',
    AVAIN_MONGO_URL: `mongodb://127.0.0.1:${mongoPort}/?directConnection=true`,
    AVAIN_REDIS_URL: `redis://127.0.0.1:${redisPort}`,
  };
}
