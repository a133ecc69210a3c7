/** Work of any size in steps that each fit into the time limits. */
import type { Model, QueryFilter } from 'mongoose';
import { type Ask, reading, writing } from './connection.ts';

const batchSize = 500;

/** Resolves to the number of documents deleted. */
export async function deleteAll<Document extends { readonly _id: string }>(
  ask: Ask,
  model: Model<Document>,
  filter: QueryFilter<Document>,
): Promise<number> {
  for (let deleted = 0; ; ) {
    const rows = await ask(() => model.find(filter, { _id: 1 }, reading).limit(batchSize).exec());
    // A cast: TypeScript loses the field on its way through Mongoose's types.
    const ids = rows.map((row) => (row as unknown as { readonly _id: string })._id);
    if (ids.length === 0) return deleted;
    // Compared again: a row may have been changed since it was read.
    const { deletedCount } = await ask(() => model.deleteMany({ $and: [{ _id: { $in: ids } }, filter] }, writing));
    deleted += deletedCount;
  }
}
