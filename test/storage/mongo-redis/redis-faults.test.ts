/** Redis that is down, frozen, slow, cut off or talking nonsense: nobody waits long, nothing happens twice, it is used again. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { TemporarilyUnavailable } from '../../../src/errors.ts';
import { openRedis, type RedisOptions, type RedisStore } from '../../../src/storage/mongo-redis/redis.ts';
import { describeWithStores } from '../../support/describe-with-stores.ts';
import { type FaultProxy, startFaultProxy } from '../../support/fault-proxy.ts';
import { type StoreServer, startRedis } from '../../support/store-servers.ts';
import { type listeningLog, redisOptions, untilWorks } from './redis-support.ts';

const callLimitMs = 600;
const recoveryLimitMs = 2_000;

/** One of each kind of call, those of the limits aside. */
function everyCall({ artifacts, rows }: RedisStore, now: number): (() => Promise<unknown>)[] {
  const links = rows<string>('link');
  return [
    () => artifacts.upsert('Session', 'id', '{}', { uid: 'uid', accountId: 'anna' }, now + 60_000),
    () => artifacts.insert('ReplayDetection', 'id', '{}', now + 60_000),
    () => artifacts.find('Session', 'id'),
    () => artifacts.findByUid('Session', 'uid'),
    () => artifacts.consume('AuthorizationCode', 'id'),
    () => artifacts.destroy('Session', 'id'),
    () => artifacts.revokeByGrant('AccessToken', 'grant'),
    () => artifacts.ofAccount('Session', 'anna' as never),
    () => links.put('key', 'value', now + 60_000),
    () => links.insert('key', 'value', now + 60_000),
    () => links.get('key'),
    () => links.update('key', () => null),
    () => links.takeOnce('key'),
    () => links.delete('key'),
  ];
}

/** Asks everything at once and returns how long the slowest took; every one must have been refused. */
async function allRefused(store: RedisStore): Promise<number> {
  const start = performance.now();
  const results = await Promise.allSettled(everyCall(store, Date.now()).map((call) => call()));
  expect(results.map((result) => result.status === 'rejected' && result.reason)).toEqual(
    results.map(() => expect.any(TemporarilyUnavailable)),
  );
  return performance.now() - start;
}

describeWithStores('Redis under faults', () => {
  let server: StoreServer;
  let proxy: FaultProxy;
  let options: RedisOptions;
  let store: RedisStore;

  beforeEach(async () => {
    server = await startRedis();
    proxy = await startFaultProxy({ to: { host: '127.0.0.1', port: server.port } });
    options = { ...redisOptions({ url: `redis://127.0.0.1:${proxy.port}` }), clock: { now: Date.now } };
    store = await openRedis(options);
  });
  afterEach(async () => {
    await store.close();
    await proxy.stop();
    await server.stop();
  });

  const works = () => untilWorks(() => store.rows('link').put('another', 'value', Date.now() + 60_000));

  test('frozen for 3 s: nobody waits longer than a call may, and the thawed one is used at once', async () => {
    server.freeze();
    expect(await allRefused(store)).toBeLessThan(callLimitMs);
    for (let round = 0; round < 5; round += 1) {
      expect(await allRefused(store)).toBeLessThan(callLimitMs);
      await sleep(500);
    }
    server.thaw();
    expect(await works()).toBeLessThan(recoveryLimitMs);
  });

  test('killed and started again: refused at once meanwhile, used again without a restart of ours', async () => {
    await server.kill();
    await sleep(100);
    expect(await allRefused(store)).toBeLessThan(100);
    await sleep(1_500);
    await server.start();
    expect(await works()).toBeLessThan(recoveryLimitMs);
  });

  test.each(['black-hole', 'refuse', 'garbage'] as const)(
    '%s: found out by a request or by the watch, and mended',
    async (kind) => {
      await proxy.set({ kind });
      if (kind === 'refuse') proxy.cut();
      expect(await allRefused(store)).toBeLessThan(callLimitMs);
      await sleep(1_000);
      expect(await allRefused(store)).toBeLessThan(callLimitMs);
      await proxy.heal();
      expect(await works()).toBeLessThan(recoveryLimitMs);
    },
  );

  test('a connection that dies while nobody asks is replaced by the watch, and nobody notices', async () => {
    await proxy.set({ kind: 'black-hole' });
    await sleep(1_800);
    await proxy.heal();
    await sleep(1_400);
    await store.rows('link').put('key', 'value', Date.now() + 60_000);
  });

  test.each(['cut', 'silence'] as const)(
    'a reply that is lost (%s) is a failure, and nothing is asked twice',
    async (how) => {
      const links = store.rows<string>('link');
      await links.put('key', 'value', Date.now() + 60_000);
      await store.artifacts.upsert('AuthorizationCode', 'code', '{}', {}, Date.now() + 60_000);
      const attempts = [
        () => links.takeOnce('key'),
        () => store.artifacts.consume('AuthorizationCode', 'code'),
        () => store.artifacts.insert('ReplayDetection', 'jti', '{}', Date.now() + 60_000),
      ];
      for (const attempt of attempts) {
        await proxy.set({ kind: 'lose-replies', how });
        const start = performance.now();
        await expect(attempt()).rejects.toBeInstanceOf(TemporarilyUnavailable);
        // What is known to be lost is not waited for.
        expect(performance.now() - start).toBeLessThan(how === 'cut' ? 300 : callLimitMs);
        await proxy.heal();
        await works();
      }
      // Each was done, once; nobody was told that he had won, and nobody ever will be.
      expect(await links.takeOnce('key')).toBeNull();
      expect(await store.artifacts.consume('AuthorizationCode', 'code')).toBe(false);
      expect(await attempts[2]?.()).toBe(false);
    },
  );

  test('a hit whose reply is lost was counted once there, and is counted strictly here', async () => {
    await store.limits.hit('key', 60_000);
    await proxy.set({ kind: 'lose-replies', how: 'silence' });
    expect((await store.limits.hit('key', 60_000)).count).toBe(4);
    await proxy.heal();
    await works();
    expect((await store.limits.peek('key')).count).toBe(2);
  });

  test('while Redis is away limits are never off: each hit counts as four, looking and forgetting work', async () => {
    await server.kill();
    await sleep(100);
    const counts = [];
    for (let hits = 0; hits < 3; hits += 1) counts.push((await store.limits.hit('key', 60_000)).count);
    expect(counts).toEqual([4, 8, 12]);
    expect((await store.limits.peek('key')).count).toBe(12);
    await store.limits.forget('key');
    expect((await store.limits.peek('key')).count).toBe(0);
    await expect(store.ping()).rejects.toBeInstanceOf(TemporarilyUnavailable);
  });

  test('a slow Redis is used as long as it answers in time', async () => {
    await proxy.set({ kind: 'latency', ms: 100 });
    await store.rows('link').put('key', 'value', Date.now() + 60_000);
    expect(await store.rows('link').get('key')).toBe('value');
    await proxy.set({ kind: 'latency', ms: 1_000 });
    expect(await allRefused(store)).toBeLessThan(callLimitMs);
  });

  test('the log tells once that it is away, and once that it is back', async () => {
    const { told } = options.log as ReturnType<typeof listeningLog>;
    await proxy.set({ kind: 'refuse' });
    proxy.cut();
    await sleep(3_300);
    await proxy.heal();
    await sleep(1_500);
    expect(told.map(({ message }) => message)).toEqual(['Redis is away', 'Redis is back']);
    expect(told[0]?.fields).toEqual({ cause: expect.stringContaining('ECONNREFUSED') });
  });

  test('closing waits for what is under way', async () => {
    await proxy.set({ kind: 'latency', ms: 50 });
    const put = store.rows('link').put('late', 'value', Date.now() + 60_000);
    await store.close();
    await put;
    await expect(store.rows('link').get('late')).rejects.toThrow('closed');
    await proxy.heal();
    store = await openRedis(options);
    expect(await store.rows('link').get('late')).toBe('value');
  });
});
