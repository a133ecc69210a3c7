/**
 * Absorbing an account: `born` (half made) gives its address to `into` and is no more, in one step and without a
 * transaction. The commit point is the document of `into`, as of every change (reservations.ts), and born is frozen first:
 *
 * 1. What born owes from before is settled; keys that neither has are reserved, as ever.
 * 2. Bind: one write on born's document that compares its revision and raises it, and names `into`, the revision of `into`
 *    that the change was decided on (`from`), and the change.
 * 3. Commit on `into`, which compares its revision with `from`. Born's keys need no reserving: born has them and is frozen.
 * 4. Settle (effects.ts): born's reservations become those of `into`; then born becomes a tombstone that stays bound.
 *
 * Whoever reads a bound account judges it by the document of `into`, read after it:
 * - absorbed: born is a tombstone, or the change is among the `pending` of `into`, where it stays until 4 is done. Born is
 *   no more, and who asks for one of its keys is sent on to `into`.
 * - undecided: `into` still has the revision `from`. To readers born is there. Who wants to change born, or absorb it too,
 *   watches a short while and then kills the absorption by raising the revision of `into`: its commit finds that out.
 * - else free: that commit can never be. But the change may have been committed *and settled* since born was read, so born
 *   is read once more: if it is no tombstone and still bound by the same change, it really is free.
 *
 * A bound account never changes, since all who change it make it free first (`unbound`), and every change compares the
 * revision that binding raises. Undoing or killing an unfinished absorption is always safe, so a crash between any two
 * writes leaves something that anybody completes or ignores. Proved by test/storage/mongo-redis/crash.test.ts.
 */
import type { AccountId } from '../../ids.ts';
import { type Ask, writing } from './connection.ts';
import type { AccountDocument } from './documents.ts';
import type { Find } from './find.ts';
import type { Models } from './models.ts';
import { createWatch } from './patience.ts';
import type { Attempt } from './reservations.ts';

type Binding = NonNullable<AccountDocument['absorbing']>;
type Judged =
  | { readonly state: 'free'; readonly born: AccountDocument }
  | { readonly state: 'undecided'; readonly born: AccountDocument; readonly binding: Binding }
  | { readonly state: 'absorbed'; readonly into: AccountDocument | null };

export type Absorptions = {
  /** The document itself, or that of who absorbed it. One round trip for each binding on the way, mostly none. */
  follow(document: AccountDocument | null): Promise<AccountDocument | null>;
  /** The document (or a newer one) that a change may be decided on; null = absorbed. May kill an undecided absorption. */
  unbound(document: AccountDocument | null): Promise<AccountDocument | null>;
  /** Step 2. False: born is no longer as it was read. */
  bind(born: AccountDocument, attempt: Attempt): Promise<boolean>;
  /** Undoes step 2; only for an attempt that is known not to be committed. */
  release(born: AccountId, change: string): Promise<void>;
  /** Makes sure that an undecided absorption is never committed. */
  kill(binding: Binding): Promise<void>;
  /** Frees an account from a binding that is dead; resolves to how many that were: 0 or 1. */
  releaseDead(born: AccountDocument): Promise<number>;
};

export function createAbsorptions(models: Models, ask: Ask, find: Find): Absorptions {
  const judge = createJudge(find);
  const { kill, bind, release } = createSteps(models, ask, find);

  async function follow(document: AccountDocument | null): Promise<AccountDocument | null> {
    if (!document?.absorbing) return document;
    const judged = await judge(document);
    return judged.state === 'absorbed' ? follow(judged.into) : judged.born;
  }

  async function unbound(document: AccountDocument | null): Promise<AccountDocument | null> {
    const watch = createWatch();
    for (let seen = document; ; ) {
      if (!seen?.absorbing) return seen;
      const judged = await judge(seen);
      if (judged.state === 'absorbed') return null;
      if (judged.state === 'free') return judged.born;
      if (watch.isOver(judged.binding.change)) await kill(judged.binding);
      else await watch.pause(ask);
      seen = judged.born;
    }
  }

  return {
    ...{ follow, unbound, bind, release, kill },
    async releaseDead(document) {
      const judged = await judge(document);
      if (judged.state !== 'free' || !judged.born.absorbing) return 0;
      await release(judged.born._id, judged.born.absorbing.change);
      return 1;
    },
  };
}

function createJudge(find: Find) {
  return async (document: AccountDocument): Promise<Judged> => {
    for (let born = document; ; ) {
      const binding = born.absorbing;
      if (!binding) return { state: 'free', born };
      const into = await find(binding.into);
      const isPending = into?.pending.some(({ change }) => change === binding.change);
      if (born.account === null || isPending) return { state: 'absorbed', into };
      if (into?.revision === binding.from) return { state: 'undecided', born, binding };
      const again = await find(born._id);
      // Tombstones are removed only long after everything was settled.
      if (!again) return { state: 'absorbed', into };
      if (again.account !== null && again.absorbing?.change === binding.change) return { state: 'free', born: again };
      born = again;
    }
  };
}

function createSteps({ accounts }: Models, ask: Ask, find: Find): Pick<Absorptions, 'bind' | 'release' | 'kill'> {
  return {
    async bind({ _id, revision }, { owner: into, from, change, at }) {
      const bound = { $set: { revision: revision + 1, absorbing: { into, from, change, at } } };
      const { matchedCount } = await ask(() => accounts.updateOne({ _id, revision }, bound, writing));
      // Or it was this very write, which the driver has sent twice.
      return matchedCount === 1 || (await find(_id))?.absorbing?.change === change;
    },
    async release(_id, change) {
      // Not a tombstone: that stays bound.
      const bound = { _id, 'absorbing.change': change, account: { $ne: null } };
      await ask(() => accounts.updateOne(bound, { $unset: { absorbing: 1 } }, writing));
    },
    async kill({ into: _id, from: revision }) {
      const dead = { $set: { revision: revision + 1 } };
      await ask(() => accounts.updateOne({ _id, revision }, dead, writing));
    },
  };
}
