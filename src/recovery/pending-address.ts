/**
 * Who cannot get at the account's mailbox any more: strong identification with the linked identity, a new mailbox that
 * was proved, a waiting time in which the present mailbox is told and can stop it; then the address changes.
 *
 * Here: pending-address.ts (pure rules), request-new-mailbox.ts (the link to the new mailbox), settle-pending.ts (what
 * becomes of it when it is due), cancel-pending.ts. Pages: steps/lost-mailbox.ts, links/new-mailbox.ts, links/undo-mailbox.ts.
 * May import accounts, mail and secrets; never pages.
 *
 * Promises: never before it is due; until it has taken effect it can be cancelled; it comes to nothing where the account
 * is barred, has another address, or is not linked to the identity that asked.
 */
import type { Account, PendingAddress } from '../accounts/account.ts';
import { mayChangeAddress } from '../accounts/previous-addresses.ts';
import type { Config } from '../config/schema.ts';
import type { BrowserHash, Instant } from '../ids.ts';

/** `void`: it can never take effect any more. */
export type PendingState = 'none' | 'waiting' | 'due' | 'void';

const mostToldIn = 20;
const daySeconds = 86_400;

/** For sentences: in full days. */
export function waitingDays({ lives }: Pick<Config, 'lives'>): number {
  return Math.ceil(lives.lostMailboxWaitSeconds / daySeconds);
}

/** Linked since before `at`, without interruption: who was identified then is the account's person now. */
export function isSamePersonSince({ identity, barredAt }: Account, at: Instant): boolean {
  return barredAt === null && identity !== null && identity.linkedAt <= at;
}

export function pendingState(account: Account, now: Instant): PendingState {
  const { pendingAddress: pending, emailFingerprint } = account;
  if (pending === null) return 'none';
  if (!isSamePersonSince(account, pending.askedAt) || pending.replaces !== emailFingerprint) return 'void';
  // Where too many changes can still be undone it waits for the oldest of them.
  return now >= pending.dueAt && mayChangeAddress(account, now) ? 'due' : 'waiting';
}

/** The address that may take effect now. */
export function dueAddress(account: Account, now: Instant): PendingAddress | null {
  return pendingState(account, now) === 'due' ? account.pendingAddress : null;
}

/** The change that somebody who signs in can still stop. */
export function waitingAddress(account: Account, now: Instant): PendingAddress | null {
  const state = pendingState(account, now);
  return state === 'waiting' || state === 'due' ? account.pendingAddress : null;
}

/** That a change is waiting is told once in every browser, so that nobody can answer it away for the owner. */
export function isUntold(account: Account, browser: BrowserHash, now: Instant): boolean {
  return waitingAddress(account, now)?.toldIn.includes(browser) === false;
}

export function withTold(account: Account, browser: BrowserHash): Account {
  const { pendingAddress: pending } = account;
  if (pending === null || pending.toldIn.includes(browser)) return account;
  const toldIn = [browser, ...pending.toldIn].slice(0, mostToldIn);
  return { ...account, pendingAddress: { ...pending, toldIn } };
}
