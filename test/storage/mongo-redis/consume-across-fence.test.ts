/** A Redis that becomes another one between the two steps in which a refresh token is consumed. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { openRedis } from '../../../src/storage/mongo-redis/redis.ts';
import { consumedKey } from '../../../src/storage/mongo-redis/revocations.ts';
import { describeWithStores } from '../../support/describe-with-stores.ts';
import { startRedis } from '../../support/store-servers.ts';
import { memoryFences, memoryRevocations, redisOptions } from './redis-support.ts';

describeWithStores('a refresh token that two consume, one before and one after Redis lost its last moments', () => {
  test('the second does not win by what it had looked up before', async () => {
    const server = await startRedis();
    const [fences, revocations] = [memoryFences(), memoryRevocations()];
    const options = { ...redisOptions({ url: `redis://127.0.0.1:${server.port}` }), fences };
    const other = { ...revocations };
    let isFirst = true;
    const meanwhile = async (...[keys, at, expiresAt]: Parameters<typeof revocations.add>) => {
      await revocations.add(keys, at, expiresAt);
      if (!isFirst || !keys.includes(consumedKey('RefreshToken', 'r'))) return;
      isFirst = false;
      // The other node has consumed it, Redis has lost that, and a third node has noted its new reign.
      const before = await fences.load();
      if (before === null) throw new Error('no fence');
      await fences.replace(before, { ...before, version: before.version + 1, notBefore: options.clock.now() + 1 });
      while (store.notBefore === 0) await sleep(20);
    };
    const store = await openRedis({ ...options, revocations: { ...other, add: meanwhile } });
    try {
      await store.artifacts.upsert('RefreshToken', 'r', '{}', {}, options.clock.now() + 86_400_000);
      await expect(store.artifacts.consume('RefreshToken', 'r')).rejects.toMatchObject({ reason: 'redis: fence' });
      expect(await store.artifacts.consume('RefreshToken', 'r')).toBe(false);
    } finally {
      await store.close();
      await server.stop();
    }
  });
});
