/** What each operation costs in round trips to one Redis, counted on the wire. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { AccountId } from '../../../src/ids.ts';
import { openRedis, type RedisStore } from '../../../src/storage/mongo-redis/redis.ts';
import { describeWithStores } from '../../support/describe-with-stores.ts';
import { type FaultProxy, startFaultProxy } from '../../support/fault-proxy.ts';
import { type StoreServer, startRedis } from '../../support/store-servers.ts';
import { redisOptions } from './redis-support.ts';

const anna = 'anna' as AccountId;
const index = { uid: 'uid', userCode: 'code', grantId: 'grant', accountId: 'anna', clientId: 'oima' };

describeWithStores('round trips to Redis', () => {
  let server: StoreServer;
  let proxy: FaultProxy;
  let store: RedisStore;

  beforeAll(async () => {
    server = await startRedis();
    proxy = await startFaultProxy({ to: { host: '127.0.0.1', port: server.port } });
    store = await openRedis({ ...redisOptions({ url: `redis://127.0.0.1:${proxy.port}` }), clock: { now: Date.now } });
    // With some way to go, bursts that were sent together arrive together.
    await proxy.set({ kind: 'latency', ms: 5 });
  });
  afterAll(async () => {
    await store.close();
    await proxy.stop();
    await server.stop();
  });

  const end = () => Date.now() + 60_000;
  const artifacts = () => store.artifacts;
  const rows = () => store.rows<string>('link');
  const limits = () => store.limits;
  const operations: [name: string, trips: number, run: (id: string) => Promise<unknown>][] = [
    ['upsert with every index', 1, (id) => artifacts().upsert('Session', id, '{}', index, end())],
    ['insert', 1, (id) => artifacts().insert('ReplayDetection', id, '{}', end())],
    ['find', 1, () => artifacts().find('Session', 'id')],
    ['findByUid', 1, () => artifacts().findByUid('Session', 'uid')],
    ['findByUserCode', 1, () => artifacts().findByUserCode('Session', 'code')],
    ['consume a code', 1, (id) => artifacts().consume('AuthorizationCode', id)],
    ['consume a refresh token', 2, () => artifacts().consume('RefreshToken', 'unspent')],
    ['destroy', 1, (id) => artifacts().destroy('Session', id)],
    ['revokeByGrant', 2, () => artifacts().revokeByGrant('AccessToken', 'grant')],
    ['ofAccount', 2, () => artifacts().ofAccount('Session', anna)],
    ['revokeByAccount', 2, () => artifacts().revokeByAccount(anna)],
    ['put', 1, () => rows().put('key', 'value', end())],
    ['insert a row', 1, () => rows().insert('key', 'value', end())],
    ['get', 1, () => rows().get('key')],
    ['update', 2, () => rows().update('key', (value) => ({ value: `${value}+` }))],
    ['takeOnce', 1, () => rows().takeOnce('key')],
    ['delete', 1, () => rows().delete('key')],
    ['hit', 1, () => limits().hit('key', 60_000)],
    ['peek', 1, () => limits().peek('key')],
    ['forget', 1, () => limits().forget('key')],
  ];

  test.each(operations)('%s: %i', async (name, trips, run) => {
    const counted: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      for (const model of ['Session', 'AccessToken']) await artifacts().upsert(model, 'id', '{}', index, end());
      await artifacts().destroy('RefreshToken', 'unspent');
      await artifacts().upsert('RefreshToken', 'unspent', '{}', {}, end());
      if (name !== 'insert a row') await rows().put('key', 'value', end());
      const before = proxy.stats().turnarounds;
      await run(`own ${round}`);
      counted.push(proxy.stats().turnarounds - before);
    }
    // The watch asks once a second too: what was counted beside it is too much.
    expect(Math.min(...counted)).toBe(trips);
  });
});
