import type { DayCounts, Statistics } from '../statistics-port.ts';
import { type Ask, isDuplicate, reading, writing } from './connection.ts';
import type { StatisticsDocument } from './documents.ts';
import type { Models } from './models.ts';

const batchesKept = 10;

/** In front of every client of the day, and behind it: `|` is followed by nothing that sorts so high. */
const firstOf = (day: string) => `${day}|`;
const lastOf = (day: string) => `${day}|\uffff`;

export function statisticsDocument({ day, clientId, counts }: DayCounts): StatisticsDocument {
  return { _id: `${day}|${clientId}`, day, clientId, counts, batches: [] };
}

export function createStatistics({ statistics }: Models, ask: Ask): Statistics {
  async function addRow(batch: string, row: DayCounts): Promise<void> {
    const { _id, day, clientId } = statisticsDocument(row);
    const sums = Object.entries(row.counts).map(([name, count]) => [`counts.${name}`, count] as const);
    const change = {
      $inc: Object.fromEntries(sums),
      $push: { batches: { $each: [batch], $slice: -batchesKept } },
      $setOnInsert: { day, clientId },
    };
    const add = () =>
      ask(() => statistics.updateOne({ _id, batches: { $ne: batch } }, change, { ...writing, upsert: true }));
    try {
      await add();
    } catch (error) {
      if (!isDuplicate(error)) throw error;
      // Its row has the batch, or somebody made the row between the look and the insert: then it matches now.
      await add().catch((again: unknown) => {
        if (!isDuplicate(again)) throw again;
      });
    }
  }

  return {
    add: async (batch, rows) => void (await Promise.all(rows.map((row) => addRow(batch, row)))),
    async read(from, to) {
      const within = { _id: { $gte: firstOf(from), $lte: lastOf(to) } };
      const found = await ask(() => statistics.find(within, null, reading).sort({ _id: 1 }).exec());
      return found.map(({ day, clientId, counts }) => ({ day, clientId, counts }));
    },
  };
}
