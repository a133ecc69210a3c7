/** The expiring half of the contract, on one Redis and on Redis Cluster. */
import { afterAll, beforeAll, describe } from '@jest/globals';
import type { RedisOptions } from '../../../src/storage/mongo-redis/redis.ts';
import { describeWithStores } from '../../support/describe-with-stores.ts';
import { testClock } from '../../support/storage.ts';
import { type StoreServer, startRedis, startRedisCluster } from '../../support/store-servers.ts';
import { artifactsContract } from '../contract/artifacts.ts';
import { expiringRowsContract } from '../contract/expiring-rows.ts';
import { limitsContract } from '../contract/limits.ts';
import { wholeStoreContract } from '../contract/whole-store.ts';
import type { OpenStorage } from '../contract.ts';
import { composedStorage, redisOptions } from './redis-support.ts';

let stores = 0;

/** Each store has a part of the server to itself: its own prefix. */
function opener(options: () => RedisOptions): OpenStorage {
  return async () => {
    stores += 1;
    const own = { ...options(), keyPrefix: `test${stores}`, clock: testClock() };
    const { storage } = await composedStorage(own);
    return { storage, clock: own.clock, close: () => storage.close() };
  };
}

function expiringContract(name: string, open: OpenStorage): void {
  describe(`the storage contract, what expires: ${name}`, () => {
    expiringRowsContract(open);
    limitsContract(open);
    artifactsContract(open);
    wholeStoreContract(open);
  });
}

describeWithStores('Redis', () => {
  let server: StoreServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());

  expiringContract(
    'one server',
    opener(() => redisOptions({ url: server.url })),
  );
});

describeWithStores('Redis Cluster', () => {
  let cluster: Awaited<ReturnType<typeof startRedisCluster>>;
  beforeAll(async () => {
    cluster = await startRedisCluster();
  });
  afterAll(() => cluster.stop());

  expiringContract(
    'a cluster',
    opener(() => redisOptions({ clusterNodes: cluster.urls })),
  );
});
