import type { Model } from 'mongoose';
import type { AccountId, Instant } from '../../ids.ts';
import type { Kept, KeptTable } from '../kept-port.ts';
import { type Ask, reading, writing } from './connection.ts';
import type { Models } from './models.ts';

/** Of each collection only its `_id`, the time it goes by and, of evidence, whose it is. */
type Row = { readonly _id: string; readonly accountId?: AccountId } & Readonly<Record<string, unknown>>;
type Source = {
  readonly model: Model<Row>;
  readonly at: string;
  readonly settled: Readonly<Record<string, unknown>>;
  /** Not while its account is there. */
  readonly outlivesAccount: boolean;
};

/** So many rows are looked at in one go. */
const slice = 500;

export function createKept(models: Models, ask: Ask): Kept {
  const sources = sourcesOf(models);
  const dueRows = createDueRows(models, ask);

  async function countDue(source: Source, before: Instant): Promise<number> {
    const { model, at, settled, outlivesAccount } = source;
    const old = { [at]: { $gte: 0, $lt: before }, ...settled };
    if (!outlivesAccount) return ask(() => model.countDocuments(old, writing).exec());
    let due = 0;
    for await (const _row of dueRows(source, before)) due += 1;
    return due;
  }

  return {
    async count(table, before) {
      const { model, at } = sources[table];
      const [rows, oldest, due] = await Promise.all([
        // What the server knows by itself: counting millions one by one would take too long.
        ask(() => model.estimatedDocumentCount(writing).exec()),
        ask(() =>
          model
            .findOne({ [at]: { $gte: 0 } }, { [at]: 1 }, reading)
            .sort({ [at]: 1 })
            .exec(),
        ),
        countDue(sources[table], before),
      ]);
      // A cast: the one field that was asked for.
      return { rows, due, oldestAt: (oldest?.[at] as Instant | undefined) ?? null };
    },
    async remove(table, before, limit) {
      const { model, at } = sources[table];
      const ids: string[] = [];
      for await (const { _id } of dueRows(sources[table], before)) if (ids.push(_id) === limit) break;
      if (ids.length === 0) return 0;
      // Compared again: a row may have been changed since it was read.
      const old = { _id: { $in: ids }, [at]: { $lt: before } };
      return (await ask(() => model.deleteMany(old, writing))).deletedCount;
    },
  };
}

function createDueRows({ accounts }: Models, ask: Ask) {
  async function withoutOwner(rows: readonly Row[]): Promise<readonly Row[]> {
    const owners = rows.flatMap(({ accountId }) => accountId ?? []);
    const there = { _id: { $in: owners }, account: { $ne: null } };
    const found = await ask(() => accounts.find(there, { _id: 1 }, reading).exec());
    const ids = new Set(found.map(({ _id }) => _id));
    return rows.filter(({ accountId }) => accountId === undefined || !ids.has(accountId));
  }

  /** The rows that are due, oldest first. */
  return async function* ({ model, at, settled, outlivesAccount }: Source, before: Instant): AsyncGenerator<Row> {
    for (let last: Row | null = null; ; ) {
      const behind = last && { $or: [{ [at]: { $gt: last[at] } }, { [at]: last[at], _id: { $gt: last._id } }] };
      const old = { [at]: { $gte: 0, $lt: before }, ...settled, ...behind };
      const wanted = model
        .find(old, { _id: 1, [at]: 1, accountId: 1 }, reading)
        .sort({ [at]: 1, _id: 1 })
        .limit(slice);
      // A cast: lean rows are what was written.
      const rows = (await ask(() => wanted.exec())) as readonly Row[];
      yield* outlivesAccount ? await withoutOwner(rows) : rows;
      last = rows.at(-1) ?? null;
      if (last === null || rows.length < slice) return;
    }
  };
}

function sourcesOf({ audit, evidence, outbox }: Models): Readonly<Record<KeptTable, Source>> {
  // A cast: the three models are read alike.
  const models = { audit, evidence, outbox } as unknown as Readonly<Record<string, Model<Row>>> & {
    [K in 'audit' | 'evidence' | 'outbox']: Model<Row>;
  };
  return {
    audit: { model: models.audit, at: 'at', settled: {}, outlivesAccount: false },
    evidence: { model: models.evidence, at: 'acceptedAt', settled: {}, outlivesAccount: true },
    // What a mail still owes to others is settled first (repair.ts).
    mails: { model: models.outbox, at: 'settledAt', settled: { pending: { $size: 0 } }, outlivesAccount: false },
  };
}
