import type { Context } from 'koa';
import type { Account } from '../accounts/account.ts';
import { isInUse, withPassword, withPasswordByMail } from '../accounts/account-rules.ts';
import { parseEmailAddress } from '../accounts/email-address.ts';
import {
  countChoice,
  newcomersContext,
  type PasswordContext,
  passwordContext,
  passwordErrors,
  passwordRulesModel,
} from '../accounts/password-form.ts';
import { provePassword } from '../accounts/prove-password.ts';
import { browserOf } from '../http/browser.ts';
import { networkOf } from '../http/network.ts';
import type { FormError } from '../http/views.ts';
import { leaveForAdoption } from '../journey/adopt.ts';
import { afterPassword } from '../journey/after-password.ts';
import { asAccount } from '../journey/journey-rules.ts';
import { importedAccount, spendActivation, type WithPassword } from './activation.ts';
import { sendLost } from './lost-link.ts';
import { type LinkDeps, liveLink, type OpenedLink, ownLinkForm, pageOf, redirect } from './mail-link.ts';
import { askToLeaveSession } from './signed-in-as.ts';

/** What a spent activation link leaves behind for the journey. */
type Activated = { readonly account: Account; readonly weak: readonly string[] | null };

/** An imported account has a name perhaps, and a history; a new one has neither. */
function choosing(deps: LinkDeps, { link, client, locale }: OpenedLink, imported: Account | null): PasswordContext {
  return imported ? passwordContext(deps, imported, client, locale) : newcomersContext(link.email, client, locale);
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
    rules: passwordRulesModel(deps, choosing(deps, opened, imported)),
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

/** In the browser that asked, the journey climbs on; in another, its proofs wait for that browser's own request. */
async function goOn(deps: LinkDeps, ctx: Context, opened: OpenedLink, { account, weak }: Activated): Promise<void> {
  const { link, client, sameBrowser, locale } = opened;
  const now = deps.clock.now();
  const alive = link.interactionUid !== null && (await deps.interactions.isOpen(link.interactionUid));
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
  const proofs = { accountId: account.id, passwordProvedAt: now, mailboxProvedAt: now, sameBrowser, locale };
  await leaveForAdoption(deps, browserOf(ctx).hash, client.id, proofs);
  redirect(ctx, opened.path);
}

async function spend(
  deps: LinkDeps,
  ctx: Context,
  opened: OpenedLink,
  password: string,
  change: WithPassword,
): Promise<void> {
  const { client, locale, link, sameBrowser } = opened;
  const account = await spendActivation(deps, opened, browserOf(ctx).hash, change);
  // The same browser's loser of a race is led to what is now true.
  if (account === null && sameBrowser && link.interactionUid)
    return redirect(ctx, `/interaction/${link.interactionUid}`);
  if (account === null) return sendLost(deps, ctx, 'activate', opened);
  // A new password: whatever stood on an old one ends. Nothing of the kind on a new account.
  if (account.owedIdentification?.rule === 'reset') await deps.interactions.endSessionsOf(account.id);
  const { journeyId } = link;
  const proved = { account, password, client, locale, journeyId, mailboxJustProved: sameBrowser };
  const { weak } = await afterPassword(deps, proved);
  await goOn(deps, ctx, opened, { account, weak });
}

async function withNewPassword(deps: LinkDeps, ctx: Context, opened: OpenedLink, password: string): Promise<void> {
  await countChoice(deps, opened.tokenHash);
  const imported = await importedAccount(deps, opened);
  const errors = await passwordErrors(deps, password, choosing(deps, opened, imported));
  if (errors.length > 0) {
    ctx.status = 422;
    return sendForm(deps, ctx, opened, errors);
  }
  const stored = await deps.passwords.hash(password);
  // On an account in use it is a reset by another name (journey.md §2): it must not get round the identification.
  await spend(deps, ctx, opened, password, (account, now) =>
    isInUse(account) ? withPasswordByMail(account, stored, now) : withPassword(account, stored, now),
  );
}

/** An imported account may keep its password: proved like at sign-in, with the same limits. */
async function withPresentPassword(deps: LinkDeps, ctx: Context, opened: OpenedLink, password: string): Promise<void> {
  const { link, client } = opened;
  const { journeyId } = link;
  const [browser, network] = [browserOf(ctx).hash, networkOf(ctx)];
  const parsed = parseEmailAddress(link.email);
  if (!parsed.ok) throw new Error('a link was made for what is no address');
  const verdict = await provePassword(deps, {
    address: parsed.address,
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
