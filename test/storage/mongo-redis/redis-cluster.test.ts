/** Redis Cluster that loses a primary, with and without a replica to take its place. */
import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { TemporarilyUnavailable } from '../../../src/errors.ts';
import { openRedis, type RedisOptions, type RedisStore } from '../../../src/storage/mongo-redis/redis.ts';
import { describeWithStores } from '../../support/describe-with-stores.ts';
import { type StoreServer, startRedis } from '../../support/store-servers.ts';
import { redisOptions, untilWorks } from './redis-support.ts';

const dayMs = 86_400_000;
const cli = (server: StoreServer, ...words: string[]) =>
  execFileSync('redis-cli', ['-p', String(server.port), ...words], { encoding: 'utf8' }).trim();

const startNode = () =>
  startRedis(['--cluster-enabled', 'yes', '--cluster-node-timeout', '1000', '--repl-diskless-sync-delay', '0']);

describeWithStores('Redis Cluster under faults', () => {
  let nodes: StoreServer[];
  let options: RedisOptions;
  let store: RedisStore;

  beforeEach(async () => {
    nodes = [await startNode(), await startNode(), await startNode()];
    const places = nodes.map(({ port }) => `127.0.0.1:${port}`);
    execFileSync('redis-cli', ['--cluster', 'create', ...places, '--cluster-yes'], { stdio: 'ignore' });
    while (!nodes.every((node) => cli(node, 'cluster', 'info').includes('cluster_state:ok'))) await sleep(50);
    options = {
      ...redisOptions({ clusterNodes: nodes.map(({ url }) => url) }),
      clock: { now: Date.now },
    };
    store = await openRedis(options);
  });
  afterEach(async () => {
    await store.close();
    await Promise.all(nodes.map((node) => node.stop()));
  });

  const rows = () => store.rows<string>('link');
  /** Forty keys lie on all three. */
  const keys = Array.from({ length: 40 }, (_, index) => `key ${index}`);
  const putAll = () => Promise.allSettled(keys.map((key) => rows().put(key, key, Date.now() + dayMs)));
  const allWork = () => untilWorks(() => Promise.all(keys.map((key) => rows().put(key, key, Date.now() + dayMs))));

  test('a primary that is killed: what lies on it is refused at once; back again, all is used within 2 s', async () => {
    await nodes[0]?.kill();
    await sleep(100);
    const start = performance.now();
    const results = await putAll();
    expect(performance.now() - start).toBeLessThan(600);
    const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    expect(refused.length).toBeGreaterThan(0);
    expect(refused).toEqual(refused.map(() => expect.any(TemporarilyUnavailable)));
    await sleep(2_000);
    await nodes[0]?.start();
    while (!nodes.every((node) => cli(node, 'cluster', 'info').includes('cluster_state:ok'))) await sleep(20);
    expect(await allWork()).toBeLessThan(2_000);
  });

  test('a primary that is frozen: nobody waits longer than a call may', async () => {
    nodes[1]?.freeze();
    const start = performance.now();
    const results = await putAll();
    expect(performance.now() - start).toBeLessThan(600);
    expect(results.some(({ status }) => status === 'rejected')).toBe(true);
    nodes[1]?.thaw();
    while (!nodes.every((node) => cli(node, 'cluster', 'info').includes('cluster_state:ok'))) await sleep(20);
    expect(await allWork()).toBeLessThan(2_000);
  });

  test('a slot that moves to another primary is followed', async () => {
    const slot = Number(cli(nodes[0] as StoreServer, 'cluster', 'keyslot', 'avain:r:link:moved'));
    const ids = nodes.map((node) => cli(node, 'cluster', 'myid'));
    const owner = nodes.findIndex((node) =>
      cli(node, 'cluster', 'nodes')
        .match(/myself.*connected (.*)$/m)?.[1]
        ?.split(' ')
        .some((range) => {
          const [from = 0, to = from] = range.split('-').map(Number);
          return from <= slot && slot <= to;
        }),
    );
    const next = (owner + 1) % 3;
    await rows().delete('moved');
    for (const at of [next, owner, 3 - owner - next])
      cli(nodes[at] as StoreServer, 'cluster', 'setslot', String(slot), 'node', ids[next] ?? '');
    await rows().put('moved', 'value', Date.now() + dayMs);
    expect(await rows().get('moved')).toBe('value');
  });

  test('a replica without the last writes takes over: what was spent stays spent, all else goes on', async () => {
    const primary = nodes[0] as StoreServer;
    const replica = await startNode();
    nodes.push(replica);
    cli(replica, 'cluster', 'meet', '127.0.0.1', String(primary.port));
    await untilWorks(
      async () =>
        cli(replica, 'cluster', 'replicate', cli(primary, 'cluster', 'myid')) === 'OK' ||
        Promise.reject(new Error('not yet')),
    );
    while (!cli(replica, 'info', 'replication').includes('master_link_status:up')) await sleep(20);
    // The others must know of it, or it would get no votes.
    while (!nodes.every((node) => cli(node, 'cluster', 'nodes').match(/slave (?!.*handshake)/))) await sleep(20);
    while (cli(replica, 'cluster', 'nodes').split('\n').length < nodes.length) await sleep(20);
    const ids = keys.map((key) => key.replace(' ', '-'));
    for (const id of ids) await store.artifacts.upsert('AuthorizationCode', id, id, {}, Date.now() + dayMs);
    for (const id of ids) await store.artifacts.upsert('RefreshToken', id, id, {}, Date.now() + dayMs);
    const offset = (node: StoreServer) => /master_repl_offset:(\d+)/.exec(cli(node, 'info', 'replication'))?.[1];
    while (offset(replica) !== offset(primary)) await sleep(20);
    // From here on the replica hears nothing: it cannot sign in to its primary any more.
    cli(replica, 'config', 'set', 'masteruser', 'nobody');
    cli(replica, 'config', 'set', 'masterauth', 'wrong');
    cli(primary, 'client', 'kill', 'type', 'replica');
    while (!cli(replica, 'info', 'replication').includes('master_link_status:down')) await sleep(20);
    const consume = (model: string) => Promise.all(ids.map((id) => store.artifacts.consume(model, id)));
    expect(new Set(await consume('AuthorizationCode'))).toEqual(new Set([true]));
    expect(new Set(await consume('RefreshToken'))).toEqual(new Set([true]));
    await primary.kill();
    while (!cli(replica, 'info', 'replication').includes('role:master')) await sleep(20);
    expect(await allWork()).toBeLessThan(2_500);
    expect(store.notBefore).toBeGreaterThan(0);
    expect(new Set(await consume('AuthorizationCode'))).toEqual(new Set([false]));
    expect(new Set(await consume('RefreshToken'))).toEqual(new Set([false]));
    for (const id of ids) expect((await store.artifacts.find('RefreshToken', id))?.consumedAt).not.toBeNull();
    // The replica did have them unspent: without the fence they would be worth something again.
    expect(
      cli(
        replica,
        'eval',
        "local n = 0 for _, k in ipairs(redis.call('keys', '*:a:AuthorizationCode:*')) do if string.match(redis.call('get', k), '^%S* %S+  ') then n = n + 1 end end return n",
        '0',
      ),
    ).not.toBe('0');
  });
});
