/**
 * One pass of the retention: everything that is due by the table of the configuration. In slices with rests between them, so
 * that people come first and memory is bounded; each step decides by comparing, so that any number of passes may run at
 * once, and a pass that was cut off has only begun what the next one does.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Account } from '../accounts/account.ts';
import { knownFrom } from '../accounts/known-from.ts';
import { signInHref } from '../accounts/request-mail.ts';
import { trimAudit } from '../audit/trim.ts';
import type { Config } from '../config/schema.ts';
import type { Deps } from '../deps.ts';
import type { AccountId, Instant } from '../ids.ts';
import type { Interactions } from '../journey/interactions.ts';
import { composeMail } from '../mail/messages.ts';
import { settlePending } from '../recovery/settle-pending.ts';
import type { KeptTable } from '../storage/kept-port.ts';
import { isErasureDue, orderErasure } from './deletion.ts';
import { dormancyOf, needsAttention, withDormancyTold } from './dormancy.ts';
import { type EraseDeps, eraseAccount } from './erase-account.ts';

export type RetentionDeps = EraseDeps & Pick<Deps, 'log'> & Pick<Interactions, 'endSessionsOf'>;

/** How many of each a pass has done. */
export type RetentionDone = {
  readonly told: number;
  readonly erased: number;
  readonly audit: number;
  readonly evidence: number;
  readonly mails: number;
};

const dayMs = 86_400_000;
const slice = 200;
const restMs = 20;
/** Sealed until it is sent: a server of mail may be away for a while. */
const noticeLifeDays = 7;

export const keptTables: readonly KeptTable[] = ['audit', 'evidence', 'mails'];

/** What is older than this instant is removed. */
export function keptSince({ retention }: Pick<Config, 'retention'>, table: KeptTable, now: Instant): Instant {
  const { auditDays, evidenceYears, mailLogDays } = retention;
  if (table !== 'evidence') return now - (table === 'audit' ? auditDays : mailLogDays) * dayMs;
  const since = new Date(now);
  since.setUTCFullYear(since.getUTCFullYear() - evidenceYears);
  return since.getTime();
}

async function tell(deps: RetentionDeps, { id }: Account): Promise<boolean> {
  const { config, clients, storage, clock } = deps;
  const clientId = await knownFrom(deps, id);
  const client = clients.get(clientId) ?? { id: clientId, startUrl: null, initiateLoginUri: null };
  const now = clock.now();
  const { outcome } = await storage.accounts.update(id, (account) =>
    withDormancyTold(account, config.retention.accounts, now, ({ email: to, emailFingerprint, locale }, erasedAt) =>
      composeMail(deps, {
        message: 'dormant',
        model: { signInHref: signInHref(config.issuer, client), erasedAt },
        ...{ to, emailFingerprint, accountId: id, client, locale },
        expiresAt: now + noticeLifeDays * dayMs,
      }),
    ),
  );
  return outcome === 'updated';
}

async function eraseDormant(deps: RetentionDeps, { id }: Account): Promise<boolean> {
  const now = deps.clock.now();
  const result = await orderErasure(deps.storage.accounts, id, {
    order: { why: 'dormant' },
    now,
    mayEnd: (account) => dormancyOf(account, deps.config.retention.accounts, now).state === 'to-be-erased',
  });
  if (result.outcome !== 'updated') return false;
  await deps.endSessionsOf(id);
  return eraseAccount(deps, result.account);
}

async function attend(deps: RetentionDeps, account: Account): Promise<'told' | 'erased' | null> {
  const { clock, config } = deps;
  if (isErasureDue(account, clock.now())) return (await eraseAccount(deps, account)) ? 'erased' : null;
  const { state } = dormancyOf(account, config.retention.accounts, clock.now());
  if (state === 'to-be-told') return (await tell(deps, account)) ? 'told' : null;
  return state === 'to-be-erased' && (await eraseDormant(deps, account)) ? 'erased' : null;
}

/** One at a time: a mass of due accounts must not be a mass of work at one moment. */
async function passAccounts(
  deps: RetentionDeps,
  stopped: () => boolean,
): Promise<Pick<RetentionDone, 'told' | 'erased'>> {
  const done = { told: 0, erased: 0 };
  for (let after: AccountId | null = null; !stopped(); ) {
    const accounts: readonly Account[] = await deps.storage.accounts.scan(after, slice);
    const now = deps.clock.now();
    for (const account of accounts) {
      if (stopped()) break;
      // A new address whose waiting time is over, or that can never take effect.
      await settlePending(deps, account);
      if (!needsAttention(account, deps.config.retention.accounts, now)) continue;
      const outcome = await attend(deps, account);
      if (outcome !== null) done[outcome] += 1;
    }
    after = accounts.at(-1)?.id ?? null;
    if (after === null) break;
    await sleep(restMs);
  }
  return done;
}

async function passTable(
  deps: RetentionDeps,
  table: Exclude<KeptTable, 'audit'>,
  stopped: () => boolean,
): Promise<number> {
  const before = keptSince(deps.config, table, deps.clock.now());
  for (let removed = 0; ; ) {
    const now = stopped() ? 0 : await deps.storage.kept.remove(table, before, slice);
    removed += now;
    if (now < slice) return removed;
    await sleep(restMs);
  }
}

/** Ends early, with what was done until then, once `stopped` says so. */
export async function applyRetention(
  deps: RetentionDeps,
  stopped: () => boolean = () => false,
): Promise<RetentionDone> {
  const accounts = await passAccounts(deps, stopped);
  const [audit, evidence, mails] = [
    await trimAudit(deps, keptSince(deps.config, 'audit', deps.clock.now()), stopped),
    await passTable(deps, 'evidence', stopped),
    await passTable(deps, 'mails', stopped),
  ];
  return { ...accounts, audit, evidence, mails };
}
