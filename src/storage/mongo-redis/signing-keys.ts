import type { SigningKeys } from '../ports.ts';
import { type Ask, insertNew, reading, writing } from './connection.ts';
import type { Models } from './models.ts';

/** The slot of the first key of all; its unique index lets one of several starting nodes win. */
const firstSlot = 'first';

export function createSigningKeys({ signingKeys }: Models, ask: Ask): SigningKeys {
  return {
    async all() {
      const rows = await ask(() => signingKeys.find({}, null, reading).sort({ createdAt: 1, _id: 1 }).exec());
      return rows.map(({ _id: kid, sealedJwk, createdAt }) => ({ kid, sealedJwk, createdAt }));
    },
    async insertFirst({ kid, sealedJwk, createdAt }) {
      // A later key may stand here when the first one has been retired.
      if (await ask(() => signingKeys.findOne({}, { _id: 1 }, reading).exec())) return;
      await insertNew(ask, signingKeys, { _id: kid, slot: firstSlot, sealedJwk, createdAt });
    },
    async reseal(_id, from, to) {
      const { matchedCount } = await ask(() =>
        signingKeys.updateOne({ _id, sealedJwk: from }, { $set: { sealedJwk: to } }, writing),
      );
      return matchedCount === 1;
    },
  };
}
