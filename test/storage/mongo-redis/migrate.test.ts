/** The schema in MongoDB: made once, by whichever node comes first, and checked by each. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type MongoStore, openMongo } from '../../../src/storage/mongo-redis/mongo.ts';
import { describeWithStores } from '../../support/describe-with-stores.ts';
import { testAccount } from '../../support/storage.ts';
import { type StoreServer, startMongo } from '../../support/store-servers.ts';
import { mongoOptions } from './mongo-options.ts';

type SchemaDocument = { _id: string; version?: number; holder?: string };

describeWithStores('the schema in MongoDB', () => {
  let server: StoreServer;
  beforeAll(async () => {
    server = await startMongo();
  });
  afterAll(() => server.stop());

  /** Opens, lets `spoil` change what is there, closes, and opens again. */
  async function reopenAfter(spoil: (store: MongoStore) => Promise<unknown>): Promise<MongoStore> {
    const options = mongoOptions(server.url);
    const store = await openMongo(options);
    await spoil(store);
    await store.close();
    return openMongo(options);
  }

  test('five nodes that start together make it once, and all serve', async () => {
    const options = mongoOptions(server.url);
    const nodes = await Promise.all(Array.from({ length: 5 }, () => openMongo(options)));
    const accounts = nodes.map(() => testAccount());
    await Promise.all(nodes.map((node, n) => node.accounts.create(accounts[n] ?? testAccount(), {})));
    const found = await Promise.all(accounts.map(({ id }) => nodes[0]?.accounts.byId(id)));
    expect(found.map((account) => account?.id)).toEqual(accounts.map(({ id }) => id));
    const schema = await nodes[0]?.connection.collection<SchemaDocument>('schema').find().toArray();
    expect(schema?.map(({ _id, version }) => [_id, version])).toEqual([['version', expect.any(Number)]]);
    await Promise.all(nodes.map((node) => node.close()));
  });

  test('a second start changes nothing, and a half-done migration is done again', async () => {
    const again = await reopenAfter(async ({ connection }) => {
      await connection.collection<SchemaDocument>('schema').deleteOne({ _id: 'version' });
      await connection.collection('audit').dropIndexes();
    });
    await again.ping();
    await again.close();
  });

  test('an index that somebody dropped is a fault that a start names', async () => {
    const opening = reopenAfter(({ connection }) => connection.collection('signing_keys').dropIndexes());
    await expect(opening).rejects.toThrow(/lacks the index \{"slot":1\} of signing_keys/);
  });

  test('a schema of a newer Avain is refused', async () => {
    const opening = reopenAfter(({ connection }) =>
      connection.collection<SchemaDocument>('schema').updateOne({ _id: 'version' }, { $set: { version: 99 } }),
    );
    await expect(opening).rejects.toThrow('schema version 99 is newer than this Avain knows');
  });

  test('the lock of a node that died while it migrated is taken over', async () => {
    const began = performance.now();
    const again = await reopenAfter(async ({ connection }) => {
      const schema = connection.collection<SchemaDocument>('schema');
      await schema.deleteOne({ _id: 'version' });
      await schema.insertOne({ _id: 'lock', holder: 'somebody dead' });
    });
    expect(performance.now() - began).toBeGreaterThan(10_000);
    await again.close();
  });
});
