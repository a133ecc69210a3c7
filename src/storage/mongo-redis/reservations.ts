/**
 * Unique keys (an address, an identity, a spent token) without a transaction. Each is a small document of its own, whose
 * `_id` is the key; but it alone means nothing. **The account document is the single commit point**, and a change goes:
 *
 * 1. Reserve: insert {key, owner, from, change} for each key the change newly takes; token, address, identity in turn.
 * 2. Commit: one write on the account document that compares its `revision` with `from` and raises it (accounts.ts).
 * 3. Settle what the change owes to other collections (effects.ts).
 *
 * A crash after 1 leaves a reservation without meaning, one after 2 something that anybody completes. Readers judge a key
 * by its owner's document: it is taken if the owner *has* it there. Else, as a commit compares the revision:
 * - revision > from: dead; that change can never be committed, so the reservation may be taken over.
 * - revision = from: undecided; somebody may be between 1 and 2. We watch a short while, by our own monotonic clock, and
 *   then kill the change by raising the owner's revision (no document: by a tombstone), which makes it dead. Whoever is
 *   killed alive finds out at its commit and begins again. Killing is always safe, so no clock is shared and nobody waits.
 *
 * A commit relies only on reservations that carry its own change: taking over compares the change that was looked at, so
 * of any number of takers one wins, and what was looked at is still so. Proved by test/storage/mongo-redis/crash.test.ts.
 */
import type { Model } from 'mongoose';
import type { AccountId, Instant } from '../../ids.ts';
import type { Absorptions } from './absorptions.ts';
import { type Ask, insertNew, writing } from './connection.ts';
import type { AccountDocument, ReservationDocument } from './documents.ts';
import type { Models } from './models.ts';
import { createWatch } from './patience.ts';

export type Key = { readonly kind: 'token' | 'email' | 'identity'; readonly value: string };

/** One attempt to commit a change: `from` is the owner's revision it was decided on, 0 = no document. */
export type Attempt = {
  readonly change: string;
  readonly owner: AccountId;
  readonly from: number;
  readonly at: Instant;
};

export type Reserved = 'reserved' | 'taken' | /** The owner has been changed meanwhile. */ 'stale';

/** A reservation together with the document it is judged by, read in this order. */
export type Held = {
  readonly reservation: ReservationDocument;
  /** The owner's, or that of who absorbed the owner. */
  readonly owner: AccountDocument | null;
  readonly absorbed: boolean;
};

export type Reservations = {
  look(key: Key): Promise<Held | null>;
  reserve(key: Key, attempt: Attempt): Promise<Reserved>;
  /** Only for an attempt that is known not to be committed. False: somebody had taken over one of them. */
  giveBack(keys: readonly Key[], attempt: Attempt): Promise<boolean>;
  /** Makes sure that the change of an undecided reservation is never committed. */
  kill(held: Held, at: Instant): Promise<void>;
};

export function createReservations(models: Models, ask: Ask, { follow }: Pick<Absorptions, 'follow'>): Reservations {
  const { look, takeOver, kill, collectionOf } = createSteps(models, ask, follow);

  async function reserve(key: Key, attempt: Attempt): Promise<Reserved> {
    const { owner, from, change, at } = attempt;
    const own = { _id: key.value, owner, from, change, at, ...(key.kind === 'token' && { settled: false }) };
    const watch = createWatch();
    for (let held: Held | null = null; ; ) {
      if (!held && (await insertNew(ask, collectionOf(key), own))) return 'reserved';
      held = await look(key);
      // Its change is ours: the reply to our insert was lost.
      if (held?.reservation.change === change) return 'reserved';
      const state = held && judge(key, held);
      if (held && state === 'taken') return isTakenFor(key, held, attempt) ? 'taken' : 'stale';
      if (held?.reservation.owner === owner && revisionOf(held) !== from) return 'stale';
      if (held && state === 'dead' && (await takeOver(key, held.reservation, own))) return 'reserved';
      if (held && state === 'undecided' && watch.isOver(held.reservation.change)) await kill(held, at);
      else if (state !== 'dead') await watch.pause(ask);
    }
  }

  return {
    look,
    reserve,
    kill,
    async giveBack(keys, { change }) {
      const own = ({ value }: Key) => ({ _id: value, change });
      const given = keys.map((key) => ask(() => collectionOf(key).deleteOne(own(key), writing)));
      return (await Promise.all(given)).every(({ deletedCount }) => deletedCount === 1);
    },
  };
}

function createSteps(models: Models, ask: Ask, follow: Absorptions['follow']) {
  const collections = { token: models.tokens, email: models.emails, identity: models.identities };
  const collectionOf = ({ kind }: Key): Model<ReservationDocument> => collections[kind];
  // One round trip, where the owner is bound to nobody; the server reads the owner after the reservation.
  const withOwner = { from: 'accounts', localField: 'owner', foreignField: '_id', as: 'owners' } as const;
  return {
    collectionOf,
    async look(key: Key): Promise<Held | null> {
      type Row = ReservationDocument & { readonly owners: readonly AccountDocument[] };
      const pipeline = [{ $match: { _id: key.value } }, { $lookup: withOwner }];
      const [row] = await ask(() => collectionOf(key).aggregate<Row>(pipeline, writing).exec());
      if (!row) return null;
      const owner = row.owners[0] ?? null;
      // What an account owes is told by its own document, even by its tombstone.
      if (key.kind === 'token') return { reservation: row, owner, absorbed: false };
      const heir = await follow(owner);
      return { reservation: row, owner: heir, absorbed: heir?._id !== owner?._id };
    },
    async takeOver(key: Key, { change, settled }: ReservationDocument, own: ReservationDocument): Promise<boolean> {
      const { _id, ...fields } = own;
      const seen = { _id, change, ...(settled !== undefined && { settled }) };
      const { matchedCount } = await ask(() => collectionOf(key).updateOne(seen, { $set: fields }, writing));
      return matchedCount === 1;
    },
    async kill({ reservation, owner }: Held, at: Instant): Promise<void> {
      const [_id, revision] = [reservation.owner, reservation.from + 1];
      if (owner) {
        const seen = { _id, revision: owner.revision };
        await ask(() => models.accounts.updateOne(seen, { $set: { revision } }, writing));
      } else {
        await insertNew(ask, models.accounts, { _id, revision, account: null, recent: [], pending: [], killedAt: at });
      }
    },
  };
}

/** What a reservation means, by its owner's document. */
export function judge(key: Key, held: Held): 'taken' | 'dead' | 'undecided' {
  if (owns(key, held)) return 'taken';
  return revisionOf(held) > held.reservation.from ? 'dead' : 'undecided';
}

/** True if the owner has the key by a committed change. */
export function owns({ kind, value }: Key, { reservation, owner }: Held): boolean {
  if (kind === 'email') return owner?.account?.emailFingerprint === value;
  if (kind === 'identity') return owner?.account?.identity?.fingerprints.some((one) => one === value) ?? false;
  return reservation.settled === true || (owner?.pending ?? []).some(({ change }) => change === reservation.change);
}

/** An account that finds its own key taken by itself was changed meanwhile; but a token is spent, whoever spent it. */
function isTakenFor({ kind }: Key, held: Held, { owner, from }: Attempt): boolean {
  return kind === 'token' || held.owner?._id !== owner || from === 0;
}

/** Who was absorbed commits nothing any more. */
function revisionOf({ owner, absorbed }: Held): number {
  return absorbed ? Number.POSITIVE_INFINITY : (owner?.revision ?? 0);
}
