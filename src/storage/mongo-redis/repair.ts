/**
 * Completes what a crash left, and removes what is dead. Any node does it, any number of them at once: every step can be
 * repeated. Nothing depends on it being on time, but mails and audit records of a node that died wait for it.
 */
import type { Model } from 'mongoose';
import type { Clock } from '../../deps.ts';
import type { Absorptions } from './absorptions.ts';
import { deleteAll } from './batches.ts';
import { type Ask, reading, writing } from './connection.ts';
import type { AccountDocument, MailDocument, Pending, ReservationDocument, RosterDocument } from './documents.ts';
import type { Settle } from './effects.ts';
import type { Models } from './models.ts';
import { type Held, judge, type Key, type Reservations } from './reservations.ts';

export type RepairDeps = {
  readonly models: Models;
  readonly ask: Ask;
  readonly settle: Settle;
  readonly reservations: Reservations;
  readonly absorptions: Absorptions;
  readonly clock: Clock;
};

const dayMs = 86_400_000;
/** A creation that slept for a day between reserving and committing is not expected to wake up. */
const tombstonesKeptMs = dayMs;
/** So old an undecided reservation or absorption is nobody's; to kill one by mistake costs its owner a second attempt, no more. */
const reservationsKeptMs = 3_600_000;
/** Reservations are walked a slice at a time: dead ones harm nobody, so it may take days to have seen all. */
const sliceSize = 200;

/** One pass; resolves to the number of documents completed, given up or removed. */
export function createRepair(deps: RepairDeps): () => Promise<number> {
  const { models, ask, clock } = deps;
  const settleAll = createSettleAll(deps);
  const walks = (['token', 'email', 'identity'] as const).map((kind) => createWalk(deps, kind));
  return async () => {
    let count = await settleAll();
    const now = clock.now();
    count += await endAbsorptions(deps, now);
    count += await giveUpMails(models.outbox, ask, now);
    // What still owes something is settled first, by the next pass.
    count += await deleteAll(ask, models.accounts, {
      killedAt: { $lte: now - tombstonesKeptMs },
      account: null,
      pending: { $size: 0 },
    });
    count += await deleteAll(ask, models.rosters, { removed: true, pending: { $size: 0 } });
    count += await deleteAll(ask, models.revocations, { expiresAt: { $lte: now } });
    for (const walk of walks) count += await walk(now);
    return count;
  };
}

/** A worker that is switched off must not keep a secret alive: past its expiry the sealed part goes. */
async function giveUpMails(outbox: Model<MailDocument>, ask: Ask, now: number): Promise<number> {
  const expired = { dueAt: { $gte: 0 }, expiresAt: { $lte: now } };
  const given = { $set: { settledAt: now, deadReason: 'expired' }, $unset: { dueAt: 1, sealed: 1 } } as const;
  return (await ask(() => outbox.updateMany(expired, given, writing))).modifiedCount;
}

/** All that committed changes still owe, of accounts, of entries of rosters, and of mails that carry it for others. */
function createSettleAll({ models, ask, settle }: RepairDeps): () => Promise<number> {
  type Row = { readonly _id: string; readonly pending: readonly Pending[] };
  async function settleOf<Document extends AccountDocument | MailDocument | RosterDocument>(
    model: Model<Document>,
  ): Promise<number> {
    // A cast: all kinds of document have these fields, which TypeScript cannot see through Model<Document>.
    const rows = model as unknown as Model<Row>;
    const owing = await ask(() =>
      rows
        .find({ 'pending.change': { $gt: '' } }, { pending: 1 }, reading)
        .limit(sliceSize)
        .exec(),
    );
    for (const { _id, pending } of owing) {
      // A cast: only accounts owe what needs an owner, and their `_id` is one.
      await settle(_id as AccountDocument['_id'], pending);
      const changes = pending.map(({ change }) => change);
      await ask(() => rows.updateOne({ _id }, { $pull: { pending: { change: { $in: changes } } } }, writing));
    }
    return owing.length;
  }
  return async () =>
    (await settleOf(models.accounts)) + (await settleOf(models.outbox)) + (await settleOf(models.rosters));
}

/** What is still bound once everything is settled was never absorbed, unless somebody is at it now. */
async function endAbsorptions({ models, ask, absorptions }: RepairDeps, now: number): Promise<number> {
  const bound = { 'absorbing.change': { $gt: '' }, account: { $ne: null } };
  const found = await ask(() => models.accounts.find(bound, null, reading).limit(sliceSize).exec());
  let ended = 0;
  // A cast: lean documents are what was written.
  for (const born of found as AccountDocument[]) {
    const binding = born.absorbing;
    if (!binding) continue;
    if (binding.at <= now - reservationsKeptMs) await absorptions.kill(binding);
    ended += await absorptions.releaseDead(born);
  }
  return ended;
}

/** Walks the reservations of one kind, each call the next slice, and removes those that mean nothing. */
function createWalk({ models, ask, reservations }: RepairDeps, kind: Key['kind']): (now: number) => Promise<number> {
  const collections = { token: models.tokens, email: models.emails, identity: models.identities };
  const collection: Model<ReservationDocument> = collections[kind];
  let from = '';

  async function isDead(key: Key, held: Held, now: number): Promise<boolean> {
    const state = judge(key, held);
    if (state !== 'undecided' || held.reservation.at > now - reservationsKeptMs) return state === 'dead';
    await reservations.kill(held, now);
    return false;
  }

  return async (now) => {
    const owners = { from: 'accounts', localField: 'owner', foreignField: '_id', as: 'owners' } as const;
    type Row = ReservationDocument & { readonly owners: readonly AccountDocument[] };
    const slice = [{ $match: { _id: { $gt: from } } }, { $sort: { _id: 1 } }, { $limit: sliceSize }] as const;
    const rows = await ask(() => collection.aggregate<Row>([...slice, { $lookup: owners }], writing).exec());
    from = rows.length < sliceSize ? '' : (rows.at(-1)?._id ?? '');
    let removed = 0;
    for (const row of rows) {
      const key = { kind, value: row._id };
      if (!(await isDead(key, { reservation: row, owner: row.owners[0] ?? null, absorbed: false }, now))) continue;
      // A token that was settled since has its mark, and stays.
      const seen = { _id: row._id, change: row.change, ...(kind === 'token' && { settled: false }) };
      removed += (await ask(() => collection.deleteOne(seen, writing))).deletedCount;
    }
    return removed;
  };
}
