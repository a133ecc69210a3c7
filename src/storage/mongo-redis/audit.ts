import type { AuditRecord } from '../../audit/audit-log.ts';
import type { Audit } from '../ports.ts';
import { type Ask, insertNew, reading } from './connection.ts';
import { auditDocument, newId, type Stamp } from './effects.ts';
import type { Models } from './models.ts';

/** The newest by `written`: the order of writing within a node, and across nodes that of their clocks. */
export function createAudit(models: Models, ask: Ask, stamp: Stamp): Audit {
  return {
    append: async (record) => void (await insertNew(ask, models.audit, auditDocument(record, newId(), stamp()))),
    async list({ accountId, limit }) {
      const filter = accountId === undefined ? {} : { accountId };
      const newest = models.audit.find(filter, { _id: 0, written: 0 }, reading).sort({ written: -1 }).limit(limit);
      // A cast: lean rows are what was written, here without the two fields left out.
      return (await ask(() => newest.exec())) as unknown as AuditRecord[];
    },
  };
}
