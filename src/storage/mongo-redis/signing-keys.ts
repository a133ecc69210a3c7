import type { SigningKeySet, SigningKeys } from '../signing-key-port.ts';
import { insertNew, reading, writing } from './connection.ts';
import type { KeySetDocument } from './documents.ts';
import { newId, pendingEffects } from './effects.ts';
import type { OutboxDeps } from './outbox.ts';

/** The one document; its unique slot is from the time when there was one for each key. */
export const keySetId = 'set';

/**
 * The document carries its audit records until they are copied out. Every node reads it every few seconds, and whoever
 * finds some left over copies them: no other repair is needed.
 */
export function createSigningKeys({
  models: { signingKeys },
  ask,
  settle,
  stamp,
}: Pick<OutboxDeps, 'models' | 'ask' | 'settle' | 'stamp'>): SigningKeys {
  const find = () => ask(() => signingKeys.findOne({ _id: keySetId }, null, reading).exec());

  async function settleLeft({ version, pending }: KeySetDocument): Promise<void> {
    if (pending.length === 0) return;
    await settle(null, pending);
    await ask(() => signingKeys.updateOne({ _id: keySetId, version }, { $set: { pending: [] } }, writing));
  }

  async function commit(set: SigningKeySet, pending: KeySetDocument['pending']): Promise<boolean> {
    const document: KeySetDocument = { _id: keySetId, slot: keySetId, ...set, pending };
    if (set.version === 1 && (await insertNew(ask, signingKeys, document))) return true;
    const { keys, version } = set;
    const before = { _id: keySetId, version: version - 1 };
    const { matchedCount } = await ask(() =>
      signingKeys.updateOne(before, { $set: { keys, version, pending } }, writing),
    );
    if (matchedCount === 1) return true;
    // Or it was this very write, sent twice.
    const change = pending[0]?.change;
    return (await find())?.pending.some((one) => one.change === change) ?? false;
  }

  return {
    async read() {
      const found = await find();
      if (!found) return null;
      await settleLeft(found);
      return { version: found.version, keys: found.keys };
    },
    async replace(set, audit) {
      const before = await find();
      if (before && before.version >= set.version) return false;
      // What the set before still owes must not be written over.
      if (before) await settleLeft(before);
      const pending = [pendingEffects(newId(), { audit }, stamp)];
      if (!(await commit(set, pending))) return false;
      await settleLeft({ _id: keySetId, slot: keySetId, ...set, pending });
      return true;
    },
  };
}
