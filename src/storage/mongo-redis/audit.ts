import type { AuditRecord } from '../../audit/audit-log.ts';
import type { Audit } from '../ports.ts';
import { type Ask, insertNew, reading } from './connection.ts';
import { auditDocument, newId, type Stamp } from './effects.ts';
import type { Models } from './models.ts';

/** The newest by `written`: the order of writing within a node, and across nodes that of their clocks. */
export function createAudit(models: Models, ask: Ask, stamp: Stamp): Audit {
  const newest = (filter: Record<string, unknown>) =>
    models.audit.find(filter, { _id: 0, written: 0 }, reading).sort({ written: -1 });
  // A cast: lean rows are what was written, here without the two fields left out.
  const told = async (query: ReturnType<typeof newest>) =>
    (await ask(() => query.exec())) as unknown as readonly AuditRecord[];
  return {
    append: async (record) => void (await insertNew(ask, models.audit, auditDocument(record, newId(), stamp()))),
    list: ({ accountId, limit }) => told(newest(accountId === undefined ? {} : { accountId }).limit(limit)),
    history: (accountId, { events: $in, since: $gte, skip, limit }) =>
      told(newest({ accountId, event: { $in }, at: { $gte } }).skip(skip).limit(limit)),
    ofJourneys: (journeys, limit) => told(newest({ journeyId: { $in: [...journeys] } }).limit(limit)),
  };
}
