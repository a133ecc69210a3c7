/** What the expiring half keeps with what must last: the fence, and what was revoked for good (fence.ts, revocations.ts). */
import { insertNew, isDuplicate, reading, writing } from './connection.ts';
import type { Fence, FenceStore } from './fence.ts';
import type { MongoAccess } from './mongo.ts';
import type { Revocations } from './revocations.ts';

type FenceDocument = Fence & { readonly _id: string };

/** One document for all nodes of one Redis (`name`: its key prefix). */
export function createFenceStore({ ask, collection }: MongoAccess, name: string): FenceStore {
  const fences = collection<FenceDocument>('fences');
  return {
    async load() {
      const found = await ask(() => fences.findOne({ _id: name }));
      if (found === null) return null;
      const { version, notBefore, restored, reigns } = found;
      return { version, notBefore, restored, reigns };
    },
    async replace(before, after) {
      try {
        if (before === null) {
          await ask(() => fences.insertOne({ _id: name, ...after }));
          return true;
        }
        const { matchedCount } = await ask(() => fences.replaceOne({ _id: name, version: before.version }, after));
        return matchedCount === 1;
      } catch (error) {
        if (isDuplicate(error)) return false;
        throw error;
      }
    },
  };
}

export function createRevocations({ ask, models: { revocations } }: MongoAccess): Revocations {
  return {
    async add(keys, at, expiresAt) {
      await Promise.all(keys.map((_id) => addOne(_id)));
      async function addOne(_id: string): Promise<void> {
        if (await insertNew(ask, revocations, { _id, at, expiresAt })) return;
        await ask(() => revocations.updateOne({ _id }, { $max: { at, expiresAt } }, writing));
      }
    },
    async find(keys) {
      const found = await ask(() => revocations.find({ _id: { $in: [...keys] } }, null, reading).exec());
      return found.map(({ _id: key, at }) => ({ key, at }));
    },
  };
}
