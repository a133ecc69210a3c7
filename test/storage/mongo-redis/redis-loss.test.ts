/** A Redis that has forgotten its last moments: another primary without the last writes, or an empty one. */
import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { AccountId } from '../../../src/ids.ts';
import { openRedis, type RedisOptions, type RedisStore } from '../../../src/storage/mongo-redis/redis.ts';
import { describeWithStores } from '../../support/describe-with-stores.ts';
import { type FaultProxy, startFaultProxy } from '../../support/fault-proxy.ts';
import { type StoreServer, startRedis } from '../../support/store-servers.ts';
import { type memoryRevocations, redisOptions, untilWorks } from './redis-support.ts';

const anna = 'anna' as AccountId;
const dayMs = 86_400_000;

const command = (server: StoreServer, ...words: string[]) =>
  execFileSync('redis-cli', ['-p', String(server.port), ...words], { encoding: 'utf8' });

describeWithStores('a Redis that forgot its last moments', () => {
  let primary: StoreServer;
  let replica: StoreServer;
  let proxy: FaultProxy;
  let options: RedisOptions;
  let store: RedisStore;

  beforeEach(async () => {
    primary = await startRedis(['--repl-diskless-sync-delay', '0']);
    replica = await startRedis(['--replicaof', '127.0.0.1', String(primary.port)]);
    while (!command(replica, 'info', 'replication').includes('master_link_status:up')) await sleep(20);
    proxy = await startFaultProxy({ to: { host: '127.0.0.1', port: primary.port } });
    options = { ...redisOptions({ url: `redis://127.0.0.1:${proxy.port}` }), clock: { now: Date.now } };
    store = await openRedis(options);
  });
  afterEach(async () => {
    await store.close();
    await proxy.stop();
    await primary.stop();
    await replica.stop();
  });

  const upsert = (model: string, id: string, accountId = 'bo', grantId = `grant of ${id}`) =>
    store.artifacts.upsert(model, id, id, { accountId, grantId }, Date.now() + 10 * dayMs);

  /** The replica becomes primary without what was written after `before`, and takes the other's place. */
  async function promoteWithout(lost: () => Promise<void>): Promise<void> {
    const offset = (server: StoreServer) =>
      command(server, 'info', 'replication').match(/master_repl_offset:(\d+)/)?.[1];
    while (offset(primary) !== offset(replica)) await sleep(5);
    command(replica, 'replicaof', 'no', 'one');
    await lost();
    await primary.kill();
    const { port } = proxy;
    await proxy.stop();
    proxy = await startFaultProxy({ to: { host: '127.0.0.1', port: replica.port }, port });
    await untilWorks(() => store.ping());
  }

  const oldOnes = ['Session', 'Interaction', 'AccessToken', 'AuthorizationCode', 'ClientCredentials', 'DeviceCode'];

  test('what is short-lived and older is refused, spent or not; people sign in again', async () => {
    for (const model of oldOnes) await upsert(model, 'old');
    await store.artifacts.upsert('Session', 'old', 'old', { uid: 'uid' }, null);
    await store.rows('challenge').put('old', 'code', Date.now() + dayMs);
    await promoteWithout(async () => {
      expect(await store.artifacts.consume('AuthorizationCode', 'old')).toBe(true);
      expect(await store.rows('challenge').takeOnce('old')).toBe('code');
    });
    expect(store.notBefore).toBeGreaterThan(0);
    for (const model of oldOnes) expect([model, await store.artifacts.find(model, 'old')]).toEqual([model, null]);
    expect(await store.artifacts.findByUid('Session', 'uid')).toBeNull();
    expect(await store.artifacts.consume('AuthorizationCode', 'old')).toBe(false);
    for (const kind of ['challenge', 'exchange', 'adoption']) {
      expect(await store.rows(kind).takeOnce('old')).toBeNull();
    }
    // The same ids, if anybody should have them again, are new rows.
    await upsert('Session', 'old');
    expect(await store.artifacts.find('Session', 'old')).not.toBeNull();
    expect(await store.rows('challenge').insert('old', 'new', Date.now() + dayMs)).toBe(true);
  });

  test('refresh tokens and grants stay, and of those nothing spent or revoked comes back', async () => {
    for (const id of ['unspent', 'consumed', 'destroyed', 'of a grant']) await upsert('RefreshToken', id);
    for (const id of ['kept', 'ended']) await upsert('Grant', id);
    await upsert('RefreshToken', 'of anna', 'anna');
    await store.rows('link').put('link', 'stays', Date.now() + dayMs);
    const { revocations } = options;
    const finds = () => (revocations as ReturnType<typeof memoryRevocations>).finds;
    await promoteWithout(async () => {
      expect(await store.artifacts.consume('RefreshToken', 'consumed')).toBe(true);
      await store.artifacts.destroy('RefreshToken', 'destroyed');
      await store.artifacts.destroy('Grant', 'ended');
      await store.artifacts.revokeByGrant('RefreshToken', 'grant of of a grant');
      await store.artifacts.revokeByAccount(anna);
    });
    expect(finds()).toBe(0);
    const token = (id: string) => store.artifacts.find('RefreshToken', id);
    expect(await token('unspent')).toEqual({ payload: 'unspent', consumedAt: null });
    expect(await token('consumed')).toEqual({ payload: 'consumed', consumedAt: expect.any(Number) });
    for (const id of ['destroyed', 'of a grant', 'of anna']) expect([id, await token(id)]).toEqual([id, null]);
    expect(await store.artifacts.find('Grant', 'kept')).not.toBeNull();
    expect(await store.artifacts.find('Grant', 'ended')).toBeNull();
    for (const id of ['consumed', 'destroyed', 'of anna']) {
      expect([id, await store.artifacts.consume('RefreshToken', id)]).toEqual([id, false]);
    }
    expect(await store.artifacts.ofAccount('RefreshToken', anna)).toEqual([]);
    expect(await store.artifacts.consume('RefreshToken', 'unspent')).toBe(true);
    expect(await store.artifacts.consume('RefreshToken', 'unspent')).toBe(false);
    expect(await store.rows('link').get('link')).toBe('stays');
    // What is new needs no look-up.
    const before = finds();
    await upsert('RefreshToken', 'new', 'anna');
    expect(await token('new')).not.toBeNull();
    expect(finds()).toBe(before);
  });

  test('an account that was revoked once is no stain on the tokens of its next sign-in', async () => {
    const clock = { now: () => Date.now() + shift };
    let shift = 0;
    await store.close();
    store = await openRedis({ ...options, clock });
    await store.artifacts.revokeByAccount(anna);
    shift = 60_000;
    await store.artifacts.upsert('RefreshToken', 'later', 'later', { accountId: 'anna' }, clock.now() + dayMs);
    await promoteWithout(async () => {});
    expect(store.notBefore).toBeGreaterThan(0);
    expect(await store.artifacts.find('RefreshToken', 'later')).not.toBeNull();
  });

  test('two losses, one after the other, each count', async () => {
    await upsert('Session', 'first');
    await promoteWithout(async () => {});
    await upsert('Session', 'second');
    expect(await store.artifacts.find('Session', 'first')).toBeNull();
    await replica.kill();
    await replica.start();
    command(replica, 'replicaof', 'no', 'one');
    await untilWorks(() => store.ping());
    expect(await store.artifacts.find('Session', 'second')).toBeNull();
  });

  test('a primary that becomes a replica under an open connection is left within a second or two', async () => {
    await upsert('Session', 'old');
    command(primary, 'replicaof', '127.0.0.1', String(replica.port));
    command(replica, 'replicaof', 'no', 'one');
    await sleep(2_200);
    await expect(upsert('Session', 'lost')).rejects.toMatchObject({ reason: expect.stringMatching(/^redis: /) });
    await expect(store.artifacts.find('Session', 'old')).rejects.toMatchObject({ reason: 'redis: no connection' });
  });

  test('all nodes see the fence, and none of them uses the other primary without it', async () => {
    const others = await Promise.all([1, 2, 3].map(() => openRedis(options)));
    await upsert('AuthorizationCode', 'code');
    await promoteWithout(async () => void (await store.artifacts.consume('AuthorizationCode', 'code')));
    const consumed = await Promise.all(
      others.map(async (node) => {
        await untilWorks(() => node.ping());
        return node.artifacts.consume('AuthorizationCode', 'code');
      }),
    );
    expect(consumed).toEqual([false, false, false]);
    expect(new Set(others.map((node) => node.notBefore))).toEqual(new Set([store.notBefore]));
    await Promise.all(others.map((node) => node.close()));
  });
});
