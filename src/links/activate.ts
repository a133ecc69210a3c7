import { randomUUID } from 'node:crypto';
import type { Context } from 'koa';
import { type Account, withPassword } from '../accounts/account.ts';
import { afterPassword } from '../accounts/after-password.ts';
import { newAccount } from '../accounts/new-account.ts';
import { passwordErrors, passwordRulesModel } from '../accounts/password-form.ts';
import { provePassword } from '../accounts/prove-password.ts';
import { signInHref } from '../accounts/request-mail.ts';
import type { AuditEvent } from '../audit/audit-log.ts';
import { browserOf } from '../http/browser.ts';
import { networkOf } from '../http/network.ts';
import type { FormError } from '../http/views.ts';
import { leaveForAdoption } from '../journey/adopt.ts';
import { asAccount } from '../journey/journey.ts';
import { claimLink, markSpent, releaseLink } from '../secrets/one-time.ts';
import { type LinkDeps, liveLink, type OpenedLink, ownLinkForm, pageOf, redirect, sendDead } from './mail-link.ts';
import { askToLeaveSession } from './signed-in-as.ts';

/** What a spent activation link leaves behind for the journey. */
type Activated = { readonly account: Account; readonly password: string; readonly weak: readonly string[] | null };

async function importedAccount(deps: LinkDeps, { link }: OpenedLink): Promise<Account | null> {
  const account = await deps.storage.accounts.byEmail(link.emailFingerprint);
  return account?.activatedAt === null ? account : null;
}

async function sendForm(
  deps: LinkDeps,
  ctx: Context,
  opened: OpenedLink,
  errors: readonly FormError[] = [],
): Promise<void> {
  const imported = await importedAccount(deps, opened);
  const { email } = opened.link;
  const model = {
    email,
    otherDevice: !opened.sameBrowser,
    rules: passwordRulesModel(deps),
    presentPassword: imported?.password != null,
  };
  deps.pages.send(ctx, 'pages/activate', model, pageOf(opened, errors));
}

/** `GET /links/activate/:id` */
export function showActivation(deps: LinkDeps) {
  return async (ctx: Context): Promise<void> => {
    const opened = await liveLink(deps, ctx, 'activate');
    if (opened === null) return;
    if (await askToLeaveSession(deps, ctx, opened)) return;
    ctx.status = 200;
    await sendForm(deps, ctx, opened);
  };
}

function audits(opened: OpenedLink, account: Account, events: readonly AuditEvent[], at: number) {
  const { link, client, sameBrowser } = opened;
  const common = {
    at,
    accountId: account.id,
    clientId: client.id,
    journeyId: link.journeyId,
    details: { sameBrowser },
  };
  return events.map((event) => ({ ...common, event }));
}

/** The durable part: account, audit and the spent token in one transaction. null = somebody was faster. */
async function activate(
  deps: LinkDeps,
  opened: OpenedLink,
  change: (account: Account, now: number) => Account,
): Promise<Account | null> {
  const { link, tokenHash } = opened;
  const now = deps.clock.now();
  const imported = await importedAccount(deps, opened);
  if (imported) {
    const result = await deps.storage.accounts.update(imported.id, (account) => {
      if (account.activatedAt !== null) return null;
      const activated = change({ ...account, activatedAt: now }, now);
      return {
        account: activated,
        effects: { spends: tokenHash, audit: audits(opened, account, ['account.activated'], now) },
      };
    });
    return result.outcome === 'updated' ? result.account : null;
  }
  const { email, emailFingerprint, locale } = link;
  const blank = newAccount(deps, { email, emailFingerprint, locale, createdAt: now });
  const account = change({ ...blank, activatedAt: now }, now);
  const events: AuditEvent[] = ['account.created', 'account.activated'];
  const outcome = await deps.storage.accounts.create(account, {
    spends: tokenHash,
    audit: audits(opened, account, events, now),
  });
  return outcome === 'created' ? account : null;
}

/** In the browser that asked, the journey climbs on; in another, its proofs wait for that browser's own request. */
async function goOn(deps: LinkDeps, ctx: Context, opened: OpenedLink, { account, weak }: Activated): Promise<void> {
  const { link, client, sameBrowser } = opened;
  const now = deps.clock.now();
  const alive =
    link.interactionUid !== null && (await deps.provider.Interaction.find(link.interactionUid)) !== undefined;
  const proved = { passwordAt: now, mailboxAt: now, mailboxSameBrowser: sameBrowser, weakPassword: weak };
  if (link.journeyId !== null) {
    await deps.storage.journeys.update(link.journeyId, (journey) => ({
      value: sameBrowser
        ? { ...asAccount(journey, account.id), ...proved, notice: null }
        : // The tab that asked is only told, never let in by a link opened elsewhere.
          { ...journey, door: 'sign-in', notice: 'activated-elsewhere' },
    }));
  }
  if (sameBrowser && alive) return redirect(ctx, `/interaction/${link.interactionUid}`);
  const proofs = { accountId: account.id, passwordProvedAt: now, mailboxProvedAt: now, sameBrowser };
  await leaveForAdoption(deps, browserOf(ctx).hash, client.id, proofs);
  const { locale } = opened;
  deps.pages.send(
    ctx,
    'pages/activate-done',
    { continueHref: signInHref(deps.config.issuer, client) },
    { client, locale },
  );
}

/** Claim, durable change, mark: the order of decisions.md §7. */
async function spend(
  deps: LinkDeps,
  ctx: Context,
  opened: OpenedLink,
  password: string,
  change: (account: Account, now: number) => Account,
) {
  const requestId = randomUUID();
  const browser = browserOf(ctx).hash;
  const lost = (): void =>
    opened.sameBrowser && opened.link.interactionUid
      ? redirect(ctx, `/interaction/${opened.link.interactionUid}`)
      : sendDead(deps, ctx, 'activate', 'used', opened.link);
  if (!(await claimLink(deps, opened.tokenHash, requestId))) return lost();
  let account: Account | null;
  try {
    account = await activate(deps, opened, change);
  } catch (error) {
    await releaseLink(deps, opened.tokenHash, requestId);
    throw error;
  }
  await markSpent(deps, opened.tokenHash, browser);
  if (account === null) return lost();
  const { client, locale, link } = opened;
  const mailboxJustProved = opened.sameBrowser;
  const { weak } = await afterPassword(deps, {
    account,
    password,
    client,
    locale,
    journeyId: link.journeyId,
    mailboxJustProved,
  });
  await goOn(deps, ctx, opened, { account, password, weak });
}

async function withNewPassword(deps: LinkDeps, ctx: Context, opened: OpenedLink, password: string): Promise<void> {
  const { link, client, locale } = opened;
  const errors = passwordErrors(deps, password, { email: link.email, client, locale });
  if (errors.length > 0) {
    ctx.status = 422;
    return sendForm(deps, ctx, opened, errors);
  }
  const stored = await deps.passwords.hash(password);
  await spend(deps, ctx, opened, password, (account, now) => withPassword(account, stored, now));
}

/** An imported account may keep its password: proved like at sign-in, with the same limits. */
async function withPresentPassword(deps: LinkDeps, ctx: Context, opened: OpenedLink, password: string): Promise<void> {
  const { link, client } = opened;
  const { emailFingerprint, journeyId } = link;
  const [browser, network] = [browserOf(ctx).hash, networkOf(ctx)];
  const verdict = await provePassword(deps, {
    emailFingerprint,
    password,
    browser,
    network,
    clientId: client.id,
    journeyId,
  });
  if (verdict.verdict === 'right') return spend(deps, ctx, opened, password, (account) => account);
  ctx.status = verdict.verdict === 'wait' ? 429 : 422;
  if (verdict.verdict === 'wait') ctx.set('Retry-After', String(verdict.seconds));
  const text =
    verdict.verdict === 'wait'
      ? ({ key: 'error.login-locked', params: { minutes: Math.ceil(verdict.seconds / 60) } } as const)
      : ({ key: 'error.present-password-wrong' } as const);
  return sendForm(deps, ctx, opened, [{ field: 'presentPassword', text }]);
}

/** `POST /links/activate/:id` */
export function submitActivation(deps: LinkDeps) {
  return async (ctx: Context): Promise<void> => {
    const opened = await liveLink(deps, ctx, 'activate');
    if (opened === null) return;
    const { action, password = '', presentPassword = '' } = ownLinkForm(deps, ctx, opened);
    if (await askToLeaveSession(deps, ctx, opened, action)) return;
    if (action === 'present') return withPresentPassword(deps, ctx, opened, presentPassword);
    return withNewPassword(deps, ctx, opened, password);
  };
}
