/**
 * The link to a new mailbox, of somebody who was identified as the account's owner and cannot get at the present one:
 * its POST proves the mailbox and starts the waiting time (recovery/pending-address.ts).
 */
import { randomUUID } from 'node:crypto';
import type { Context } from 'koa';
import type { Account } from '../accounts/account.ts';
import { maskEmail } from '../accounts/email-address.ts';
import { linkHref } from '../accounts/request-mail.ts';
import { browserOf } from '../http/browser.ts';
import { ownFormsOnly } from '../http/headers.ts';
import type { Instant } from '../ids.ts';
import { composeMail } from '../mail/messages.ts';
import { stoppedLetter } from '../recovery/cancel-pending.ts';
import { isSamePersonSince, waitingDays } from '../recovery/pending-address.ts';
import { claimLink, type IssuedLink, markSpent, releaseLink, storeLink } from '../secrets/one-time.ts';
import type { Change } from '../storage/ports.ts';
import type { MailLink } from '../storage/rows.ts';
import { sendLost, sendOutdated } from './lost-link.ts';
import { type LinkDeps, liveLink, type OpenedLink, ownLinkForm, pageOf, redirect } from './mail-link.ts';
import { askToLeaveSession } from './signed-in-as.ts';

/** The account is still that person's, and nobody has changed its address since: then its mailbox was not lost. */
function isAsAsked(account: Account, { createdAt }: MailLink): boolean {
  return isSamePersonSince(account, createdAt) && !account.previousAddresses.some((one) => one.replacedAt > createdAt);
}

/** The account behind the link, or null when the page that says why there is none was sent. */
async function accountBehind(deps: LinkDeps, ctx: Context, opened: OpenedLink): Promise<Account | null> {
  const { link } = opened;
  const account = link.accountId && (await deps.storage.accounts.byId(link.accountId));
  const owner = await deps.storage.accounts.byEmail(link.emailFingerprint);
  if (account && owner === null && isAsAsked(account, link)) return account;
  await sendOutdated(deps, ctx, 'new-mailbox', opened);
  return null;
}

/** `GET /links/new-mailbox/:id`: changes nothing. */
export function showNewMailbox(deps: LinkDeps) {
  return async (ctx: Context): Promise<void> => {
    const opened = await liveLink(deps, ctx, 'new-mailbox');
    const account = opened && (await accountBehind(deps, ctx, opened));
    if (!opened || !account || (await askToLeaveSession(deps, ctx, opened))) return;
    const { email } = opened.link;
    ctx.status = 200;
    const model = { email, maskedEmail: maskEmail(account.email), waitDays: waitingDays(deps.config) };
    deps.pages.send(ctx, 'pages/new-mailbox', model, pageOf(opened));
    ownFormsOnly(ctx);
  };
}

/** To the present mailbox, with the link that stops it, to the new one, and to that of an earlier wish. */
function lettersOf(deps: LinkDeps, { link, client }: OpenedLink, account: Account, dueAt: Instant, undo: IssuedLink) {
  const { email, emailFingerprint } = link;
  const common = { accountId: account.id, client } as const;
  const href = linkHref(deps.config.issuer, 'undo-mailbox', undo.token);
  const toOld = composeMail(deps, {
    ...common,
    message: 'address-pending-old',
    model: { maskedEmail: maskEmail(email), dueAt, href },
    to: account.email,
    emailFingerprint: account.emailFingerprint,
    locale: account.locale,
    // As long as it is of any use.
    expiresAt: dueAt,
  });
  const toNew = composeMail(deps, {
    ...common,
    message: 'address-pending-new',
    model: { dueAt },
    to: email,
    emailFingerprint,
    locale: link.locale,
  });
  const before = account.pendingAddress;
  const replaced = before !== null && before.emailFingerprint !== emailFingerprint;
  return [toOld, toNew, ...(replaced ? [stoppedLetter(deps, account, before, before)] : [])];
}

/** Pure; null where the account is not any more what it was when the link was asked for. An earlier wish is replaced. */
function asked(deps: LinkDeps, opened: OpenedLink, account: Account, undo: IssuedLink): Change | null {
  const { link, tokenHash } = opened;
  if (!isAsAsked(account, link)) return null;
  const askedAt = deps.clock.now();
  const dueAt = askedAt + deps.config.lives.lostMailboxWaitSeconds * 1000;
  const { email, emailFingerprint, clientId, journeyId } = link;
  const replaces = account.emailFingerprint;
  const { tokenHash: undoTokenHash } = undo;
  const pendingAddress = { email, emailFingerprint, replaces, clientId, askedAt, dueAt, undoTokenHash, toldIn: [] };
  const audit = {
    at: askedAt,
    event: 'mailbox.lost-confirmed',
    accountId: account.id,
    clientId,
    journeyId,
    details: { dueAt, again: account.pendingAddress !== null },
  } as const;
  const mails = lettersOf(deps, opened, account, dueAt, undo);
  return { account: { ...account, pendingAddress }, effects: { spends: tokenHash, audit: [audit], mails } };
}

async function spend(deps: LinkDeps, ctx: Context, opened: OpenedLink, account: Account): Promise<void> {
  const { link, tokenHash } = opened;
  const [requestId, browser] = [randomUUID(), browserOf(ctx).hash];
  if (!(await claimLink(deps, tokenHash, { requestId, browser }))) return sendLost(deps, ctx, 'new-mailbox', opened);
  const { id: accountId, email, emailFingerprint, locale } = account;
  const { clientId, journeyId } = link;
  let outcome: string;
  try {
    // The row before the mail that has its token (decisions.md §7).
    const to = { email, emailFingerprint, accountId, clientId, locale, journeyId, interactionUid: null, browser };
    const undo = await storeLink(deps, { purpose: 'undo-mailbox', ...to });
    ({ outcome } = await deps.storage.accounts.update(accountId, (current) =>
      current.emailFingerprint === emailFingerprint ? asked(deps, opened, current, undo) : null,
    ));
  } catch (error) {
    await releaseLink(deps, tokenHash, requestId);
    throw error;
  }
  if (outcome === 'updated') await markSpent(deps, tokenHash, browser);
  else await releaseLink(deps, tokenHash, requestId);
  redirect(ctx, opened.path);
}

/** `POST /links/new-mailbox/:id`: never signs in, in whatever browser. */
export function submitNewMailbox(deps: LinkDeps) {
  return async (ctx: Context): Promise<void> => {
    const opened = await liveLink(deps, ctx, 'new-mailbox');
    if (opened === null) return;
    const { action } = ownLinkForm(deps, ctx, opened);
    const account = await accountBehind(deps, ctx, opened);
    if (account === null || (await askToLeaveSession(deps, ctx, opened, action))) return;
    await spend(deps, ctx, opened, account);
  };
}
