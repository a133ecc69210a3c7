import type { Model } from 'mongoose';
import type { QueueDepth } from '../outbox-port.ts';
import { type Ask, writing } from './connection.ts';

/** Of documents that have `dueAt` while they wait; `begun` is the path of their beginning. */
export function createDepth<Document>(model: Model<Document>, ask: Ask, begun: string): () => Promise<QueueDepth> {
  const waiting = { $match: { dueAt: { $gte: 0 } } };
  const counted = { $group: { _id: null, length: { $sum: 1 }, oldestAt: { $min: `$${begun}` } } };
  return async () => {
    const count = () => model.aggregate<QueueDepth>([waiting, counted]).option(writing).exec();
    const [depth] = await ask(count);
    return { length: depth?.length ?? 0, oldestAt: depth?.oldestAt ?? null };
  };
}
