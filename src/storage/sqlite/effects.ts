import type { DatabaseSync } from 'node:sqlite';
import type { AccountId, Instant } from '../../ids.ts';
import type { OutboxMail } from '../../mail/outbox.ts';
import type { Effects, TermsEvidence } from '../ports.ts';
import { prepareAuditInsert } from './audit-chain.ts';
import { prepareOne, prepareRun } from './statements.ts';

export type EffectsWriter = {
  /** True if another change has spent this token. */
  isSpent(tokenHash: string): boolean;
  /** Call inside the transaction of the change. */
  write(effects: Effects, now: Instant): void;
  /** Of the account's mails stay kind and times; what was not sent is not sent any more. */
  emptyMails(accountId: AccountId, now: Instant): void;
};

/** The rows that stand or fall with a durable change. */
export function prepareEffects(db: DatabaseSync): EffectsWriter {
  const spent = prepareOne(db, 'SELECT 1 FROM spent_tokens WHERE hash = ?');
  const spend = prepareRun(db, 'INSERT INTO spent_tokens (hash, spent_at) VALUES (?, ?)');
  const addAudit = prepareAuditInsert(db);
  const addMail = prepareMailInsert(db);
  const addEvidence = prepareEvidenceInsert(db);
  const empty = prepareRun(
    db,
    `UPDATE outbox SET body = json_set(body, '$.emailFingerprint', ''), sealed = NULL, due_at = NULL,
       dead_reason = iif(settled_at IS NULL, 'erased', dead_reason), settled_at = coalesce(settled_at, ?)
     WHERE json_extract(body, '$.accountId') = ?`,
  );
  return {
    isSpent: (tokenHash) => spent(tokenHash) !== undefined,
    emptyMails: (accountId, now) => void empty(now, accountId),
    write({ audit = [], mails = [], evidence = [], spends }, now) {
      if (spends !== undefined) spend(spends, now);
      audit.forEach(addAudit);
      mails.forEach(addMail);
      evidence.forEach(addEvidence);
    },
  };
}

export function prepareEvidenceInsert(db: DatabaseSync): (evidence: TermsEvidence) => void {
  const insert = prepareRun(
    db,
    `INSERT INTO terms_evidence (account_id, terms_id, version, locale, text_hash, accepted_at, client_id, network)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  return ({ accountId, termsId, version, locale, textHash, acceptedAt, clientId, network }) =>
    void insert(accountId, termsId, version, locale, textHash, acceptedAt, clientId, network);
}

/** A new mail is due at once. The sealed part has its own column, so that it can be deleted while the row stays. */
export function prepareMailInsert(db: DatabaseSync): (mail: OutboxMail) => void {
  const insert = prepareRun(
    db,
    'INSERT INTO outbox (id, body, sealed, expires_at, attempts, due_at) VALUES (?, ?, ?, ?, 0, ?)',
  );
  return ({ sealed, ...rest }) => void insert(rest.id, JSON.stringify(rest), sealed, rest.expiresAt, rest.createdAt);
}
