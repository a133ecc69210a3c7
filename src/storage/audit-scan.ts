import type { ChainedRecord } from '../audit/chain.ts';
import type { AuditChains } from './audit-port.ts';

/**
 * Reads on in all chains at once. A place in each chain, and not one in time: a record that was settled late, or by a node
 * whose clock is behind, is found all the same.
 */
export function createAuditScan({ nodes, chain }: Pick<AuditChains, 'nodes' | 'chain'>): AuditChains['scan'] {
  return async (after, limit) => {
    const next: Record<string, number> = { ...after };
    const found = await Promise.all((await nodes()).map((node) => chain(node, next[node] ?? 0, limit)));
    const queues = found.filter((queue) => queue.length > 0).map((queue) => [...queue]);
    const records: ChainedRecord[] = [];
    while (records.length < limit) {
      const oldest = oldestOf(queues);
      const record = oldest?.shift();
      if (!record) break;
      records.push(record);
      next[record.node] = record.sequence;
    }
    return { records, next };
  };
}

/** The queue whose first record is the oldest. */
function oldestOf(queues: readonly ChainedRecord[][]): ChainedRecord[] | undefined {
  const at = (queue: readonly ChainedRecord[] | undefined) => queue?.[0]?.at ?? Number.POSITIVE_INFINITY;
  return queues.reduce<ChainedRecord[] | undefined>((best, queue) => (at(queue) < at(best) ? queue : best), undefined);
}
