/**
 * The one way into the collection of audit records: each gets its place in this process' chain here. The process works
 * through its records one batch after another (what arrives while a batch is on its way is the next one, so that a crowd
 * waits for two round trips and not for its turn).
 *
 * A record's `_id` was chosen before its change was committed, so several may store it, and one succeeds: it is in one
 * chain, once. A place is taken by the unique (node, sequence): a chain has no fork, whoever writes to it. A place is only
 * asked for behind the end as it is stored: it has no gap, whoever is killed when. So a batch whose fate is unknown is
 * simply done again from the end as it is then. What is never settled by us is settled by the repair, into its own chain.
 *
 * Who gave up waiting leaves its records here, and the next change of that account brings them once more: a record that is
 * under way is waited for and not put into the line again, or a store that is slow would be made slower by that alone.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { AuditRecord } from '../../audit/audit-log.ts';
import { type ChainHead, chainBegin, chained } from '../../audit/chain.ts';
import { TemporarilyUnavailable } from '../../errors.ts';
import type { AuditNode } from './audit-node.ts';
import { type Ask, isDuplicate, reading } from './connection.ts';
import type { AuditDocument, ChainedDocument } from './documents.ts';
import type { Models } from './models.ts';

export type AuditChain = {
  /** Resolves when all of them are stored; those that are already stay where they are. */
  store(rows: readonly AuditDocument[]): Promise<void>;
  /** Another process may go on with the chain. */
  release(): Promise<void>;
};

type Waiting = { readonly row: AuditDocument } & PromiseWithResolvers<void>;

const mostAtOnce = 400;
const mostAttempts = 5;

export function createAuditChain(models: Models, ask: Ask, node: AuditNode): AuditChain {
  const storeBatch = createStoreBatch(models, ask, node);
  // A batch belongs to many requests: it must not be counted to the time of the one that happened to start it.
  const outside = AsyncLocalStorage.snapshot();
  const waiting: Waiting[] = [];
  // By `_id`: those that wait, and those of the batch on its way.
  const underWay = new Map<string, Waiting>();
  let working = false;

  function queued(row: AuditDocument): Waiting {
    const own = { row, ...Promise.withResolvers<void>() };
    // Whoever has given up waiting does not hear of it.
    own.promise.catch(() => undefined);
    waiting.push(own);
    underWay.set(row._id, own);
    return own;
  }

  async function work(): Promise<void> {
    working = true;
    while (waiting.length > 0) {
      const batch = waiting.splice(0, mostAtOnce);
      const [ended] = await Promise.allSettled([storeBatch(batch.map(({ row }) => row))]);
      for (const { row, resolve, reject } of batch) {
        underWay.delete(row._id);
        if (ended.status === 'fulfilled') resolve();
        else reject(ended.reason);
      }
    }
    working = false;
  }

  return {
    release: node.release,
    async store(rows) {
      if (rows.length === 0) return;
      const own = rows.map((row) => underWay.get(row._id) ?? queued(row));
      if (!working) outside(() => void work());
      // Bounded for each who waits; the batch goes on all the same.
      await ask(() => Promise.all(own.map(({ promise }) => promise)));
    },
  };
}

/** Behind the end of the chain, as it is stored. */
function createStoreBatch({ audit, auditCheckpoints }: Models, ask: Ask, node: AuditNode) {
  // What we stored last; null = nobody knows.
  let end: (ChainHead & { readonly node: string }) | null = null;

  async function storedEnd(name: string): Promise<ChainHead> {
    const fields = { _id: 0, sequence: 1, hash: 1 } as const;
    const last = await ask(() => audit.findOne({ node: name }, fields, reading).sort({ sequence: -1 }).exec());
    if (last) return last;
    // The rule of retention may have removed all of it.
    const anchors = { node: name, kind: 'anchor' } as const;
    return (
      (await ask(() => auditCheckpoints.findOne(anchors, fields, reading).sort({ sequence: -1 }).exec())) ?? chainBegin
    );
  }

  async function unknownOf(rows: readonly AuditDocument[]): Promise<readonly AuditDocument[]> {
    const ids = rows.map(({ _id }) => _id);
    const found = await ask(() => audit.find({ _id: { $in: ids } }, { _id: 1 }, reading).exec());
    const known = new Set(found.map(({ _id }) => _id));
    return rows.filter(({ _id }) => !known.has(_id));
  }

  return async (rows: readonly AuditDocument[]): Promise<void> => {
    let left = rows;
    for (let attempt = 0; attempt < mostAttempts && left.length > 0; attempt += 1) {
      const name = await node.current();
      const from: ChainHead = end?.node === name ? end : await storedEnd(name);
      const links = inChain(left, name, from);
      end = null;
      try {
        // In order, so that what is stored of a batch is its beginning.
        await ask(() => audit.insertMany(links, { ordered: true }));
        end = links.at(-1) ?? null;
        return;
      } catch (error) {
        if (!isDuplicate(error)) throw error;
        // A record that is stored already, or a place that another process took.
        left = await unknownOf(left);
      }
    }
    if (left.length > 0) throw new TemporarilyUnavailable('mongo: the audit chain is contended');
  };
}

function inChain(rows: readonly AuditDocument[], node: string, from: ChainHead): readonly ChainedDocument[] {
  let head = from;
  return rows.map(({ _id, written, ...record }) => {
    const link = chained<AuditRecord>(record, node, head);
    head = link;
    return { _id, written, ...link };
  });
}
