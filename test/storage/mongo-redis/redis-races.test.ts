/** Four nodes at once on one Redis and on a cluster: of any number of attempts one wins, and nothing is lost. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openRedis, type RedisOptions, type RedisStore } from '../../../src/storage/mongo-redis/redis.ts';
import { describeWithStores } from '../../support/describe-with-stores.ts';
import { type StoreServer, startRedis, startRedisCluster } from '../../support/store-servers.ts';
import { redisOptions } from './redis-support.ts';

/** As many nodes, each with a connection of its own. */
async function openNodes(options: RedisOptions): Promise<readonly RedisStore[]> {
  const first = await openRedis(options);
  return [first, ...(await Promise.all([1, 2, 3].map(() => openRedis(options))))];
}

function racesOf(name: string, nodes: () => readonly RedisStore[]): void {
  describe(`races of four nodes: ${name}`, () => {
    const rounds = Array.from({ length: 100 }, (_, round) => `round ${round}`);
    const end = Date.now() + 3_600_000;
    /** Each node tries twice, all at once; returns how often it was won. */
    const wins = async (attempt: (node: RedisStore) => Promise<unknown>) => {
      const results = await Promise.all([...nodes(), ...nodes()].map(attempt));
      return results.filter((result) => result !== false && result !== null).length;
    };
    const each = async (
      prepare: (id: string) => Promise<unknown>,
      attempt: (node: RedisStore, id: string) => Promise<unknown>,
    ) => {
      for (const id of rounds) {
        await prepare(id);
        expect([id, await wins((node) => attempt(node, id))]).toEqual([id, 1]);
      }
    };
    const first = () => nodes()[0] as RedisStore;

    test('a code is consumed once', () =>
      each(
        (id) => first().artifacts.upsert('AuthorizationCode', id, '{}', { grantId: 'g' }, end),
        (node, id) => node.artifacts.consume('AuthorizationCode', id),
      ));

    test('a refresh token is consumed once', () =>
      each(
        (id) => first().artifacts.upsert('RefreshToken', id, '{}', { grantId: 'g' }, end),
        (node, id) => node.artifacts.consume('RefreshToken', id),
      ));

    test('a jti is new once', () =>
      each(
        async () => {},
        (node, id) => node.artifacts.insert('ReplayDetection', id, '{}', end),
      ));

    test('a row is inserted once and taken once', () =>
      each(
        async (id) => expect(await wins((node) => node.rows('adoption').insert(id, {}, end))).toBe(1),
        (node, id) => node.rows('adoption').takeOnce(id),
      ));

    test('a claim by update is made once', () =>
      each(
        (id) => first().rows('link').put(id, { claim: '' }, end),
        async (node, id) => {
          const claim = String(Math.random());
          const result = await node
            .rows<{ claim: string }>('link')
            .update(id, (row) => (row.claim === '' ? { value: { claim } } : null));
          return result?.changed;
        },
      ));

    test('every hit counts once', async () => {
      const hits = await Promise.all(rounds.flatMap(() => nodes().map((node) => node.limits.hit('race', 600_000))));
      expect(hits.map(({ count }) => count).sort((a, b) => a - b)).toEqual(hits.map((_, at) => at + 1));
    });

    test('an artifact that is written while its grant is revoked is gone, or found by the next revocation', async () => {
      for (const id of rounds) {
        const written = nodes().map((node, at) =>
          node.artifacts.upsert('AccessToken', `${id} ${at}`, '{}', { grantId: id }, end),
        );
        await Promise.all([...written, ...nodes().map((node) => node.artifacts.revokeByGrant('AccessToken', id))]);
        await first().artifacts.revokeByGrant('AccessToken', id);
        const left = await Promise.all(written.map((_, at) => first().artifacts.find('AccessToken', `${id} ${at}`)));
        expect([id, ...left]).toEqual([id, ...left.map(() => null)]);
      }
    });
  });
}

describeWithStores('several nodes', () => {
  let server: StoreServer;
  let cluster: Awaited<ReturnType<typeof startRedisCluster>>;
  let onServer: readonly RedisStore[];
  let onCluster: readonly RedisStore[];
  beforeAll(async () => {
    server = await startRedis();
    cluster = await startRedisCluster();
    onServer = await openNodes({ ...redisOptions({ url: server.url }), clock: { now: Date.now } });
    onCluster = await openNodes({ ...redisOptions({ clusterNodes: cluster.urls }), clock: { now: Date.now } });
  });
  afterAll(async () => {
    await Promise.all([...onServer, ...onCluster].map((node) => node.close()));
    await server.stop();
    await cluster.stop();
  });

  racesOf('one server', () => onServer);
  racesOf('a cluster', () => onCluster);
});
