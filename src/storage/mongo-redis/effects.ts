/**
 * What a committed change owes to other collections. It is written into the committing document itself (`pending`), so it
 * is stored with the change or not at all, and then copied out ("settled") by steps that can be repeated by anybody: rows
 * whose `_id` was chosen before the commit, a mark on the spent token, the deletion of keys given up.
 */
import { randomBytes } from 'node:crypto';
import type { Account } from '../../accounts/account.ts';
import type { AuditRecord } from '../../audit/audit-log.ts';
import type { Clock } from '../../deps.ts';
import type { AccountId, Instant } from '../../ids.ts';
import type { OutboxMail } from '../../mail/outbox.ts';
import { keysOnlyOf } from '../account-keys.ts';
import type { Effects } from '../ports.ts';
import type { AuditChain } from './audit-chain.ts';
import { type Ask, insertNew, writing } from './connection.ts';
import type { Absorbed, AuditDocument, MailDocument, Pending } from './documents.ts';
import type { Models } from './models.ts';

/** Names a change or a row that has no name of its own. */
export function newId(): string {
  return randomBytes(16).toString('base64url');
}

/** Microseconds of the clock, but never the same or an earlier one again: the order of writing within this process. */
export type Stamp = () => number;

export function createStamp(clock: Clock): Stamp {
  let last = 0;
  return () => {
    last = Math.max(last + 1, clock.now() * 1_000);
    return last;
  };
}

export function auditDocument(record: AuditRecord, _id: string, written: number): AuditDocument {
  const { actor, sealed, ...rest } = record;
  return { _id, written, ...rest, ...(actor && { actor }), ...(sealed && { sealed }) };
}

/** A new mail is due at once. */
export function mailDocument(mail: OutboxMail, change: string, written: number): MailDocument {
  const { sealed, ...rest } = mail;
  const { id: _id, expiresAt, createdAt: dueAt } = mail;
  return { _id, change, written, mail: rest, sealed, expiresAt, attempts: 0, dueAt, pending: [] };
}

export function pendingEffects(change: string, effects: Effects, stamp: Stamp): Pending {
  const { audit = [], mails = [], evidence = [], spends = null } = effects;
  return {
    change,
    audit: audit.map((record, n) => auditDocument(record, `${change}:${n}`, stamp())),
    mails: mails.map((mail) => mailDocument(mail, change, stamp())),
    evidence: evidence.map((row, n) => ({ _id: `${change}:${n}`, written: stamp(), ...row })),
    spends,
    frees: [],
  };
}

/** The keys that an account has in `before` and not in `after`; `revision` is that of `before`. */
export function freedKeys(before: Account | null, after: Account | null, revision: number): Pending['frees'] {
  return keysOnlyOf(before, after).map(({ kind, value: key }) => ({ kind, key, revision }));
}

export function owesNothing({ audit, mails, evidence, spends, frees, absorbs, emptiesMailsAt }: Pending): boolean {
  return (
    spends === null &&
    !absorbs &&
    emptiesMailsAt === undefined &&
    [audit, mails, evidence, frees].every((part) => part.length === 0)
  );
}

/** Does all that is owed, side by side, so that it takes the time of one round trip. Doing it again changes nothing. */
export type Settle = (owner: AccountId | null, owed: readonly Pending[]) => Promise<void>;

export function createSettle(models: Models, ask: Ask, auditChain: AuditChain): Settle {
  const free = (owner: AccountId, { kind, key, revision }: Pending['frees'][number]) => {
    const reservations = kind === 'email' ? models.emails : models.identities;
    // One that the account has taken again since was made on a later revision.
    return ask(() => reservations.deleteOne({ _id: key, owner, from: { $lte: revision } }, writing));
  };
  /** Step 4 of absorptions.ts: only what leads to the keys lets born go. */
  const absorb = async (owner: AccountId, change: string, { born, keys, from, at }: Absorbed) => {
    for (const { kind, value: _id } of keys) {
      const reservations = kind === 'email' ? models.emails : models.identities;
      await ask(() => reservations.updateOne({ _id, owner: born }, { $set: { owner, from, change } }, writing));
    }
    const bound = { _id: born, 'absorbing.change': change, account: { $ne: null } };
    const gone = { $set: { account: null, killedAt: at }, $inc: { revision: 1 } };
    await ask(() => models.accounts.updateOne(bound, gone, writing));
  };
  /** Of mails of other changes: the last one is still to be sent. Rows stay, so that nobody stores one of them again. */
  const empty = async (owner: AccountId, change: string, settledAt: Instant) => {
    const others = { 'mail.accountId': owner, change: { $ne: change } };
    const given = { $set: { settledAt, deadReason: 'erased' }, $unset: { dueAt: 1, sealed: 1 } } as const;
    await ask(() => models.outbox.updateMany({ ...others, dueAt: { $gte: 0 } }, given, writing));
    await ask(() => models.outbox.updateMany(others, { $set: { 'mail.emailFingerprint': '' } }, writing));
  };
  const one = (
    owner: AccountId | null,
    { change, audit, mails, evidence, spends, frees, absorbs, emptiesMailsAt }: Pending,
  ) => [
    auditChain.store(audit),
    ...mails.map((row) => insertNew(ask, models.outbox, row)),
    ...evidence.map((row) => insertNew(ask, models.evidence, row)),
    ...(owner === null ? [] : frees.map((key) => free(owner, key))),
    ...(owner === null || !absorbs ? [] : [absorb(owner, change, absorbs)]),
    ...(owner === null || emptiesMailsAt === undefined ? [] : [empty(owner, change, emptiesMailsAt)]),
    ...(spends === null
      ? []
      : [ask(() => models.tokens.updateOne({ _id: spends, change }, { $set: { settled: true } }, writing))]),
  ];
  return async (owner, owed) => void (await Promise.all(owed.flatMap((pending) => one(owner, pending))));
}
