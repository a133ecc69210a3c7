import type { DatabaseSync } from 'node:sqlite';
import type { Evidence, TermsEvidence } from '../ports.ts';
import { prepareAll } from './statements.ts';
import type { Transactions } from './transaction.ts';

/** Named as the keys of TermsEvidence. */
export const evidenceColumns = `account_id AS accountId, terms_id AS termsId, version, locale, text_hash AS textHash,
  accepted_at AS acceptedAt, client_id AS clientId, network`;

type NumberedRow = TermsEvidence & { readonly id: number };

/** Written with the change that it stands beside (effects.ts); the database itself refuses to change a row. */
export function createEvidence(db: DatabaseSync, { read }: Transactions): Evidence {
  const ofAccount = prepareAll<TermsEvidence>(
    db,
    `SELECT ${evidenceColumns} FROM terms_evidence WHERE account_id = ? ORDER BY id`,
  );
  const page = prepareAll<NumberedRow>(
    db,
    `SELECT id, ${evidenceColumns} FROM terms_evidence
     WHERE (accepted_at, id) > (?, ?) AND accepted_at >= ? AND accepted_at < ? AND terms_id = ifnull(?, terms_id)
     ORDER BY accepted_at, id LIMIT ?`,
  );
  return {
    of: (id) => read(() => ofAccount(id).map((row) => ({ ...row }))),
    scan: ({ termsId, from, to }, after, limit) =>
      read(() => {
        const [at, number] = placeOf(after);
        const found = page(at, number, from ?? 0, to ?? Number.MAX_SAFE_INTEGER, termsId, limit);
        const last = found.at(-1);
        const rows = found.map(({ id: _id, ...row }) => row);
        return { rows, next: last && found.length === limit ? `${last.acceptedAt}:${last.id}` : null };
      }),
  };
}

function placeOf(after: string | null): readonly [acceptedAt: number, id: number] {
  const [at, id] = after?.split(':').map(Number) ?? [];
  return [at ?? -1, id ?? 0];
}
