/** F17: four processes at once at each one-time and each unique operation of mongo-redis; exactly one wins each time. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { tell } from '../faults/stores/table.ts';
import { brokenChains } from '../support/audit-chains.ts';
import { describeWithStores } from '../support/describe-with-stores.ts';
import { rounds } from '../support/heavy.ts';
import { openStores, type StoreAddresses } from '../support/open-stores.ts';
import { startMongo, startRedis, startRedisCluster } from '../support/store-servers.ts';
import type { Order, Report } from './racer.ts';
import { type Race, type RaceName, races } from './races.ts';

const processes = 4;
/**
 * How many things are under way at the same moment, and how often each process tries each. What is durable waits for the
 * disk: more of it at once would be kept waiting for longer than anybody may be.
 */
const rush = { durable: { things: 8, times: 1 }, other: { things: 25, times: 2 } };
const repeats = rounds(50, 1_000);
const names = Object.keys(races) as RaceName[];

const redises = {
  Redis: async () => {
    const redis = await startRedis();
    return { urls: [redis.url], stop: redis.stop };
  },
  'Redis Cluster': startRedisCluster,
};

describeWithStores('four processes', () => {
  let mongo: Awaited<ReturnType<typeof startMongo>>;
  const totals = { won: 0, wrong: 0 };
  beforeAll(async () => {
    mongo = await startMongo();
  });
  afterAll(async () => {
    await mongo?.stop();
    const measured = `${names.length} operations, ${repeats} times each, ${processes} to ${processes * rush.other.times} attempts at a time`;
    const result = { passed: totals.wrong === 0, acknowledged: totals.won, lost: 0, wrong: totals.wrong, measured };
    await tell('F17', result);
  });

  describe.each(Object.entries(redises))('on MongoDB and %s', (name, startRedises) => {
    const clustered = name === 'Redis Cluster';
    // What MongoDB decides alone has nothing to do with which Redis there is.
    const here = clustered ? names.filter((race) => races[race].where !== 'mongo') : names;
    let addresses: StoreAddresses;
    let redis: Awaited<ReturnType<typeof startRedises>>;
    let racers: ChildProcess[] = [];
    beforeAll(async () => {
      redis = await startRedises();
      addresses = { mongoUrl: mongo.url, database: name.replace(' ', '-'), redisUrls: redis.urls };
      // All of them at the same moment on an empty database: their migrations race too.
      racers = await Promise.all(Array.from({ length: processes }, () => startRacer(addresses)));
    });
    afterAll(async () => {
      await Promise.all(racers.map(leave));
      await redis?.stop();
    });

    test.each(here)(
      '%s',
      async (race) => {
        const { things: most, times } = races[race].where === 'redis' ? rush.other : rush.durable;
        for (let done = 0; done < repeats; done += most) {
          const things = Array.from(
            { length: Math.min(most, repeats - done) },
            (_, index) => `${race} ${done + index}`,
          );
          const [first] = racers;
          if (first) expect(await told(first, { order: 'prepare', race, things })).toEqual({ won: [], thrown: [] });
          const reports = await Promise.all(racers.map((racer) => told(racer, { order: 'race', race, things, times })));
          const won = reports.flatMap((report) => report.won).sort();
          const thrown = reports.flatMap((report) => report.thrown);
          totals.won += won.length;
          totals.wrong += thrown.length + Math.abs(won.length - things.length);
          expect({ thrown, won }).toEqual({ thrown: [], won: [...things].sort() });
        }
      },
      120_000,
    );

    if (clustered) return;
    test('every winner, and nobody else, left an audit record', async () => {
      const storage = await openStores(addresses);
      try {
        const audited = names.filter((race) => (races[race] as Race).audited);
        expect(await brokenChains(storage)).toEqual([]);
        expect(await storage.moving.count('audit', 0)).toBe(audited.length * repeats);
      } finally {
        await storage.close();
      }
    });
  });
});

async function startRacer(addresses: StoreAddresses): Promise<ChildProcess> {
  const racer = fork(join(import.meta.dirname, 'racer.ts'), [JSON.stringify(addresses)], { execArgv: [] });
  await Promise.race([
    once(racer, 'message'),
    once(racer, 'exit').then(([code]) => Promise.reject(new Error(`a racer ended with ${code}`))),
  ]);
  return racer;
}

async function told(racer: ChildProcess, order: Order): Promise<Report> {
  const answer = once(racer, 'message');
  racer.send(order);
  const [report] = await answer;
  return report as Report;
}

async function leave(racer: ChildProcess): Promise<void> {
  const exit = once(racer, 'exit');
  racer.disconnect();
  await exit;
}
