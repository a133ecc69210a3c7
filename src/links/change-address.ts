/** The link in the mail to a new address: its mailbox says yes, in whatever browser, and the account has it from then on. */
import { randomUUID } from 'node:crypto';
import type { Context } from 'koa';
import type { Account } from '../accounts/account.ts';
import { isClosed } from '../accounts/account-rules.ts';
import { maskEmail } from '../accounts/email-address.ts';
import { knownFrom } from '../accounts/known-from.ts';
import { mayChangeAddress, withNewAddress } from '../accounts/previous-addresses.ts';
import { linkHref } from '../accounts/request-mail.ts';
import { storeUndoLink } from '../accounts/undo-link.ts';
import { browserOf } from '../http/browser.ts';
import { ownFormsOnly } from '../http/headers.ts';
import type { ClientId } from '../ids.ts';
import { composeMail } from '../mail/messages.ts';
import { claimLink, type IssuedLink, markSpent, releaseLink } from '../secrets/one-time.ts';
import type { Change } from '../storage/ports.ts';
import { sendLost, sendOutdated } from './lost-link.ts';
import { type LinkDeps, liveLink, type OpenedLink, ownLinkForm, pageOf, redirect } from './mail-link.ts';
import { askToLeaveSession } from './signed-in-as.ts';

const daySeconds = 86_400;

/**
 * A new password, or «En tehnyt tätä», is the answer to somebody who may have asked for this address: as with links to a
 * new password (security R32), nothing that was asked for before is done any more.
 */
function isOutdated({ passwordSetAt, owedIdentification: owed }: Account, { createdAt }: OpenedLink['link']): boolean {
  return (passwordSetAt ?? 0) > createdAt || (owed?.rule === 'not-me' && owed.since > createdAt);
}

function mayHave(account: Account, { link }: OpenedLink, now: number): boolean {
  const other = account.emailFingerprint !== link.emailFingerprint;
  return other && !isClosed(account) && !isOutdated(account, link) && mayChangeAddress(account, now);
}

/** The account that gets the address, or null when the page that says why not was sent. */
async function accountBehind(deps: LinkDeps, ctx: Context, opened: OpenedLink): Promise<Account | null> {
  const { link } = opened;
  const account = link.accountId && (await deps.storage.accounts.byId(link.accountId));
  if (account && mayHave(account, opened, deps.clock.now())) return account;
  await sendOutdated(deps, ctx, 'change-address', opened);
  return null;
}

/** Somebody has made an account with it since: told to its mailbox's owner only, who proved by the link to be that. */
async function isTaken(deps: LinkDeps, ctx: Context, opened: OpenedLink): Promise<boolean> {
  const owner = await deps.storage.accounts.byEmail(opened.link.emailFingerprint);
  if (owner === null || owner.id === opened.link.accountId) return false;
  ctx.status = 410;
  deps.pages.send(ctx, 'pages/address-taken', { email: opened.link.email, wanted: 'new' }, pageOf(opened));
  return true;
}

/** `GET /links/change-address/:id`: changes nothing. */
export function showChange(deps: LinkDeps) {
  return async (ctx: Context): Promise<void> => {
    const opened = await liveLink(deps, ctx, 'change-address');
    const account = opened && (await accountBehind(deps, ctx, opened));
    if (!opened || !account || (await isTaken(deps, ctx, opened))) return;
    if (await askToLeaveSession(deps, ctx, opened)) return;
    ctx.status = 200;
    const undoDays = Math.round(deps.config.lives.undoLinkSeconds / daySeconds);
    const model = { email: opened.link.email, maskedEmail: maskEmail(account.email), undoDays };
    deps.pages.send(ctx, 'pages/change-address', model, pageOf(opened));
    ownFormsOnly(ctx);
  };
}

type Undo = { readonly link: IssuedLink; readonly clientId: ClientId };

/** Both mailboxes are told: the new one, and the old one with the link that undoes it. */
function letters(deps: LinkDeps, { link }: OpenedLink, before: Account, undo: Undo) {
  const common = { accountId: before.id, client: { id: undo.clientId }, locale: before.locale } as const;
  const { token, validUntil } = undo.link;
  const toOld = composeMail(deps, {
    ...common,
    message: 'undo-address',
    model: {
      maskedEmail: maskEmail(link.email),
      href: linkHref(deps.config.issuer, 'undo-address', token),
      validUntil,
    },
    to: before.email,
    emailFingerprint: before.emailFingerprint,
    // As long as it is of any use.
    expiresAt: validUntil,
  });
  const toNew = composeMail(deps, {
    ...common,
    message: 'new-address',
    model: { at: deps.clock.now(), password: before.password === null ? 'none' : 'same' },
    to: link.email,
    emailFingerprint: link.emailFingerprint,
  });
  return [toOld, toNew];
}

function changed(deps: LinkDeps, opened: OpenedLink, account: Account, undo: Undo): Change | null {
  const { link, tokenHash } = opened;
  const now = deps.clock.now();
  if (!mayHave(account, opened, now)) return null;
  const { tokenHash: undoTokenHash, validUntil: undoUntil } = undo.link;
  const moved = withNewAddress(account, link, { undoTokenHash, undoUntil }, now);
  const audit = {
    at: now,
    event: 'address.changed',
    accountId: account.id,
    clientId: link.clientId,
    journeyId: null,
    details: {},
  } as const;
  // The mailbox was proved just now.
  const proved = { ...moved, codeProvedAt: now };
  return {
    account: proved,
    effects: { spends: tokenHash, audit: [audit], mails: letters(deps, opened, account, undo) },
  };
}

/** The row before the mail that has its token (decisions.md §7). */
async function storeUndo(deps: LinkDeps, { link, client }: OpenedLink, account: Account): Promise<Undo> {
  const { email, emailFingerprint, id: accountId, locale } = account;
  const undo = await storeUndoLink(deps, {
    ...{ email, emailFingerprint, accountId, locale },
    clientId: client.id,
    journeyId: null,
    interactionUid: null,
    browser: link.browser,
  });
  return { link: undo, clientId: await knownFrom(deps, accountId) };
}

async function spend(deps: LinkDeps, ctx: Context, opened: OpenedLink, account: Account): Promise<void> {
  const { tokenHash, path } = opened;
  const [requestId, browser] = [randomUUID(), browserOf(ctx).hash];
  if (!(await claimLink(deps, tokenHash, { requestId, browser }))) return sendLost(deps, ctx, 'change-address', opened);
  let outcome: string;
  try {
    // Whoever is signed in to this account here stays so; every other session and token ends (security R32). Before as
    // well as after: should we be killed in between, no old session outlives the change.
    await deps.interactions.endOtherSessions(ctx, account.id);
    const undo = await storeUndo(deps, opened, account);
    ({ outcome } = await deps.storage.accounts.update(account.id, (now) => changed(deps, opened, now, undo)));
    if (outcome !== 'updated') await deps.storage.links.delete(undo.link.tokenHash);
  } catch (error) {
    await releaseLink(deps, tokenHash, requestId);
    throw error;
  }
  if (outcome !== 'updated') {
    await releaseLink(deps, tokenHash, requestId);
    // The address is somebody else's by now, or the account is another than it was: the page says what is now true.
    return redirect(ctx, path);
  }
  await markSpent(deps, tokenHash, browser);
  await deps.interactions.endOtherSessions(ctx, account.id);
  redirect(ctx, path);
}

/** `POST /links/change-address/:id`: never signs in. */
export function submitChange(deps: LinkDeps) {
  return async (ctx: Context): Promise<void> => {
    const opened = await liveLink(deps, ctx, 'change-address');
    if (opened === null) return;
    const { action } = ownLinkForm(deps, ctx, opened);
    const account = await accountBehind(deps, ctx, opened);
    if (account === null || (await isTaken(deps, ctx, opened))) return;
    if (await askToLeaveSession(deps, ctx, opened, action)) return;
    await spend(deps, ctx, opened, account);
  };
}
