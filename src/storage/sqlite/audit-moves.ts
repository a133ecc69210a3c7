import type { MovedValues } from '../moving.ts';
import { auditRecord, chainedColumns } from './audit.ts';
import { prepareChainedInsert } from './audit-chain.ts';
import { checkpointColumns, prepareCheckpointInsert } from './checkpoints.ts';
import type { TableMoves } from './moved-tables.ts';
import type { Store } from './sweeper.ts';

/** Records keep their places, so that the chains verify in their new house as they did in the old one. */
export function auditMoves(store: Store): Pick<TableMoves, 'audit' | 'auditCheckpoints'> {
  return {
    audit: {
      ...{ store, expires: false, table: 'audit', position: 'id', columns: chainedColumns },
      // A cast: the columns are those of a record.
      toValue: (columns) => auditRecord(columns as Parameters<typeof auditRecord<MovedValues['audit']>>[0]),
      insert: prepareChainedInsert(store.db),
    },
    auditCheckpoints: {
      ...{ store, expires: false, table: 'audit_checkpoints', position: 'rowid', columns: checkpointColumns },
      toValue: (columns) => columns as MovedValues['auditCheckpoints'],
      insert: prepareCheckpointInsert(store.db),
    },
  };
}
