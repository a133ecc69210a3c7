/** Moving house to the servers and back, by the same promises as between two embedded stores (../copy.test.ts). */
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { CopyRefused, copyStorage } from '../../../src/storage/copy.ts';
import type { MovableStorage, Moving } from '../../../src/storage/moving.ts';
import { describeWithStores } from '../../support/describe-with-stores.ts';
import { breakingAfter, fillStorage, silent } from '../../support/full-storage.ts';
import { openStores } from '../../support/open-stores.ts';
import { openTestStorage, type TestClock, testClock } from '../../support/storage.ts';
import { type StoreServer, startMongo, startRedis, startRedisCluster } from '../../support/store-servers.ts';

describeWithStores('moving house', () => {
  let mongo: StoreServer;
  let redis: StoreServer;
  let databases = 0;
  beforeAll(async () => {
    [mongo, redis] = await Promise.all([startMongo(), startRedis()]);
  });
  afterAll(() => Promise.all([mongo.stop(), redis.stop()]));
  // Also of a test that failed: what stays open keeps the whole run waiting.
  const opened: MovableStorage[] = [];
  const kept = async (opening: Promise<MovableStorage>) => {
    const storage = await opening;
    opened.push(storage);
    return storage;
  };
  const openEmbedded = (clock: TestClock) => kept(openTestStorage(clock));
  afterEach(() => Promise.all(opened.splice(0).map((storage) => storage.close())));

  /** A database of its own; Redis is emptied by its own means. */
  const openServers = async (clock: TestClock, redisUrls: readonly string[] = [redis.url]) => {
    databases += 1;
    const name = { database: `copy${databases}`, keyPrefix: `c${databases}` };
    return kept(openStores({ mongoUrl: mongo.url, redisUrls, ...name }, clock));
  };
  const copy = (from: Moving, to: Moving, now: number, fromName = 'sqlite') =>
    copyStorage({ fromName, from, to, now, progress: silent });

  test('from the embedded store to the servers, and from there back into an empty one', async () => {
    const clock = testClock(Date.now());
    const [source, servers, back] = [await openEmbedded(clock), await openServers(clock), await openEmbedded(clock)];
    const filled = await fillStorage(source, clock, 1_200);
    await copy(source.moving, servers.moving, clock.now());
    await copy(servers.moving, back.moving, clock.now(), 'mongo-redis');
    await filled.expectIn(servers);
    await filled.expectIn(back);
  });

  test('to and from a cluster', async () => {
    const cluster = await startRedisCluster();
    const clock = testClock(Date.now());
    const [source, servers] = [await openEmbedded(clock), await openServers(clock, cluster.urls)];
    const back = await openEmbedded(clock);
    const filled = await fillStorage(source, clock);
    await copy(source.moving, servers.moving, clock.now());
    await copy(servers.moving, back.moving, clock.now(), 'mongo-redis');
    await filled.expectIn(servers);
    await filled.expectIn(back);
    await cluster.stop();
  });

  test('what was filled on the servers arrives in the embedded store, and a full target is refused', async () => {
    const clock = testClock(Date.now());
    const [servers, target] = [await openServers(clock), await openEmbedded(clock)];
    const filled = await fillStorage(servers, clock, 700);
    await copy(servers.moving, target.moving, clock.now(), 'mongo-redis');
    await filled.expectIn(target);
    await expect(copy(target.moving, servers.moving, clock.now())).rejects.toThrow(CopyRefused);
  });

  test.each([2, 4, 7, 10])('a copy that broke off at page %i goes on, and nothing is there twice', async (pages) => {
    const clock = testClock(Date.now());
    const [source, servers] = [await openEmbedded(clock), await openServers(clock)];
    const filled = await fillStorage(source, clock, 1_200);
    const breaking = breakingAfter(pages, source.moving);
    await expect(copy(breaking, servers.moving, clock.now())).rejects.toThrow('the cable was pulled');
    expect(await servers.moving.state()).not.toBeNull();
    await copy(source.moving, servers.moving, clock.now());
    await filled.expectIn(servers);
  });
});
