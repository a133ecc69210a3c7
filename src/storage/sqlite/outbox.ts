import type { DatabaseSync } from 'node:sqlite';
import type { Instant } from '../../ids.ts';
import type { OutboxMail } from '../../mail/outbox.ts';
import type { ClaimedMail, Outbox, SentMail, UndeliveredMail } from '../outbox-port.ts';
import { prepareAuditInsert } from './audit-chain.ts';
import { prepareMailInsert } from './effects.ts';
import { prepareDepth } from './queue-depth.ts';
import { prepareAll, prepareOne, prepareRun } from './statements.ts';
import type { Transactions } from './transaction.ts';

type SentRow = { readonly body: string } & Pick<SentMail, 'attempts' | 'settledAt' | 'deadReason'>;
type MailRow = { readonly id: string; readonly body: string; readonly sealed: string; readonly attempts: number };

export function createOutbox(db: DatabaseSync, { read, write, writeTogether }: Transactions): Outbox {
  const insert = prepareMailInsert(db);
  const insertAudit = prepareAuditInsert(db);
  const due = prepareAll<MailRow>(
    db,
    'SELECT id, body, sealed, attempts FROM outbox WHERE due_at <= ? ORDER BY number LIMIT ?',
  );
  // A lease is nothing but a later due time: a worker that dies gives its mails back by doing nothing.
  const lease = prepareRun(db, 'UPDATE outbox SET due_at = ?, attempts = attempts + 1 WHERE id = ?');
  const postpone = prepareRun(db, 'UPDATE outbox SET due_at = ? WHERE id = ? AND due_at IS NOT NULL');
  const settle = prepareRun(
    db,
    'UPDATE outbox SET due_at = NULL, sealed = NULL, settled_at = ?, dead_reason = ? WHERE id = ? AND settled_at IS NULL',
  );

  function claim(now: Instant, limit: number, leaseMs: number): ClaimedMail[] {
    return due(now, limit).map((row) => {
      lease(now + leaseMs, row.id);
      // Written by prepareMailInsert from an OutboxMail without its sealed part.
      const rest = JSON.parse(row.body) as Omit<OutboxMail, 'sealed'>;
      return { id: row.id, mail: { ...rest, sealed: row.sealed }, attempts: row.attempts + 1 };
    });
  }

  return {
    add: (mails, audit = []) =>
      writeTogether(() => {
        mails.forEach(insert);
        audit.forEach(insertAudit);
      }),
    async claimDue(now, limit, leaseMs) {
      // The usual answer is "none": no transaction, no sync of the disk.
      if (due(now, 1).length === 0) return [];
      return writeTogether(() => claim(now, limit, leaseMs));
    },
    delivered: (id, now) => write(() => void settle(now, null, id)),
    retryAt: (id, at) => write(() => void postpone(at, id)),
    dead: (id, reason, now) => write(() => void settle(now, reason, id)),
    depth: prepareDepth(db, { read }, 'outbox'),
    nextDueAt: createNextDue(db, read),
    ...createUndelivered(db, read),
    ofAccount: createSentTo(db, read, 'accountId'),
    ofAddress: createSentTo(db, read, 'emailFingerprint'),
  };
}

function createNextDue(db: DatabaseSync, read: Transactions['read']): Outbox['nextDueAt'] {
  const next = prepareOne<{ due_at: number | null }>(
    db,
    'SELECT min(due_at) AS due_at FROM outbox WHERE due_at IS NOT NULL',
  );
  return () => read(() => next()?.due_at ?? null);
}

function createSentTo(db: DatabaseSync, read: Transactions['read'], whose: 'accountId' | 'emailFingerprint') {
  const all = prepareAll<SentRow>(
    db,
    `SELECT body, attempts, settled_at AS settledAt, dead_reason AS deadReason FROM outbox
     WHERE json_extract(body, '$.${whose}') = ? ORDER BY number DESC`,
  );
  const sent = ({ body, ...settled }: SentRow): SentMail => {
    // As above.
    const { id, message, locale, createdAt, accountId, clientId } = JSON.parse(body) as Omit<OutboxMail, 'sealed'>;
    return { id, message, locale, createdAt, accountId, clientId, ...settled };
  };
  return (key: string) => read(() => all(key).map(sent));
}

type UndeliveredRow = Omit<UndeliveredMail, 'mail'> & { readonly body: string; readonly number: number };

function createUndelivered(db: DatabaseSync, read: Transactions['read']): Pick<Outbox, 'list' | 'undelivered'> {
  // The condition of the index outbox_undelivered, word for word: else SQLite does not use it.
  const which = (
    condition: string,
  ) => `SELECT number, body, sealed, attempts, due_at AS dueAt, dead_reason AS deadReason
     FROM outbox WHERE (due_at IS NOT NULL OR dead_reason IS NOT NULL) AND ${condition}`;
  const page = prepareAll<UndeliveredRow>(db, `${which('number < ?')} ORDER BY number DESC LIMIT ?`);
  const one = prepareOne<UndeliveredRow>(db, which('id = ?'));
  const told = ({ number: _number, body, ...rest }: UndeliveredRow): UndeliveredMail => ({
    // As above.
    mail: JSON.parse(body) as Omit<OutboxMail, 'sealed'>,
    ...rest,
  });
  return {
    list: (after, limit) =>
      read(() => {
        const rows = page(after === null ? Number.MAX_SAFE_INTEGER : Number(after), limit);
        return { mails: rows.map(told), next: rows.length < limit ? null : String(rows.at(-1)?.number) };
      }),
    undelivered: (id) =>
      read(() => {
        const row = one(id);
        return row === undefined ? null : told(row);
      }),
  };
}
