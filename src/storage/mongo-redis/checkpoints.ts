import type { Checkpoint, Checkpoints } from '../audit-port.ts';
import { type Ask, insertNew, reading } from './connection.ts';
import type { CheckpointDocument } from './documents.ts';
import type { Models } from './models.ts';

export function createCheckpoints({ auditCheckpoints }: Models, ask: Ask): Checkpoints {
  // Casts: lean rows are what was written, and a field has the values that were written into it.
  const told = ({ _id, ...checkpoint }: CheckpointDocument): Checkpoint => checkpoint;
  return {
    add: async (checkpoint) => void (await insertNew(ask, auditCheckpoints, checkpointDocument(checkpoint))),
    async nodes() {
      const found = (await ask(() => auditCheckpoints.distinct('node', {}).exec())) as unknown as readonly string[];
      return [...found].sort();
    },
    async of(node, kind, after, limit) {
      const behind = { node, kind, sequence: { $gt: after } };
      const query = auditCheckpoints.find(behind, null, reading).sort({ sequence: 1 }).limit(limit);
      return ((await ask(() => query.exec())) as CheckpointDocument[]).map(told);
    },
    async newest(node) {
      const query = auditCheckpoints.findOne({ node }, null, reading).sort({ sequence: -1 });
      const found = (await ask(() => query.exec())) as CheckpointDocument | null;
      return found && told(found);
    },
  };
}

export function checkpointDocument(checkpoint: Checkpoint): CheckpointDocument {
  const { kind, node, sequence } = checkpoint;
  return { _id: `${node}:${sequence}:${kind}`, ...checkpoint };
}
