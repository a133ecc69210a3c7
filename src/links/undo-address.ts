/**
 * The link in the mail to an account's old address: puts the address back. Whether it still can is told by the account
 * (previous-addresses.ts); the link's row only finds it, so that a row lost or brought back changes nothing.
 */
import { randomUUID } from 'node:crypto';
import type { Context } from 'koa';
import type { Account } from '../accounts/account.ts';
import { maskEmail } from '../accounts/email-address.ts';
import { undoableChange, withAddressBack } from '../accounts/previous-addresses.ts';
import { signInHref } from '../accounts/request-mail.ts';
import { withoutFactorsSince } from '../factors/factor-rules.ts';
import { browserOf } from '../http/browser.ts';
import { ownFormsOnly } from '../http/headers.ts';
import { composeMail } from '../mail/messages.ts';
import { forgetWrongPasswords } from '../secrets/limits.ts';
import { claimLink, markSpent, releaseLink } from '../secrets/one-time.ts';
import type { Change } from '../storage/ports.ts';
import { sendLost, sendOutdated } from './lost-link.ts';
import { type LinkDeps, liveLink, type OpenedLink, ownLinkForm, pageOf, redirect } from './mail-link.ts';
import { askToLeaveSession } from './signed-in-as.ts';

/** The account whose address this link can put back, or null when the page that says why not was sent. */
async function accountBehind(deps: LinkDeps, ctx: Context, opened: OpenedLink): Promise<Account | null> {
  const { link, tokenHash } = opened;
  const account = link.accountId && (await deps.storage.accounts.byId(link.accountId));
  if (account && undoableChange(account, tokenHash, deps.clock.now())) return account;
  await sendOutdated(deps, ctx, 'undo-address', opened);
  return null;
}

/** Somebody has an account with the old address by now: nothing is taken from them, and support can help. */
async function isTaken(deps: LinkDeps, ctx: Context, opened: OpenedLink, account: Account): Promise<boolean> {
  const owner = await deps.storage.accounts.byEmail(opened.link.emailFingerprint);
  if (owner === null || owner.id === account.id) return false;
  ctx.status = 410;
  deps.pages.send(ctx, 'pages/address-taken', { email: opened.link.email, wanted: 'back' }, pageOf(opened));
  return true;
}

/** `GET /links/undo-address/:id`: changes nothing. */
export function showUndo(deps: LinkDeps) {
  return async (ctx: Context): Promise<void> => {
    const opened = await liveLink(deps, ctx, 'undo-address');
    const account = opened && (await accountBehind(deps, ctx, opened));
    if (!opened || !account || (await isTaken(deps, ctx, opened, account))) return;
    if (await askToLeaveSession(deps, ctx, opened)) return;
    const { email, validUntil } = opened.link;
    ctx.status = 200;
    deps.pages.send(
      ctx,
      'pages/undo-address',
      { email, maskedEmail: maskEmail(account.email), validUntil },
      pageOf(opened),
    );
    ownFormsOnly(ctx);
  };
}

/** Both mailboxes are told: the one that is back, and the one that was taken away. */
function undone(deps: LinkDeps, { client, locale, tokenHash, link }: OpenedLink, account: Account): Change | null {
  const now = deps.clock.now();
  const change = undoableChange(account, tokenHash, now);
  const back = withAddressBack(account, tokenHash, now);
  if (change === null || back === null) return null;
  // Of factors added since then the notice went to the other mailbox only.
  const restored = withoutFactorsSince(back, change.replacedAt);
  const common = { accountId: account.id, client } as const;
  const mails = [
    composeMail(deps, {
      ...common,
      message: 'address-restored',
      model: { at: now, signInHref: signInHref(deps.config.issuer, client) },
      to: restored.email,
      emailFingerprint: restored.emailFingerprint,
      locale,
    }),
    composeMail(deps, {
      ...common,
      message: 'address-removed',
      model: { at: now },
      to: account.email,
      emailFingerprint: account.emailFingerprint,
      locale: account.locale,
    }),
  ];
  const audit = {
    at: now,
    event: 'address.restored',
    accountId: account.id,
    clientId: client.id,
    journeyId: link.journeyId,
    details: { undone: account.previousAddresses.length - restored.previousAddresses.length },
  } as const;
  return { account: restored, effects: { spends: tokenHash, audit: [audit], mails } };
}

async function spend(deps: LinkDeps, ctx: Context, opened: OpenedLink, account: Account): Promise<void> {
  const { link, tokenHash } = opened;
  const [requestId, browser] = [randomUUID(), browserOf(ctx).hash];
  if (!(await claimLink(deps, tokenHash, { requestId, browser }))) return sendLost(deps, ctx, 'undo-address', opened);
  let outcome: string;
  try {
    // Before as well as after: should we be killed in between, no old session outlives the change.
    await deps.interactions.endSessionsOf(account.id);
    ({ outcome } = await deps.storage.accounts.update(account.id, (current) => undone(deps, opened, current)));
  } catch (error) {
    await releaseLink(deps, tokenHash, requestId);
    throw error;
  }
  if (outcome !== 'updated') {
    await releaseLink(deps, tokenHash, requestId);
    // Lost against another link, or against a sign-up with this address: the page says what is now true.
    return redirect(ctx, opened.path);
  }
  await markSpent(deps, tokenHash, browser);
  await deps.interactions.endSessionsOf(account.id);
  await forgetWrongPasswords(deps, { address: link.emailFingerprint, knownDevice: null });
  redirect(ctx, opened.path);
}

/** `POST /links/undo-address/:id`: never signs in. */
export function submitUndo(deps: LinkDeps) {
  return async (ctx: Context): Promise<void> => {
    const opened = await liveLink(deps, ctx, 'undo-address');
    if (opened === null) return;
    const { action } = ownLinkForm(deps, ctx, opened);
    const account = await accountBehind(deps, ctx, opened);
    if (account === null || (await isTaken(deps, ctx, opened, account))) return;
    if (await askToLeaveSession(deps, ctx, opened, action)) return;
    await spend(deps, ctx, opened, account);
  };
}
