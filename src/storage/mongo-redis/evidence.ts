import type { Evidence } from '../ports.ts';
import { type Ask, reading } from './connection.ts';
import type { EvidenceDocument } from './documents.ts';
import type { Models } from './models.ts';

/** Written with the change that it stands beside (effects.ts), and by nothing changed afterwards. */
export function createEvidence({ evidence }: Models, ask: Ask): Evidence {
  const evidenceOf = ({ _id, written: _written, ...row }: EvidenceDocument) => row;
  return {
    async of(accountId) {
      const found = await ask(() => evidence.find({ accountId }, null, reading).sort({ written: 1 }).exec());
      return found.map(evidenceOf);
    },
    async scan({ termsId, from, to }, after, limit) {
      const [at, id] = placeOf(after);
      const behind = { $or: [{ acceptedAt: { $gt: at } }, { acceptedAt: at, _id: { $gt: id } }] };
      const within = { acceptedAt: { $gte: from ?? 0, $lt: to ?? Number.MAX_SAFE_INTEGER } };
      const filter = { $and: [within, behind, ...(termsId === null ? [] : [{ termsId }])] };
      const query = () => evidence.find(filter, null, reading).sort({ acceptedAt: 1, _id: 1 }).limit(limit).exec();
      const found = await ask(query);
      const last = found.at(-1);
      return {
        rows: found.map(evidenceOf),
        next: last && found.length === limit ? `${last.acceptedAt}:${last._id}` : null,
      };
    },
  };
}

/** The name may have colons of its own. */
function placeOf(after: string | null): readonly [acceptedAt: number, id: string] {
  const [, at, id] = /^(\d+):(.*)$/.exec(after ?? '') ?? [];
  return [at === undefined ? -1 : Number(at), id ?? ''];
}
