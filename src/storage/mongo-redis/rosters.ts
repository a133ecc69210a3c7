/**
 * Rosters: entries of a generation, and one document that says which generation holds; moving it replaces the list in one
 * step. The old entries go afterwards: who still reads them and finds nothing looks again.
 */
import { createHash } from 'node:crypto';
import type { Model } from 'mongoose';
import type { Clock } from '../../deps.ts';
import type { Fingerprint, Instant } from '../../ids.ts';
import type { Rosters } from '../ports.ts';
import { deleteAll, insertAll } from './batches.ts';
import { type Ask, insertNew, reading, writing } from './connection.ts';
import type { GenerationDocument } from './documents.ts';
import { newId } from './effects.ts';
import type { Models } from './models.ts';

/** Entries of a generation that never came to hold, or held before, are kept for so long: some node may be writing them. */
const keptMs = 3_600_000;

export function createRosters({ generations, entries }: Models, ask: Ask, clock: Clock): Rosters {
  const current = (_id: string) => ask(() => generations.findOne({ _id }, null, reading).exec());
  const look = createLook(generations, ask);

  /** True when `generation` holds; false when another list of the same content does. */
  async function moveTo(_id: string, generation: string, contentHash: string): Promise<boolean> {
    for (;;) {
      const before = await current(_id);
      if (before?.generation === generation) return true;
      if (before?.contentHash === contentHash) return false;
      if (!before) {
        await insertNew(ask, generations, { _id, generation, contentHash });
      } else {
        const seen = { _id, generation: before.generation };
        await ask(() => generations.updateOne(seen, { $set: { generation, contentHash } }, writing));
      }
    }
  }

  return {
    async replace(roster, list) {
      const contentHash = createHash('sha256').update(JSON.stringify(list)).digest('base64url');
      const before = await current(roster);
      // Every node loads its rosters when it starts: mostly they are there.
      if (before?.contentHash === contentHash) return;
      const [generation, at] = [newId(), clock.now()];
      const rows = list.map((entry, n) => ({ ...entry, _id: `${generation}:${n}`, roster, generation, at }));
      await insertAll(ask, entries, rows);
      if (!(await moveTo(roster, generation, contentHash))) {
        await deleteAll(ask, entries, { generation });
        return;
      }
      if (before) await deleteAll(ask, entries, { generation: before.generation });
      await deleteAll(ask, entries, { roster, generation: { $ne: generation }, at: { $lte: at - keptMs } });
    },
    async isListed(roster, fingerprints, now) {
      if (fingerprints.length === 0) return false;
      for (;;) {
        const looked = await look(roster, fingerprints, now);
        if (!looked || looked.found) return looked !== null;
        // Nothing, perhaps because these entries have just been replaced and removed.
        if ((await current(roster))?.generation === looked.generation) return false;
      }
    },
  };
}

/** Generation and entry in one round trip; null without such a roster. */
function createLook(generations: Model<GenerationDocument>, ask: Ask) {
  type Row = GenerationDocument & { readonly found: readonly unknown[] };
  return async (_id: string, fingerprints: readonly Fingerprint[], now: Instant) => {
    const valid = { validFrom: { $lte: now }, $or: [{ validTo: null }, { validTo: { $gt: now } }] };
    const entry = {
      from: 'roster_entries',
      localField: 'generation',
      foreignField: 'generation',
      pipeline: [{ $match: { fingerprint: { $in: [...fingerprints] }, ...valid } }, { $limit: 1 }],
      as: 'found',
    };
    const [row] = await ask(() =>
      generations.aggregate<Row>([{ $match: { _id } }, { $lookup: entry }], writing).exec(),
    );
    return row ? { generation: row.generation, found: row.found.length > 0 } : null;
  };
}
