import mongoose from 'mongoose';
import type { MovedPage, MovedRow } from '../moving.ts';
import type { Ask } from './connection.ts';
import type { Models } from './models.ts';
import { type Document, type DurableTable, documentMoves } from './moved-documents.ts';

const pageRows = 500;
const duplicateKey = 11_000;

/** MongoDB's part in moving house. Everything has an `_id` that the source determines, so writing twice writes once. */
export function createMongoMoving(models: Models, ask: Ask) {
  // A cast: of all models alike only what is the same for all is used.
  const collectionOf = (model: keyof Models) =>
    models[model].collection as unknown as mongoose.mongo.Collection<Document>;

  async function find(
    table: DurableTable,
    filter: object,
    order: object,
    limit: number,
    skip = 0,
  ): Promise<Document[]> {
    const { model, filter: own } = documentMoves[table];
    const query = { $and: [own, filter] };
    return ask(() =>
      collectionOf(model)
        .find(query)
        .sort({ ...order })
        .skip(skip)
        .limit(limit)
        .toArray(),
    );
  }

  async function page(table: DurableTable, from: string | null): Promise<Document[]> {
    const { by, within } = documentMoves[table];
    const after = from === null ? {} : { [by]: { $gt: by === 'written' ? Number(from) : from } };
    const order = { [by]: 1, [within]: 1 };
    const found = await find(table, after, order, pageRows);
    const last = found.at(-1)?.[by];
    if (found.length < pageRows || by === '_id') return found;
    // The rest of those that share the last one's place: the next page begins behind all of them.
    const known = found.filter((row) => row[by] === last).length;
    return [...found, ...(await find(table, { [by]: last }, order, 0, known))];
  }

  return {
    async isEmpty(): Promise<boolean> {
      const names = Object.values(documentMoves).map(({ model }) => model);
      const any = await Promise.all(names.map((model) => ask(() => collectionOf(model).findOne({}))));
      return any.every((one) => one === null);
    },
    count(table: DurableTable): Promise<number> {
      const { model, filter } = documentMoves[table];
      return ask(() => collectionOf(model).countDocuments(filter));
    },
    async read<T extends DurableTable>(table: T, from: string | null): Promise<MovedPage<T>> {
      const found = await page(table, from);
      const { by, toValue } = documentMoves[table];
      const positionOf = (document: Document) => String(document[by]);
      const rows = found.map((document) => ({ position: positionOf(document), value: toValue(document) }));
      const last = found.at(-1);
      return { rows, next: last === undefined || found.length < pageRows ? null : positionOf(last) };
    },
    async write<T extends DurableTable>(table: T, rows: readonly MovedRow<T>[]): Promise<void> {
      const byModel = new Map<keyof Models, Document[]>();
      for (const [model, document] of rows.flatMap((row) => documentMoves[table].toDocuments(row))) {
        byModel.set(model, [...(byModel.get(model) ?? []), document]);
      }
      await Promise.all([...byModel].map(([model, documents]) => insertAll(ask, collectionOf(model), documents)));
    },
  };
}

async function insertAll(
  ask: Ask,
  collection: mongoose.mongo.Collection<Document>,
  documents: readonly Document[],
): Promise<void> {
  try {
    await ask(() => collection.insertMany([...documents], { ordered: false }));
  } catch (error) {
    const { MongoBulkWriteError } = mongoose.mongo;
    // Unordered: all others are stored; those that were there stay as they are.
    const all = error instanceof MongoBulkWriteError ? [error.writeErrors].flat() : [];
    if (all.length === 0 || all.some(({ code }) => code !== duplicateKey)) throw error;
  }
}
