import { randomBytes } from 'node:crypto';
import type { MongoOptions } from '../../../src/storage/mongo-redis/mongo.ts';
import { createWaits } from '../../../src/storage/mongo-redis/waits.ts';
import { testClock } from '../../support/storage.ts';

/** Options for a store on a test server, with a database of its own; nodes of one database share them. */
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
