/** Stores over one test server: each with a database of its own, or several on the same one, as nodes have them. */
import { randomBytes } from 'node:crypto';
import { type MongoOptions, type MongoStore, openMongo } from '../../../src/storage/mongo-redis/mongo.ts';
import { createWaits } from '../../../src/storage/mongo-redis/waits.ts';
import type { Storage } from '../../../src/storage/ports.ts';
import { openTestStorage, type TestClock, testClock } from '../../support/storage.ts';
import type { OpenedStorage } from '../contract.ts';

export function mongoOptions(url: string, changes: Partial<MongoOptions> = {}): MongoOptions {
  return {
    url,
    database: `test-${randomBytes(8).toString('hex')}`,
    user: null,
    password: null,
    caFile: null,
    maxPoolSize: 32,
    clock: testClock(),
    waits: createWaits(2_000),
    ...changes,
  };
}

/** What lasts in MongoDB, what expires in memory: for the durable half of the contract. */
export async function openDurableHalf(url: string): Promise<OpenedStorage> {
  const clock = testClock();
  const options = mongoOptions(url, { clock });
  let open = await compose(options, clock);
  return {
    storage: open.storage,
    clock,
    async reopen() {
      await open.storage.close();
      open = await compose(options, clock);
      return open.storage;
    },
    close: () => open.storage.close(),
  };
}

async function compose(options: MongoOptions, clock: TestClock): Promise<{ storage: Storage; mongo: MongoStore }> {
  const mongo = await openMongo(options);
  const expiring = await openTestStorage(clock);
  const { accounts, audit, outbox, rosters, signingKeys } = mongo;
  const close = async () => void (await Promise.all([mongo.close(), expiring.close()]));
  return { mongo, storage: { ...expiring, accounts, audit, outbox, rosters, signingKeys, ping: mongo.ping, close } };
}
