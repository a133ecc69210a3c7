/** An import into the storage of several nodes: once each, whoever else imports the same, and again. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Importing, startImporting } from '../../migration/importing.ts';
import { describeWithStores } from '../../support/describe-with-stores.ts';
import { rounds } from '../../support/heavy.ts';
import { openStores } from '../../support/open-stores.ts';
import { type StoreServer, startMongo, startRedis } from '../../support/store-servers.ts';

const rows = rounds(1_000, 20_000);

describeWithStores('an import into MongoDB', () => {
  let mongo: StoreServer;
  let redis: StoreServer;
  let one: Importing;
  let other: Importing;

  beforeAll(async () => {
    [mongo, redis] = await Promise.all([startMongo(), startRedis()]);
    const addresses = { mongoUrl: mongo.url, redisUrls: [redis.url] };
    one = await startImporting(await openStores(addresses));
    other = await startImporting(await openStores(addresses));
  });
  afterAll(async () => {
    await Promise.all([one?.close(), other?.close()]);
    await Promise.all([mongo?.stop(), redis?.stop()]);
  });

  test('two nodes import one file: each account is made once, and a third time brings nothing', async () => {
    const lines = Array.from({ length: rows }, (_, index) => {
      const hash = `digest$md5$password$$${String(index).padStart(32, '0')}`;
      return `person-${index}@vanha.example,${hash}`;
    });
    const file = one.file('users.csv', `email,hash\n${lines.join('\n')}\n`);
    const [first, second] = await Promise.all([one.users(file), other.users(file)]);
    expect(first.done.outcomes.accepted + second.done.outcomes.accepted).toBe(rows);
    expect(first.done.outcomes['already-there'] + second.done.outcomes['already-there']).toBe(rows);
    expect((await one.users(file)).done.outcomes).toMatchObject({ accepted: 0, 'already-there': rows });
    expect(await other.status('old')).toMatchObject({ accounts: rows, dormantFormats: { 'wrapped:digest': rows } });
  }, 600_000);
});
