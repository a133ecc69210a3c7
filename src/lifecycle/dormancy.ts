/** Accounts that nobody uses: their owners are told, and if nobody signs in they are erased (journey.md §6). */
import type { Account } from '../accounts/account.ts';
import type { Config } from '../config/schema.ts';
import type { Instant } from '../ids.ts';
import type { OutboxMail } from '../mail/outbox.ts';
import type { Change } from '../storage/ports.ts';
import { isErasureDue } from './deletion.ts';

type Rules = Config['retention']['accounts'];

const dayMs = 86_400_000;

/** The last sign of life: of somebody who signed in, or of whoever made the account. */
function usedAt({ createdAt, activatedAt, lastSignInAt }: Account): Instant {
  return Math.max(createdAt, activatedAt ?? 0, lastSignInAt ?? 0);
}

export type Dormancy =
  /** In use, or none of this file's business: barred (its owner would come back by a new one), or to be erased anyway. */
  | { readonly state: 'none' }
  | { readonly state: 'to-be-told'; readonly since: Instant }
  | { readonly state: 'told'; readonly since: Instant; readonly erasedAt: Instant }
  | { readonly state: 'to-be-erased'; readonly since: Instant };

export function dormancyOf(account: Account, rules: Rules, now: Instant): Dormancy {
  const days = account.activatedAt === null ? rules.importedUnusedDays : rules.dormantNoticeAfterDays;
  const since = usedAt(account);
  if (days === null || account.barredAt !== null || account.deletion !== null || now - since < days * dayMs)
    return { state: 'none' };
  const { dormancyToldAt } = account;
  if (dormancyToldAt === null || dormancyToldAt < since) return { state: 'to-be-told', since };
  const erasedAt = dormancyToldAt + rules.erasedAfterNoticeDays * dayMs;
  return now < erasedAt ? { state: 'told', since, erasedAt } : { state: 'to-be-erased', since };
}

/** Whether a pass has anything to do about this account. */
export function needsAttention(account: Account, rules: Rules, now: Instant): boolean {
  const { state } = dormancyOf(account, rules, now);
  return isErasureDue(account, now) || state === 'to-be-told' || state === 'to-be-erased';
}

/** Told, once; null if somebody has used the account since. */
export function withDormancyTold(
  account: Account,
  rules: Rules,
  now: Instant,
  letter: (account: Account, erasedAt: Instant) => OutboxMail,
): Change | null {
  if (dormancyOf(account, rules, now).state !== 'to-be-told') return null;
  const erasedAt = now + rules.erasedAfterNoticeDays * dayMs;
  const told = { ...account, dormancyToldAt: now };
  const audit = {
    at: now,
    event: 'dormancy.told',
    accountId: account.id,
    clientId: null,
    journeyId: null,
    details: { imported: account.activatedAt === null },
  } as const;
  return { account: told, effects: { audit: [audit], mails: [letter(told, erasedAt)] } };
}
