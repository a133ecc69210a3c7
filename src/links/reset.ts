import { randomUUID } from 'node:crypto';
import type { Context } from 'koa';
import type { Account, StoredPassword } from '../accounts/account.ts';
import { withPasswordByMail } from '../accounts/account-rules.ts';
import {
  countChoice,
  type PasswordContext,
  passwordContext,
  passwordErrors,
  passwordRulesModel,
} from '../accounts/password-form.ts';
import { browserOf } from '../http/browser.ts';
import { ownFormsOnly } from '../http/headers.ts';
import type { FormError } from '../http/views.ts';
import { composeNotice } from '../notices/notice.ts';
import { forgetWrongPasswords } from '../secrets/limits.ts';
import { claimLink, markSpent, releaseLink } from '../secrets/one-time.ts';
import type { Change } from '../storage/ports.ts';
import { sendLost } from './lost-link.ts';
import { type LinkDeps, liveLink, type OpenedLink, ownLinkForm, pageOf, redirect, sendDead } from './mail-link.ts';
import { askToLeaveSession } from './signed-in-as.ts';

function sendForm(
  deps: LinkDeps,
  ctx: Context,
  opened: OpenedLink,
  context: PasswordContext,
  errors: readonly FormError[] = [],
): void {
  const model = { email: opened.link.email, rules: passwordRulesModel(deps, context) };
  deps.pages.send(ctx, 'pages/reset', model, pageOf(opened, errors));
  ownFormsOnly(ctx);
}

/** Whoever still has the old mailbox must not choose the password. */
const isMoved = (account: Account, link: OpenedLink['link']): boolean =>
  account.emailFingerprint !== link.emailFingerprint;

/** A reset link is dead once the password or the address changed after it was sent, whatever its own row says. */
async function accountBehind({ storage }: LinkDeps, { link }: OpenedLink): Promise<Account | null> {
  const account = link.accountId && (await storage.accounts.byId(link.accountId));
  const outdated = account && ((account.passwordSetAt ?? 0) > link.createdAt || isMoved(account, link));
  return outdated ? null : account;
}

/** `GET /links/reset/:id` */
export function showReset(deps: LinkDeps) {
  return async (ctx: Context): Promise<void> => {
    const opened = await liveLink(deps, ctx, 'reset');
    if (opened === null) return;
    const account = await accountBehind(deps, opened);
    if (account === null) return sendDead(deps, ctx, 'reset', 'used', opened.link);
    if (await askToLeaveSession(deps, ctx, opened)) return;
    ctx.status = 200;
    sendForm(deps, ctx, opened, passwordContext(deps, account, opened.client, opened.locale));
  };
}

/** Proves the mailbox and nothing else: the next sign-in always asks strong identification, and the code if unlinked. */
function reset(deps: LinkDeps, opened: OpenedLink, account: Account, password: StoredPassword): Change {
  const { link, client, tokenHash } = opened;
  const now = deps.clock.now();
  const mail = { message: 'password-changed', account, client, model: { at: now, where: opened.look } } as const;
  const audit = {
    at: now,
    event: 'password.reset',
    accountId: account.id,
    clientId: client.id,
    journeyId: link.journeyId,
    details: {},
  } as const;
  return {
    account: withPasswordByMail(account, password, now),
    effects: { spends: tokenHash, audit: [audit], mails: [composeNotice(deps, mail)] },
  };
}

async function spend(
  deps: LinkDeps,
  ctx: Context,
  opened: OpenedLink,
  account: Account,
  password: string,
): Promise<void> {
  const { link, tokenHash } = opened;
  const [requestId, browser] = [randomUUID(), browserOf(ctx).hash];
  const stored = await deps.passwords.hash(password);
  if (!(await claimLink(deps, tokenHash, { requestId, browser }))) return sendLost(deps, ctx, 'reset', opened);
  let outcome: string;
  try {
    ({ outcome } = await deps.storage.accounts.update(account.id, (current) =>
      (current.passwordSetAt ?? 0) > link.createdAt || isMoved(current, link)
        ? null
        : reset(deps, opened, current, stored),
    ));
  } catch (error) {
    await releaseLink(deps, tokenHash, requestId);
    throw error;
  }
  const changed = outcome === 'updated';
  await markSpent(deps, tokenHash, changed ? browser : null);
  if (!changed) return sendDead(deps, ctx, 'reset', 'used', link);
  await forgetWrongPasswords(deps, { address: link.emailFingerprint, knownDevice: null });
  await deps.interactions.endSessionsOf(account.id);
  redirect(ctx, opened.path);
}

/** `POST /links/reset/:id`: never signs in. */
export function submitReset(deps: LinkDeps) {
  return async (ctx: Context): Promise<void> => {
    const opened = await liveLink(deps, ctx, 'reset');
    if (opened === null) return;
    const { action, password = '' } = ownLinkForm(deps, ctx, opened);
    const account = await accountBehind(deps, opened);
    if (account === null) return sendLost(deps, ctx, 'reset', opened);
    if (await askToLeaveSession(deps, ctx, opened, action)) return;
    await countChoice(deps, opened.tokenHash);
    const context = passwordContext(deps, account, opened.client, opened.locale);
    const errors = await passwordErrors(deps, password, context);
    if (errors.length > 0) {
      ctx.status = 422;
      return sendForm(deps, ctx, opened, context, errors);
    }
    await spend(deps, ctx, opened, account, password);
  };
}
