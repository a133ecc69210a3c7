import type { ClaimedLogout, Logouts } from '../logout-port.ts';
import { type Ask, insertNew, reading, writing } from './connection.ts';
import type { LogoutDocument } from './documents.ts';
import type { Models } from './models.ts';
import { createDepth } from './queue-depth.ts';

export function createLogouts({ logouts }: Models, ask: Ask): Logouts {
  /** Decides by comparing, so that of many workers that saw the same one gets it. */
  async function claim({ _id, dueAt, attempts, logout }: LogoutDocument, until: number): Promise<ClaimedLogout | null> {
    const lease = { $set: { dueAt: until, attempts: attempts + 1 } };
    const { matchedCount } = await ask(() => logouts.updateOne({ _id, dueAt, attempts }, lease, writing));
    return matchedCount === 1 ? { logout, attempts: attempts + 1 } : null;
  }

  return {
    async add(added) {
      await Promise.all(
        added.map((logout) => {
          const { id: _id, clientId, createdAt: dueAt } = logout;
          return insertNew(ask, logouts, { _id, clientId, logout, dueAt, attempts: 0 });
        }),
      );
    },
    async claimDue(now, { limit, leaseMs, except }) {
      const filter = { dueAt: { $lte: now }, clientId: { $nin: [...except] } };
      const due = await ask(() => logouts.find(filter, null, reading).sort({ dueAt: 1 }).limit(limit).exec());
      const claimed = await Promise.all(due.map((one) => claim(one, now + leaseMs)));
      return claimed.filter((one) => one !== null);
    },
    depth: createDepth(logouts, ask, 'logout.createdAt'),
    async retryAt(_id, at) {
      await ask(() => logouts.updateOne({ _id }, { $set: { dueAt: at } }, writing));
    },
    async remove(_id) {
      await ask(() => logouts.deleteOne({ _id }, writing));
    },
  };
}
