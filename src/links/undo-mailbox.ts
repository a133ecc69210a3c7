/**
 * The link in the mail to an account's present mailbox: another address was asked for, by somebody identified as its
 * owner. Whoever has the mailbox stops it, as long as it has not taken effect; afterwards `undo-address` is the way.
 */
import { randomUUID } from 'node:crypto';
import type { Context } from 'koa';
import type { Account, PendingAddress } from '../accounts/account.ts';
import { maskEmail } from '../accounts/email-address.ts';
import { browserOf } from '../http/browser.ts';
import { ownFormsOnly } from '../http/headers.ts';
import { withoutPending } from '../recovery/cancel-pending.ts';
import { claimLink, markSpent, releaseLink } from '../secrets/one-time.ts';
import type { Change } from '../storage/ports.ts';
import type { MailLink } from '../storage/rows.ts';
import { sendLost, sendOutdated } from './lost-link.ts';
import { type LinkDeps, liveLink, type OpenedLink, ownLinkForm, pageOf, redirect } from './mail-link.ts';
import { askToLeaveSession } from './signed-in-as.ts';

type Waiting = Account & { readonly pendingAddress: PendingAddress };

/** Any of the mailbox's links stops whatever waits: a second wish must not make the link in the first mail worthless. */
function canStop(account: Account | null, { emailFingerprint }: MailLink): account is Waiting {
  return account !== null && account.pendingAddress !== null && account.emailFingerprint === emailFingerprint;
}

async function accountBehind(deps: LinkDeps, ctx: Context, opened: OpenedLink): Promise<Waiting | null> {
  const { link } = opened;
  const account = link.accountId && (await deps.storage.accounts.byId(link.accountId));
  if (canStop(account, link)) return account;
  await sendOutdated(deps, ctx, 'undo-mailbox', opened);
  return null;
}

/** `GET /links/undo-mailbox/:id`: changes nothing. */
export function showUndoMailbox(deps: LinkDeps) {
  return async (ctx: Context): Promise<void> => {
    const opened = await liveLink(deps, ctx, 'undo-mailbox');
    const account = opened && (await accountBehind(deps, ctx, opened));
    if (!opened || !account || (await askToLeaveSession(deps, ctx, opened))) return;
    const { email, dueAt } = account.pendingAddress;
    const model = { email: account.email, maskedEmail: maskEmail(email), dueAt };
    ctx.status = 200;
    deps.pages.send(ctx, 'pages/undo-mailbox', model, pageOf(opened));
    ownFormsOnly(ctx);
  };
}

function stopped(deps: LinkDeps, { link, tokenHash }: OpenedLink, account: Account): Change | null {
  if (!canStop(account, link)) return null;
  const { journeyId } = link;
  const change = withoutPending(deps, account, {
    event: 'mailbox.lost-undone',
    details: { by: 'mailbox' },
    journeyId,
  });
  return change && { ...change, effects: { ...change.effects, spends: tokenHash } };
}

async function spend(deps: LinkDeps, ctx: Context, opened: OpenedLink, account: Account): Promise<void> {
  const { tokenHash } = opened;
  const [requestId, browser] = [randomUUID(), browserOf(ctx).hash];
  if (!(await claimLink(deps, tokenHash, { requestId, browser }))) return sendLost(deps, ctx, 'undo-mailbox', opened);
  let outcome: string;
  try {
    ({ outcome } = await deps.storage.accounts.update(account.id, (current) => stopped(deps, opened, current)));
  } catch (error) {
    await releaseLink(deps, tokenHash, requestId);
    throw error;
  }
  // Lost against another link, or against its taking effect: the page says what is now true.
  if (outcome === 'updated') await markSpent(deps, tokenHash, browser);
  else await releaseLink(deps, tokenHash, requestId);
  redirect(ctx, opened.path);
}

/** `POST /links/undo-mailbox/:id`: never signs in. */
export function submitUndoMailbox(deps: LinkDeps) {
  return async (ctx: Context): Promise<void> => {
    const opened = await liveLink(deps, ctx, 'undo-mailbox');
    if (opened === null) return;
    const { action } = ownLinkForm(deps, ctx, opened);
    const account = await accountBehind(deps, ctx, opened);
    if (account === null || (await askToLeaveSession(deps, ctx, opened, action))) return;
    await spend(deps, ctx, opened, account);
  };
}
