/** Moving house from a store whose nodes died owing much: what they owed is in the tables that come later. */
import { expect, test } from '@jest/globals';
import { keysOf } from '../../../src/storage/account-keys.ts';
import { pendingEffects } from '../../../src/storage/mongo-redis/effects.ts';
import { openMongo } from '../../../src/storage/mongo-redis/mongo.ts';
import { createMoving } from '../../../src/storage/mongo-redis/moving.ts';
import type { RedisStore } from '../../../src/storage/mongo-redis/redis.ts';
import { describeWithStores } from '../../support/describe-with-stores.ts';
import { testAccount, testAudit } from '../../support/storage.ts';
import { startMongo } from '../../support/store-servers.ts';
import { mongoOptions } from './mongo-options.ts';

describeWithStores('moving house from a store that owes', () => {
  test('all of it is settled first, however much it is', async () => {
    const server = await startMongo();
    const store = await openMongo(mongoOptions(server.url));
    // A cast: the tables of the other half are not asked for.
    const moving = createMoving(store, { moving: {} } as unknown as RedisStore);
    const owing = Array.from({ length: 450 }, (_, n) => {
      const account = testAccount();
      const pending = pendingEffects(`change ${n}`, { audit: [testAudit()] }, () => n);
      return { _id: account.id, revision: 1, account, recent: [`change ${n}`], pending: [pending] };
    });
    try {
      await store.connection.models.accounts.insertMany(owing);
      await moving.read('accounts', null, 0);
      expect(await moving.count('audit', 0)).toBe(450);
    } finally {
      await store.close();
      await server.stop();
    }
  }, 60_000);

  test('an account that was absorbed, and is not removed yet, does not move', async () => {
    const server = await startMongo();
    const store = await openMongo(mongoOptions(server.url));
    const moving = createMoving(store, { moving: {} } as unknown as RedisStore);
    const [kept, born] = [testAccount(), testAccount()];
    try {
      for (const account of [kept, born]) await store.accounts.create(account, {});
      // As a node leaves it that dies right after the commit.
      const [change, from, at] = ['absorption', 1, 1];
      const absorbs = { born: born.id, keys: keysOf(born), from, at };
      const pending = { ...pendingEffects(change, {}, () => 1), absorbs };
      const account = { ...kept, version: 2, emailFingerprint: born.emailFingerprint };
      const { accounts } = store.connection.models;
      await accounts.updateOne(
        { _id: born.id },
        { $set: { revision: 2, absorbing: { into: kept.id, from, change, at } } },
      );
      await accounts.updateOne({ _id: kept.id }, { $set: { revision: 2, account }, $push: { pending } });
      const page = await moving.read('accounts', null, 0);
      expect(page.rows.map(({ value }) => value)).toEqual([account]);
      expect(await store.accounts.byEmail(born.emailFingerprint)).toEqual(account);
    } finally {
      await store.close();
      await server.stop();
    }
  }, 60_000);
});
