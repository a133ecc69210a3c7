/**
 * Rosters: one document an entry, which is the commit point of each of its changes and carries the audit records that the
 * change owes until they are settled (effects.ts). That a person is listed once is a unique index over the fingerprints.
 * A removed entry is a tombstone until what it owes is settled; whoever finds one in the way clears it away.
 */
import { TemporarilyUnavailable } from '../../errors.ts';
import type { RosterEntryId } from '../../ids.ts';
import type { RosterChange, RosterCount, RosterEntry, Rosters } from '../roster-port.ts';
import { type Ask, insertNew, isDuplicate, reading, writing } from './connection.ts';
import type { Pending, RosterDocument } from './documents.ts';
import { newId, pendingEffects, type Settle, type Stamp } from './effects.ts';
import type { InFlight } from './in-flight.ts';
import type { Models } from './models.ts';
import { createRetry } from './turns.ts';

export type RosterDeps = {
  readonly models: Models;
  readonly ask: Ask;
  readonly settle: Settle;
  readonly stamp: Stamp;
  readonly later: InFlight['later'];
};

const recentKept = 10;
const lives = { entry: { $ne: null } } as const;

export function createRosters(deps: RosterDeps): Rosters {
  const { ask } = deps;
  const write = createWrite(deps);
  const find = (_id: RosterEntryId) => findOne(deps, { _id });

  async function change(id: RosterEntryId, decide: (entry: RosterEntry) => RosterChange | null) {
    const again = createRetry(ask);
    for (;;) {
      const before = await find(id);
      if (!before?.entry) return { outcome: 'missing' } as const;
      const after = decide(before.entry);
      if (!after) return { outcome: 'unchanged', entry: before.entry } as const;
      const { roster, county, source, kind } = before.entry;
      const entry = { ...after.entry, id, roster, county, source, kind, version: before.revision + 1 };
      const outcome = await write(before, columnsOf(entry), after.audit);
      if (outcome === 'taken') return { outcome } as const;
      if (outcome === 'stored') return { outcome: 'changed', entry } as const;
      await again();
    }
  }

  return {
    ...createReads(deps),
    byId: async (id) => (await find(id))?.entry ?? null,
    add: createAdd(deps),
    change,
    async remove(id, version, audit) {
      const before = await find(id);
      if (!before?.entry || before.revision !== version) return false;
      return (await write(before, { entry: null, removed: true }, audit)) === 'stored';
    },
  };
}

function createAdd(deps: RosterDeps): Rosters['add'] {
  const { models, ask, stamp } = deps;
  return async ({ entry: given, audit }) => {
    const again = createRetry(ask);
    const [entry, own] = [{ ...given, version: 1 }, pendingEffects(newId(), { audit }, stamp)];
    const document = { _id: entry.id, ...columnsOf(entry), revision: 1, recent: [own.change], pending: [own] };
    for (;;) {
      const isStored = await insertNew(ask, models.rosters, document);
      // Or it was this very insert, sent twice.
      if (isStored || (await findOne(deps, { _id: entry.id }))?.recent.includes(own.change)) break;
      const inTheWay = { ...placeOf(entry), ...anyOf(entry.fingerprints) };
      const tombstone = await findOne(deps, { ...inTheWay, removed: true });
      if (!tombstone) return 'taken';
      if (!(await clearAway(deps, tombstone._id, tombstone.pending))) {
        throw new TemporarilyUnavailable('mongo: a removed entry is still in the way');
      }
      await again();
    }
    await settleAll(deps, entry.id, [own]);
    return 'added';
  };
}

/** What is looked up, beside the entry itself. */
function columnsOf(entry: RosterEntry) {
  const { roster, county, source, fingerprints, validFrom, validTo } = entry;
  return { roster, county, source, fingerprints, validFrom, validTo, entry };
}

const placeOf = ({ roster, county, source }: RosterEntry) => ({ roster, county, source });
const anyOf = (fingerprints: readonly string[]) => ({ fingerprints: { $in: [...fingerprints] } });
const validAt = (now: number) => ({ validFrom: { $lte: now }, $or: [{ validTo: null }, { validTo: { $gt: now } }] });

async function findOne({ models, ask }: RosterDeps, filter: object): Promise<RosterDocument | null> {
  // A cast: lean documents are what was written.
  return (await ask(() => models.rosters.findOne(filter, null, reading).exec())) as RosterDocument | null;
}

function createReads(deps: RosterDeps): Pick<Rosters, 'isListed' | 'countyOf' | 'find' | 'list' | 'scan' | 'counts'> {
  const { models, ask } = deps;
  const entries = async (filter: object, order: 1 | -1, limit: number): Promise<readonly RosterEntry[]> => {
    const query = models.rosters.find({ ...filter, ...lives }, { entry: 1 }, reading).sort({ _id: order });
    // A cast: the filter asks for those that have one.
    return (await ask(() => query.limit(limit).exec())).map(({ entry }) => entry as RosterEntry);
  };
  return {
    async isListed(roster, fingerprints, now) {
      if (fingerprints.length === 0) return false;
      return (await findOne(deps, { roster, ...anyOf(fingerprints), ...validAt(now), ...lives })) !== null;
    },
    async countyOf(roster, fingerprints, now) {
      const [newest] = await entries({ roster, ...anyOf(fingerprints), ...validAt(now) }, -1, 1);
      return newest?.county ?? null;
    },
    find: async ({ roster, county, source }, fingerprints) =>
      (await findOne(deps, { roster, county, source, ...anyOf(fingerprints), ...lives }))?.entry ?? null,
    list: (list, after, limit) => entries({ ...list, ...(after !== null && { _id: { $lt: after } }) }, -1, limit),
    scan: (after, limit) => entries({ _id: { $gt: after ?? '' } }, 1, limit),
    async counts(now) {
      const isValid = {
        $and: [{ $lte: ['$validFrom', now] }, { $or: [{ $eq: ['$validTo', null] }, { $gt: ['$validTo', now] }] }],
      };
      const each = { roster: '$roster', county: '$county', source: '$source' };
      const group = { _id: each, entries: { $sum: 1 }, valid: { $sum: { $cond: [isValid, 1, 0] } } };
      type Row = { _id: Pick<RosterCount, 'roster' | 'county' | 'source'>; entries: number; valid: number };
      const counted = models.rosters.aggregate<Row>(
        [{ $match: lives }, { $group: group }, { $sort: { _id: 1 } }],
        writing,
      );
      return (await ask(() => counted.exec())).map(({ _id, ...counts }) => ({ ..._id, ...counts }));
    },
  };
}

/** Compares and swaps; `stale`: the entry is no longer as it was seen, and nothing was stored. */
function createWrite(deps: RosterDeps) {
  const { models, ask, stamp } = deps;
  return async (
    seen: RosterDocument,
    columns: Partial<RosterDocument>,
    audit: RosterChange['audit'],
  ): Promise<'stored' | 'taken' | 'stale'> => {
    const { _id, revision } = seen;
    const own = pendingEffects(newId(), { audit }, stamp);
    const isStored = async () => (await findOne(deps, { _id }))?.recent.includes(own.change) ?? false;
    const update = {
      $set: { ...columns, revision: revision + 1 },
      $push: { recent: { $each: [own.change], $slice: -recentKept }, pending: own },
    };
    try {
      const { matchedCount } = await ask(() => models.rosters.updateOne({ _id, revision }, update, writing));
      // Or it was this very write, sent twice.
      if (matchedCount !== 1 && !(await isStored())) return 'stale';
    } catch (error) {
      if (isDuplicate(error)) return 'taken';
      // The reply was lost. If the change is not there now it may still arrive: then nobody knows.
      if (!(error instanceof TemporarilyUnavailable) || !(await isStored())) throw error;
    }
    const owed = [...seen.pending, own];
    await (columns.removed ? clearAway(deps, _id, owed) : settleAll(deps, _id, owed));
    return 'stored';
  };
}

/** False where it cannot be done now. The change is stored all the same, and the rest is left to the repair. */
async function settled({ settle }: RosterDeps, owed: readonly Pending[]): Promise<boolean> {
  try {
    await settle(null, owed);
    return true;
  } catch (error) {
    if (error instanceof TemporarilyUnavailable) return false;
    throw error;
  }
}

async function settleAll(deps: RosterDeps, _id: RosterEntryId, owed: readonly Pending[]): Promise<void> {
  if (!(await settled(deps, owed))) return;
  const { models, ask, later } = deps;
  const told = { $pull: { pending: { change: { $in: owed.map(({ change }) => change) } } } };
  later(() => ask(() => models.rosters.updateOne({ _id }, told, writing)));
}

/** A tombstone goes, and with it the hold of its fingerprints. A removed entry is never changed: it owes `owed` and no more. */
async function clearAway(deps: RosterDeps, _id: RosterEntryId, owed: readonly Pending[]): Promise<boolean> {
  const { models, ask } = deps;
  const remove = async () => {
    await ask(() => models.rosters.deleteOne({ _id, removed: true }, writing));
    return true;
  };
  return (await settled(deps, owed)) && remove().catch(() => false);
}
