import type { AuditRecord } from '../../audit/audit-log.ts';
import type { ChainedRecord } from '../../audit/chain.ts';
import type { AuditChains } from '../audit-port.ts';
import { createAuditScan } from '../audit-scan.ts';
import type { Audit } from '../ports.ts';
import type { AuditChain } from './audit-chain.ts';
import { deleteAll } from './batches.ts';
import { type Ask, insertNew, reading } from './connection.ts';
import { auditDocument, newId, type Stamp } from './effects.ts';
import type { Models } from './models.ts';

export type AuditDeps = {
  readonly models: Models;
  readonly ask: Ask;
  readonly stamp: Stamp;
  readonly auditChain: AuditChain;
};

/** Fields of the documents that are no part of a record. */
const ours = { _id: 0, written: 0 } as const;
const place = { node: 0, sequence: 0, previousHash: 0, hash: 0 } as const;

/** The newest by `written`: the order of writing within a node, and across nodes that of their clocks. */
export function createAudit(deps: AuditDeps): Audit {
  const { models, ask, stamp, auditChain } = deps;
  const newest = (filter: Record<string, unknown>) =>
    models.audit.find(filter, { ...ours, ...place }, reading).sort({ written: -1 });
  // A cast: lean rows are what was written, here without the fields left out.
  const told = async (query: ReturnType<typeof newest>) =>
    (await ask(() => query.exec())) as unknown as readonly AuditRecord[];
  return {
    append: (record) => auditChain.store([auditDocument(record, newId(), stamp())]),
    list: ({ accountId, limit }) => told(newest(accountId === undefined ? {} : { accountId }).limit(limit)),
    history: (accountId, { events: $in, since: $gte, skip, limit }) =>
      told(newest({ accountId, event: { $in }, at: { $gte } }).skip(skip).limit(limit)),
    ofJourneys: (journeys, limit) => told(newest({ journeyId: { $in: [...journeys] } }).limit(limit)),
    ...createChains(deps),
  };
}

function createChains({ models, ask }: AuditDeps): AuditChains {
  const nodes: AuditChains['nodes'] = async () => {
    // A cast: what it finds are the values of that field.
    const found = (await ask(() => models.audit.distinct('node', {}).exec())) as unknown as readonly string[];
    return [...found].sort();
  };
  const chain: AuditChains['chain'] = async (node, after, limit) => {
    const behind = models.audit.find({ node, sequence: { $gt: after } }, ours, reading).sort({ sequence: 1 });
    // A cast: as above.
    return (await ask(() => behind.limit(limit).exec())) as unknown as readonly ChainedRecord[];
  };
  return {
    nodes,
    chain,
    scan: createAuditScan({ nodes, chain }),
    async search({ accountId, event, actor, since }, before, limit) {
      const filter = {
        ...(accountId !== null && { accountId }),
        ...(event !== null && { event }),
        ...(actor !== null && { actor }),
        ...(since !== null && { at: { $gte: since } }),
        ...(before !== null && { written: { $lt: Number(before) } }),
      };
      const query = models.audit.find(filter, { _id: 0, ...place }, reading).sort({ written: -1 });
      const rows = await ask(() => query.limit(limit).exec());
      const next = rows.length < limit ? null : String(rows.at(-1)?.written);
      // A cast: as above.
      return { records: rows.map(({ written: _written, ...record }) => record as unknown as AuditRecord), next };
    },
    // The anchor first: where a kill comes between, what it stands for is still there, and the next pass removes it.
    async trim(anchor) {
      const { kind, node, sequence } = anchor;
      await insertNew(ask, models.auditCheckpoints, { _id: `${node}:${sequence}:${kind}`, ...anchor });
      await deleteAll(ask, models.auditCheckpoints, {
        node,
        $or: [{ sequence: { $lt: sequence } }, { sequence, kind: 'checkpoint' }],
      });
      return deleteAll(ask, models.audit, { node, sequence: { $lte: sequence } });
    },
  };
}
