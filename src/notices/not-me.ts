/**
 * «En tehnyt tätä» of a notice. Whoever holds the mail may press it, without signing in: it takes rights away and gives
 * none. What an intruder may have, known devices, sessions, the password, is worth nothing afterwards without a strong
 * identification; the way to a new password goes to the mailbox, as ever.
 */
import { randomUUID } from 'node:crypto';
import type { Context } from 'koa';
import type { Account } from '../accounts/account.ts';
import { withDenial } from '../accounts/account-rules.ts';
import { dropAddressChange } from '../accounts/address-change.ts';
import { linkHref } from '../accounts/request-mail.ts';
import { withoutFactorsSince } from '../factors/factor-rules.ts';
import { browserOf } from '../http/browser.ts';
import { ownFormsOnly } from '../http/headers.ts';
import type { MailName } from '../http/mail-models.ts';
import { sendLost } from '../links/lost-link.ts';
import {
  type LinkDeps,
  liveLink,
  type OpenedLink,
  ownLinkForm,
  pageOf,
  redirect,
  sendDead,
} from '../links/mail-link.ts';
import { askToLeaveSession } from '../links/signed-in-as.ts';
import { composeMail } from '../mail/messages.ts';
import { claimLink, type IssuedLink, issueLink, markSpent, releaseLink } from '../secrets/one-time.ts';
import type { Change } from '../storage/ports.ts';

type Told = OpenedLink & { readonly about: MailName; readonly account: Account };

/** What the link is about, or null when the page that says why it is of no use was sent. */
async function opened(deps: LinkDeps, ctx: Context): Promise<Told | null> {
  const link = await liveLink(deps, ctx, 'not-me');
  if (link === null) return null;
  const { about, accountId } = link.link;
  const account = accountId && (await deps.storage.accounts.byId(accountId));
  if (account && about !== undefined) return { ...link, about, account };
  sendDead(deps, ctx, 'not-me', 'replaced', link.link);
  return null;
}

/** `GET /links/not-me/:id`: changes nothing. */
export function showNotMe(deps: LinkDeps) {
  return async (ctx: Context): Promise<void> => {
    const told = await opened(deps, ctx);
    if (told === null || (await askToLeaveSession(deps, ctx, told))) return;
    const { about, account, link } = told;
    const pending = { pendingAddress: account.pendingAddress !== null, deletion: account.deletion !== null };
    const factors = withoutIntruder(account, link, deps.clock.now()).factors !== account.factors;
    ctx.status = 200;
    deps.pages.send(ctx, 'pages/not-me', { about, toldAt: link.createdAt, ...pending, factors }, pageOf(told));
    ownFormsOnly(ctx);
  };
}

/** A link to a new password, for the mailbox that was told; null where the account has another address by now. */
async function resetLink(deps: LinkDeps, ctx: Context, { link, account }: Told): Promise<IssuedLink | null> {
  const { emailFingerprint, accountId, clientId, locale } = link;
  const { email } = account;
  if (account.emailFingerprint !== emailFingerprint) return null;
  const browser = browserOf(ctx).hash;
  const asked = { purpose: 'reset', browser, journeyId: null, interactionUid: null } as const;
  return issueLink(deps, { ...asked, emailFingerprint, email, accountId, clientId, locale });
}

/** To the mailbox that was told, and to the address that was to take its place. */
function lettersOf(deps: LinkDeps, { client, link }: Told, account: Account, reset: IssuedLink | null) {
  const { id: accountId, email, emailFingerprint, locale, pendingAddress } = account;
  const common = { accountId, client, locale } as const;
  const stopped = pendingAddress && {
    ...common,
    message: 'address-pending-stopped' as const,
    model: { at: deps.clock.now() },
    to: pendingAddress.email,
    emailFingerprint: pendingAddress.emailFingerprint,
  };
  const stillThere = reset !== null && emailFingerprint === link.emailFingerprint;
  const way = stillThere && {
    ...common,
    message: 'reset' as const,
    model: { href: linkHref(deps.config.issuer, 'reset', reset.token), validUntil: reset.validUntil },
    to: email,
    emailFingerprint,
    expiresAt: reset.validUntil,
  };
  return [...(way ? [composeMail(deps, way)] : []), ...(stopped ? [composeMail(deps, stopped)] : [])];
}

/** Pure but for its mails' ids. */
function denied(deps: LinkDeps, told: Told, account: Account, reset: IssuedLink | null): Change {
  const { about, client, tokenHash, link } = told;
  const at = deps.clock.now();
  const { pendingAddress, deletion } = account;
  const audit = {
    at,
    event: 'notice.denied',
    accountId: account.id,
    clientId: client.id,
    journeyId: link.journeyId,
    details: { message: about, addressStays: pendingAddress !== null, accountStays: deletion !== null },
  } as const;
  const mails = lettersOf(deps, told, account, reset);
  return { account: withoutIntruder(account, link, at), effects: { spends: tokenHash, audit: [audit], mails } };
}

/**
 * Factors added since are an intruder's, too. Only where the linked person must identify next, who can stand in for any
 * factor: else whoever reads somebody's mail could take their factors away with an older notice.
 */
function withoutIntruder(account: Account, link: OpenedLink['link'], at: number): Account {
  const denial = withDenial(account, at);
  return account.identity === null ? denial : withoutFactorsSince(denial, link.aboutAt ?? link.createdAt);
}

/** Sessions and tokens, and the link to an address that somebody asked for in one of them. */
async function endAll(deps: LinkDeps, { id }: Account): Promise<void> {
  await deps.interactions.endSessionsOf(id);
  await dropAddressChange(deps, id);
}

async function spend(deps: LinkDeps, ctx: Context, told: Told): Promise<void> {
  const { account, tokenHash, path } = told;
  const [requestId, browser] = [randomUUID(), browserOf(ctx).hash];
  if (!(await claimLink(deps, tokenHash, { requestId, browser }))) return sendLost(deps, ctx, 'not-me', told);
  let outcome: string;
  try {
    const reset = await resetLink(deps, ctx, told);
    // Before as well as after: should we be killed in between, no old session outlives the change.
    await endAll(deps, account);
    ({ outcome } = await deps.storage.accounts.update(account.id, (now) => denied(deps, told, now, reset)));
  } catch (error) {
    await releaseLink(deps, tokenHash, requestId);
    throw error;
  }
  if (outcome !== 'updated') {
    await releaseLink(deps, tokenHash, requestId);
    // Erased meanwhile, or spent before a crash: the page says what is now true.
    return redirect(ctx, path);
  }
  await markSpent(deps, tokenHash, browser);
  await endAll(deps, account);
  redirect(ctx, path);
}

/** `POST /links/not-me/:id`: never signs in. */
export function submitNotMe(deps: LinkDeps) {
  return async (ctx: Context): Promise<void> => {
    const told = await opened(deps, ctx);
    if (told === null) return;
    const { action } = ownLinkForm(deps, ctx, told);
    if (await askToLeaveSession(deps, ctx, told, action)) return;
    await spend(deps, ctx, told);
  };
}
