/**
 * What becomes of a change that was asked: it takes effect once it is due, or comes to nothing. Asked by the job that looks
 * at all accounts every few hours (lifecycle/retention.ts), and whenever its person is identified again: so it is late by
 * hours at most, and never early.
 */
import type { Account, PendingAddress } from '../accounts/account.ts';
import { maskEmail } from '../accounts/email-address.ts';
import { withNewAddress } from '../accounts/previous-addresses.ts';
import { linkHref } from '../accounts/request-mail.ts';
import { storeUndoLink } from '../accounts/undo-link.ts';
import type { Deps } from '../deps.ts';
import type { AccountId } from '../ids.ts';
import { composeMail } from '../mail/messages.ts';
import { forgetWrongPasswords } from '../secrets/limits.ts';
import type { IssuedLink } from '../secrets/one-time.ts';
import type { Change } from '../storage/ports.ts';
import { withoutPending } from './cancel-pending.ts';
import { dueAddress, pendingState } from './pending-address.ts';

export type SettleDeps = Pick<Deps, 'config' | 'storage' | 'keyring' | 'clock' | 'random'> & {
  /** Ends all sessions, grants and tokens of an account and tells its clients. */
  readonly endSessionsOf: (id: AccountId) => Promise<void>;
};

export type Settled = 'nothing' | 'applied' | 'void';

/** Does what is due with the account as it was read; of any number at once one does it. */
export async function settlePending(deps: SettleDeps, account: Account): Promise<Settled> {
  const state = pendingState(account, deps.clock.now());
  if (state === 'void') return dismiss(deps, account, 'changed');
  const due = dueAddress(account, deps.clock.now());
  if (due === null) return 'nothing';
  // Somebody has signed up with it meanwhile: nothing is taken from them.
  const owner = await deps.storage.accounts.byEmail(due.emailFingerprint);
  return owner === null ? apply(deps, account, due) : dismiss(deps, account, 'taken');
}

async function dismiss(deps: SettleDeps, { id, pendingAddress }: Account, why: 'changed' | 'taken'): Promise<Settled> {
  const cancelling = { event: 'mailbox.lost-void', details: { why }, journeyId: null } as const;
  const { outcome } = await deps.storage.accounts.update(id, (account) =>
    account.pendingAddress?.askedAt === pendingAddress?.askedAt ? withoutPending(deps, account, cancelling) : null,
  );
  return outcome === 'updated' ? 'void' : 'nothing';
}

async function apply(deps: SettleDeps, account: Account, due: PendingAddress): Promise<Settled> {
  const { id, email, emailFingerprint, locale } = account;
  const { clientId } = due;
  // Before as well as after: should we be killed in between, no old session outlives the change.
  await deps.endSessionsOf(id);
  // The row before the mail that has its token (decisions.md §7).
  const undo = await storeUndoLink(deps, {
    email,
    emailFingerprint,
    accountId: id,
    clientId,
    locale,
    journeyId: null,
    interactionUid: null,
    // No browser asked for it: it comes with a notice.
    browser: null,
  });
  const { outcome } = await deps.storage.accounts.update(id, (current) =>
    current.emailFingerprint === emailFingerprint ? applied(deps, current, undo) : null,
  );
  if (outcome !== 'updated') {
    await deps.storage.links.delete(undo.tokenHash);
    return outcome === 'email-taken' ? dismiss(deps, account, 'taken') : 'nothing';
  }
  await deps.endSessionsOf(id);
  await forgetWrongPasswords(deps, { address: due.emailFingerprint, knownDevice: null });
  return 'applied';
}

/**
 * Pure; null where it is not due. As after an undo (previous-addresses.ts) no password is trusted: a new one is set by a
 * link to the new mailbox, and the next sign-in asks strong identification whatever the policy says.
 */
function applied(deps: SettleDeps, account: Account, undo: IssuedLink): Change | null {
  const now = deps.clock.now();
  const due = dueAddress(account, now);
  if (due === null) return null;
  const { tokenHash: undoTokenHash, validUntil: undoUntil } = undo;
  const moved = withNewAddress(account, due, { undoTokenHash, undoUntil }, now);
  const changed: Account = {
    ...moved,
    pendingAddress: null,
    password: null,
    // Reset links that were mailed before are dead by this.
    passwordSetAt: now,
    mustChangePassword: false,
    owedIdentification: { since: now, rule: 'reset' },
    codeProvedAt: due.askedAt,
    devices: [],
  };
  const { clientId } = due;
  const details = { askedAt: due.askedAt };
  const audit = {
    at: now,
    event: 'mailbox.lost-applied',
    accountId: account.id,
    clientId,
    journeyId: null,
    details,
  } as const;
  return { account: changed, effects: { audit: [audit], mails: lettersOf(deps, account, due, undo) } };
}

function lettersOf(deps: SettleDeps, account: Account, due: PendingAddress, undo: IssuedLink) {
  const { config, clock } = deps;
  const { id: accountId, locale } = account;
  const common = { accountId, client: { id: due.clientId }, locale } as const;
  const href = linkHref(config.issuer, 'undo-address', undo.token);
  const toOld = composeMail(deps, {
    ...common,
    message: 'undo-address',
    model: { maskedEmail: maskEmail(due.email), href, validUntil: undo.validUntil },
    to: account.email,
    emailFingerprint: account.emailFingerprint,
    expiresAt: undo.validUntil,
  });
  const toNew = composeMail(deps, {
    ...common,
    message: 'new-address',
    model: { at: clock.now(), password: 'none' },
    to: due.email,
    emailFingerprint: due.emailFingerprint,
  });
  return [toOld, toNew];
}
