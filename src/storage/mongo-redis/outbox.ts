/**
 * Mails to be sent. A lease is nothing but a later due time. Mails that stand beside no account change have the document
 * of the first as their commit point, which carries the other mails and the audit records until they are settled.
 */
import { TemporarilyUnavailable } from '../../errors.ts';
import type { Instant } from '../../ids.ts';
import type { OutboxMail } from '../../mail/outbox.ts';
import type { ClaimedMail, Outbox, SentMail } from '../outbox-port.ts';
import { type Ask, insertNew, reading, writing } from './connection.ts';
import type { MailDocument } from './documents.ts';
import { mailDocument, newId, owesNothing, pendingEffects, type Settle, type Stamp } from './effects.ts';
import type { InFlight } from './in-flight.ts';
import type { Models } from './models.ts';
import { createDepth } from './queue-depth.ts';

export type OutboxDeps = {
  readonly models: Models;
  readonly ask: Ask;
  readonly settle: Settle;
  readonly stamp: Stamp;
  readonly later: InFlight['later'];
};

/** What is due still has its sealed part. */
type DueMail = MailDocument & Required<Pick<MailDocument, 'dueAt' | 'sealed'>>;

export function createOutbox(deps: OutboxDeps): Outbox {
  const { models, ask } = deps;

  /** A claim decides by comparing, so that of many workers that saw the same mail one gets it. */
  async function claim(seen: DueMail, now: Instant, leaseMs: number): Promise<ClaimedMail | null> {
    const { _id, dueAt, attempts, mail, sealed } = seen;
    const lease = { $set: { dueAt: now + leaseMs, attempts: attempts + 1 } };
    const { matchedCount } = await ask(() => models.outbox.updateOne({ _id, dueAt, attempts }, lease, writing));
    return matchedCount === 1 ? { id: _id, mail: { ...mail, sealed }, attempts: attempts + 1 } : null;
  }

  function findDue(now: Instant, limit: number): Promise<DueMail[]> {
    const due = models.outbox
      .find({ dueAt: { $lte: now } }, null, reading)
      .sort({ dueAt: 1, written: 1 })
      .limit(limit);
    // A cast: lean documents are what was written, and these are due.
    return ask(() => due.exec() as Promise<unknown> as Promise<DueMail[]>);
  }

  async function settleMail(_id: string, settledAt: Instant, deadReason: string | null): Promise<void> {
    const settled = { $set: { settledAt, deadReason }, $unset: { dueAt: 1, sealed: 1 } } as const;
    await ask(() => models.outbox.updateOne({ _id, dueAt: { $exists: true } }, settled, writing));
  }

  return {
    add: createAdd(deps),
    async claimDue(now, limit, leaseMs) {
      const claimed: ClaimedMail[] = [];
      for (;;) {
        const wanted = limit - claimed.length;
        const due = wanted > 0 ? await findDue(now, wanted) : [];
        const tried = await Promise.all(due.map((mail) => claim(mail, now, leaseMs)));
        claimed.push(...tried.filter((mail) => mail !== null));
        // Fewer than wanted are due: those that others got first are theirs.
        if (due.length < wanted || wanted === 0) return claimed;
      }
    },
    delivered: (id, now) => settleMail(id, now, null),
    async retryAt(_id, at) {
      await ask(() => models.outbox.updateOne({ _id, dueAt: { $exists: true } }, { $set: { dueAt: at } }, writing));
    },
    dead: (id, reason, now) => settleMail(id, now, reason),
    ...createUndelivered(deps),
    ...createSentTo(deps),
    depth: createDepth(models.outbox, ask, 'mail.createdAt'),
    nextDueAt: createNextDue(deps),
  };
}

function createNextDue({ models, ask }: OutboxDeps): Outbox['nextDueAt'] {
  return async () => {
    const next = models.outbox.findOne({ dueAt: { $gte: 0 } }, { dueAt: 1 }, reading).sort({ dueAt: 1 });
    return (await ask(() => next.exec()))?.dueAt ?? null;
  };
}

function createAdd({ models, ask, settle, stamp, later }: OutboxDeps): Outbox['add'] {
  const find = (_id: string) => ask(() => models.outbox.findOne({ _id }, null, reading).exec());

  async function refuseKnown(mails: readonly OutboxMail[]): Promise<void> {
    if (mails.length === 0) return;
    const ids = mails.map(({ id }) => id);
    const known = await ask(() => models.outbox.findOne({ _id: { $in: ids } }, { _id: 1 }, reading).exec());
    if (known) throw new Error('a mail with this id is stored already');
  }

  /** The write that decides. */
  async function commit(document: MailDocument): Promise<void> {
    if (await insertNew(ask, models.outbox, document)) return;
    // Or it was this very insert, sent twice.
    const isOurs = (await find(document._id))?.change === document.change;
    if (!isOurs) throw new Error('a mail with this id is stored already');
  }

  return async (mails, audit = []) => {
    const change = newId();
    const [first, ...others] = mails;
    const own = pendingEffects(change, { mails: others, audit }, stamp);
    // Records alone: there is no document that could commit several, and nobody asks for that.
    if (!first) return settle(null, [own]);
    const owed = owesNothing(own) ? [] : [own];
    await refuseKnown(others);
    await commit({ ...mailDocument(first, change, stamp()), pending: owed });
    if (owed.length === 0) return;
    try {
      await settle(null, owed);
    } catch (error) {
      // The mail is stored, and with it what it owes: left to the repair.
      if (error instanceof TemporarilyUnavailable) return;
      throw error;
    }
    later(() => ask(() => models.outbox.updateOne({ _id: first.id }, { $pull: { pending: { change } } }, writing)));
  };
}

function createSentTo({ models, ask }: OutboxDeps): Pick<Outbox, 'ofAccount' | 'ofAddress'> {
  const sent = async (whose: Record<string, string>): Promise<readonly SentMail[]> => {
    const own = models.outbox.find(whose, null, reading).sort({ written: -1 });
    return (await ask(() => own.exec())).map(({ mail, attempts, settledAt = null, deadReason = null }) => {
      const { id, message, locale, createdAt, accountId, clientId } = mail;
      return { id, message, locale, createdAt, accountId, clientId, attempts, settledAt, deadReason };
    });
  };
  return {
    ofAccount: (id) => sent({ 'mail.accountId': id }),
    ofAddress: (fingerprint) => sent({ 'mail.emailFingerprint': fingerprint }),
  };
}

function createUndelivered({ models, ask }: OutboxDeps): Pick<Outbox, 'list' | 'undelivered'> {
  const undelivered: Readonly<Record<string, unknown>> = {
    $or: [{ dueAt: { $gte: 0 } }, { deadReason: { $type: 'string' } }],
  };
  const told = (found: Pick<MailDocument, 'mail' | 'sealed' | 'attempts' | 'dueAt' | 'deadReason'>) => ({
    mail: found.mail,
    sealed: found.sealed ?? null,
    attempts: found.attempts,
    dueAt: found.dueAt ?? null,
    deadReason: found.deadReason ?? null,
  });
  return {
    async list(after, limit) {
      const behind: Readonly<Record<string, unknown>> =
        after === null ? undelivered : { ...undelivered, written: { $lt: Number(after) } };
      const page = models.outbox.find(behind, null, reading).sort({ written: -1 });
      const found = await ask(() => page.limit(limit).exec());
      return { mails: found.map(told), next: found.length < limit ? null : String(found.at(-1)?.written) };
    },
    async undelivered(_id) {
      const one: Readonly<Record<string, unknown>> = { _id, ...undelivered };
      const found = await ask(() => models.outbox.findOne(one, null, reading).exec());
      return found && told(found);
    },
  };
}
