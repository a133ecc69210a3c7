import mongoose from 'mongoose';
import type { MovedPage, MovedRow } from '../moving.ts';
import type { Ask } from './connection.ts';
import type { Models } from './models.ts';
import { type Document, type DurableTable, documentMoves } from './moved-documents.ts';

const pageRows = 500;
const duplicateKey = 11_000;

type Collection = mongoose.mongo.Collection<Document>;
type CollectionOf = (model: keyof Models) => Collection;

/** MongoDB's part in moving house. Everything has an `_id` that the source determines, so writing twice writes once. */
export function createMongoMoving(models: Models, ask: Ask) {
  // A cast: of all models alike only what is the same for all is used.
  const collectionOf: CollectionOf = (model) => models[model].collection as unknown as Collection;
  const page = createPages(collectionOf, ask);
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
        const documents = byModel.get(model) ?? [];
        byModel.set(model, documents);
        documents.push(document);
      }
      await Promise.all([...byModel].map(([model, documents]) => insertAll(ask, collectionOf(model), documents)));
    },
  };
}

/** Pages by what a table is ordered by. Rows that share a place are in one page: the next begins behind all of them. */
function createPages(collectionOf: CollectionOf, ask: Ask) {
  const find = (table: DurableTable, place: object, limit: number, skip: number): Promise<Document[]> => {
    const { model, filter, by, within } = documentMoves[table];
    const query = collectionOf(model).find({ $and: [filter, place] });
    return ask(() =>
      query
        .sort({ [by]: 1, [within]: 1 })
        .skip(skip)
        .limit(limit)
        .toArray(),
    );
  };
  return async (table: DurableTable, from: string | null): Promise<Document[]> => {
    const { by } = documentMoves[table];
    const after = from === null ? {} : { [by]: { $gt: by === 'written' ? Number(from) : from } };
    const found = await find(table, after, pageRows, 0);
    const last = found.at(-1)?.[by];
    if (found.length < pageRows || by === '_id') return found;
    const known = found.filter((row) => row[by] === last).length;
    return [...found, ...(await find(table, { [by]: last }, 0, known))];
  };
}

async function insertAll(ask: Ask, collection: Collection, documents: readonly Document[]): Promise<void> {
  try {
    await ask(() => collection.insertMany([...documents], { ordered: false }));
  } catch (error) {
    const { MongoBulkWriteError } = mongoose.mongo;
    // Unordered: all others are stored; those that were there stay as they are.
    const all = error instanceof MongoBulkWriteError ? [error.writeErrors].flat() : [];
    if (all.length === 0 || all.some(({ code }) => code !== duplicateKey)) throw error;
  }
}
