/** The part of MongoDB and Redis together in moving house. */
import type { Instant } from '../../ids.ts';
import type { MovedPage, MovedRow, MovedTable, Moving, MovingState } from '../moving.ts';
import type { MongoStore } from './mongo.ts';
import { createMongoMoving } from './mongo-moving.ts';
import type { RedisStore } from './redis.ts';

type StateDocument = { readonly _id: string; readonly state: MovingState };

/** What each half does for its own tables. */
type Half = {
  count(table: MovedTable, asOf: Instant): Promise<number>;
  read<T extends MovedTable>(table: T, from: string | null, asOf: Instant): Promise<MovedPage<T>>;
  write<T extends MovedTable>(table: T, rows: readonly MovedRow<T>[]): Promise<void>;
};

const expiringTables: readonly MovedTable[] = ['artifacts', 'rows', 'rateLimits'];

export function createMoving(
  { connection, repair }: Pick<MongoStore, 'connection' | 'repair'>,
  { moving: expiring }: Pick<RedisStore, 'moving'>,
): Moving {
  const { models, askLong, collection } = connection;
  const durable = createMongoMoving(models, askLong);
  const states = collection<StateDocument>('moving');
  // A cast: each half is given its own tables only.
  const halfOf = (table: MovedTable) => (expiringTables.includes(table) ? expiring : durable) as unknown as Half;
  const setState = async (state: MovingState | null): Promise<void> => {
    if (state) await askLong(() => states.replaceOne({ _id: 'state' }, { state }, { upsert: true }));
    else await askLong(() => states.deleteOne({ _id: 'state' }));
  };
  return {
    isEmpty: async () => (await durable.isEmpty()) && (await expiring.isEmpty()),
    count: (table, asOf) => halfOf(table).count(table, asOf),
    async read(table, from, asOf) {
      // What nodes that died still owed belongs to the tables that come later; a pass of the repair does a slice of it.
      if (table === 'accounts' && from === null) while ((await repair()) > 0);
      return halfOf(table).read(table, from, asOf);
    },
    async write(table, rows, state) {
      await halfOf(table).write(table, rows);
      await setState(state);
    },
    state: async () => (await askLong(() => states.findOne({ _id: 'state' })))?.state ?? null,
    setState,
  };
}
