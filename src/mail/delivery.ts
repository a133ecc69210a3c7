/** The worker: takes due mails from the outbox, renders and sends them, tries again with growing pauses until they expire. */

import { knownFrom } from '../accounts/known-from.ts';
import { isOwnClient } from '../config/own-clients.ts';
import type { Deps } from '../deps.ts';
import { serviceFrame } from '../http/service-frame.ts';
import { storeNotMeLink } from '../notices/not-me-link.ts';
import type { ClaimedMail } from '../storage/outbox-port.ts';
import { startWorker, type Worker } from '../worker.ts';
import { isPermanent, type Mailer } from './mailer.ts';
import { openMail } from './messages.ts';
import type { OutboxMail } from './outbox.ts';

type DeliveryDeps = Pick<
  Deps,
  'config' | 'clients' | 'storage' | 'keyring' | 'clock' | 'random' | 'renderer' | 'log'
> & {
  readonly mailer: Mailer;
};

const batch = 10;
const leaseMs = 60_000;
const pauseMs = 250;
const told = { failed: 'outbox not readable', recovered: 'outbox readable again' };
const firstPauseMs = 2_000;
const longestPauseMs = 300_000;

async function send(deps: DeliveryDeps, mail: OutboxMail): Promise<void> {
  const { config, clients, keyring, renderer, mailer } = deps;
  const letter = openMail({ keyring }, mail);
  // What was done on Avain's own pages is told in the name of a service: "your My account account" is nobody's.
  const inName = mail.accountId && isOwnClient(mail.clientId) ? await knownFrom(deps, mail.accountId) : mail.clientId;
  const client = clients.get(inName) ?? null;
  const service = serviceFrame(config, client, mail.locale);
  await storeNotMeLink(deps, mail, letter);
  const rendered = renderer.renderMail(mail.message, letter.model, { locale: mail.locale, service, to: letter.to });
  await mailer.send({
    ...rendered,
    id: mail.id,
    to: letter.to,
    // A name that its own client gave itself is nothing that we put our address beside.
    fromName: client?.registered ? config.operator.name : (client?.mailFrom?.name[mail.locale] ?? service.name),
  });
}

async function deliver(deps: DeliveryDeps, { id, mail, attempts }: ClaimedMail): Promise<void> {
  const { storage, clock, log } = deps;
  // Nothing is sent after its secret is dead.
  if (clock.now() >= mail.expiresAt) return storage.outbox.dead(id, 'expired', clock.now());
  try {
    await send(deps, mail);
    await storage.outbox.delivered(id, clock.now());
  } catch (error) {
    const permanent = isPermanent(error);
    // The error's text may hold the address: only its code is logged.
    log.warn({ mail: id, message: mail.message, attempts, permanent, code: errorCode(error) }, 'mail not delivered');
    if (permanent) return storage.outbox.dead(id, refusalOf(error), clock.now());
    const pauseMs = Math.min(firstPauseMs * 2 ** attempts, longestPauseMs);
    await storage.outbox.retryAt(id, clock.now() + pauseMs);
  }
}

/** With the numbers that the server gave as its reason (RFC 5321 4.2, RFC 3463); its words may hold the address. */
function refusalOf(error: unknown): string {
  const answer = error instanceof Error && 'response' in error ? String(error.response) : '';
  const [, code, enhanced] = /^(\d{3})(?:[ -]([245]\.\d{1,3}\.\d{1,3})\b)?/.exec(answer) ?? [];
  return ['refused', code, enhanced].filter(Boolean).join(' ');
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}

/** Sends whatever is due now; returns how many mails were taken. */
export async function deliverDue(deps: DeliveryDeps): Promise<number> {
  const claimed = await deps.storage.outbox.claimDue(deps.clock.now(), batch, leaseMs);
  await Promise.all(claimed.map((mail) => deliver(deps, mail)));
  return claimed.length;
}

/** Runs until `stop`, which waits for the batch under way. */
export function startDelivery(deps: DeliveryDeps): Worker {
  const { storage, clock, log } = deps;
  return startWorker({ ...told, pauseMs, log }, async () => {
    const dueAt = await storage.outbox.nextDueAt();
    if (dueAt !== null && dueAt <= clock.now()) await deliverDue(deps);
  });
}
