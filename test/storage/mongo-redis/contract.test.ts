/** The whole contract over a MongoDB-compatible server, with one Redis and with Redis Cluster of three nodes. */
import { afterAll, beforeAll } from '@jest/globals';
import { describeWithStores } from '../../support/describe-with-stores.ts';
import { openStores } from '../../support/open-stores.ts';
import { testClock } from '../../support/storage.ts';
import { type StoreServer, startMongo, startRedis, startRedisCluster } from '../../support/store-servers.ts';
import { type OpenStorage, storageContract } from '../contract.ts';

describeWithStores('both servers', () => {
  let mongo: StoreServer;
  let redis: StoreServer;
  let cluster: Awaited<ReturnType<typeof startRedisCluster>>;
  let opened = 0;
  beforeAll(async () => {
    [mongo, redis, cluster] = await Promise.all([startMongo(), startRedis(), startRedisCluster()]);
  });
  afterAll(() => Promise.all([mongo.stop(), redis.stop(), cluster.stop()]));

  /** Empty for each: a database and a prefix of its own. */
  const openOn =
    (redisUrls: () => readonly string[]): OpenStorage =>
    async () => {
      opened += 1;
      const clock = testClock();
      const name = `contract${opened}`;
      const open = () =>
        openStores({ mongoUrl: mongo.url, database: name, redisUrls: redisUrls(), keyPrefix: name }, clock);
      let storage = await open();
      return {
        storage,
        clock,
        async reopen() {
          await storage.close();
          storage = await open();
          return storage;
        },
        close: () => storage.close(),
      };
    };

  storageContract(
    'MongoDB and Redis',
    openOn(() => [redis.url]),
  );
  storageContract(
    'MongoDB and Redis Cluster',
    openOn(() => cluster.urls),
  );
});
