/** Mails that are not delivered: which wait, which were given up and why, and sending one that waits now. */
import { z } from 'zod';
import { maskEmail } from '../../accounts/email-address.ts';
import { openMail } from '../../mail/messages.ts';
import { SealBroken } from '../../secrets/aead.ts';
import type { UndeliveredMail } from '../../storage/outbox-port.ts';
import { openCursor, sealCursor } from '../cursor.ts';
import { type AdminDeps, nameOf, operation } from '../operation.ts';
import { noBody, notFound, nothing, orderOf, pageQuery, time, timeOrNever, withReason } from '../shapes.ts';

const iso = (at: number): string => new Date(at).toISOString();

/** Who helps people looks whether their mail is on its way, and may hurry it: it goes where it was to go, so lets nobody in. */
const helpers = ['support', 'operator', 'owner'] as const;

/** null: its address went with all else that was sealed; or the key that opens it is gone. */
function maskedAddress(deps: AdminDeps, { mail, sealed }: UndeliveredMail): string | null {
  if (sealed === null) return null;
  try {
    return maskEmail(openMail(deps, { ...mail, sealed }).to);
  } catch (error) {
    if (error instanceof SealBroken) return null;
    throw error;
  }
}

export const list = operation({
  id: 'outbox.list',
  method: 'GET',
  path: '/outbox/mails',
  summary: 'Mails that wait and mails that were given up, newest first',
  roles: helpers,
  readsPerson: true,
  guarded: null,
  params: nothing,
  query: pageQuery,
  body: noBody,
  output: z.strictObject({
    mails: z.array(
      z.strictObject({
        id: z.string(),
        message: z.string(),
        address: z.string().nullable().describe('Masked: `a***@oma.example`; none of one that was given up'),
        attempts: z.int(),
        createdAt: time,
        dueAt: timeOrNever.describe('When it is tried next; null = it was given up'),
        deadReason: z.string().nullable().describe('Why it was given up: `expired`, or what the mail server answered'),
      }),
    ),
    next: z.string().nullable(),
  }),
  async run({ deps }, { query: { cursor, limit } }) {
    const page = await deps.storage.outbox.list(openCursor(deps, ['outbox.list'], cursor), limit);
    const mails = page.mails.map((one) => ({
      ...{ id: one.mail.id, message: one.mail.message, address: maskedAddress(deps, one), attempts: one.attempts },
      createdAt: iso(one.mail.createdAt),
      dueAt: one.dueAt === null ? null : iso(one.dueAt),
      deadReason: one.deadReason,
    }));
    return { output: { mails, next: page.next === null ? null : sealCursor(deps, ['outbox.list'], page.next) } };
  },
});

export const retry = operation({
  id: 'outbox.retry',
  method: 'POST',
  path: '/outbox/mails/{mail}/retry',
  summary: 'Has a mail that waits sent now; one that was given up cannot be sent: what it said is deleted',
  roles: helpers,
  readsPerson: false,
  guarded: null,
  params: z.strictObject({ mail: z.string().regex(/^[\w.-]{1,64}$/) }),
  query: nothing,
  body: withReason,
  output: z.strictObject({
    outcome: z
      .enum(['due', 'given-up'])
      .describe('`given-up`: order it anew (account.resend-activation), or have the person ask for it again'),
  }),
  async run({ deps: { storage, clock }, actor }, { params, body }) {
    const found = await storage.outbox.undelivered(params.mail);
    if (found === null) throw notFound();
    const { mail, dueAt } = found;
    const now = clock.now();
    // Past its end the next try gives it up.
    if (dueAt === null || mail.expiresAt <= now) return { output: { outcome: 'given-up' as const } };
    const { by, reason } = orderOf(actor, body.reason, null);
    const common = { at: now, event: 'mail.retried', clientId: null, journeyId: null, actor: nameOf(actor) } as const;
    const details = { mail: mail.message, id: mail.id, by, reason };
    // Before it is due: a delivery by order of which nobody knows has not happened. Where a worker has it at this moment it
    // may be handed over twice, under one Message-ID.
    await storage.audit.append({ ...common, accountId: mail.accountId, details });
    await storage.outbox.retryAt(mail.id, now);
    return { output: { outcome: 'due' as const } };
  },
});
