/**
 * Pages opened from a mail. Opening changes nothing, however often and by whomever (scanners, previews): the token moves
 * from the address to a cookie of its own path and the address becomes clean; only the POST of the page's form spends it.
 *
 * Here: routes.ts (all of them), mail-link.ts (what they share), activate.ts, reset.ts, undo-address.ts, new-mailbox.ts,
 * undo-mailbox.ts, signed-in-as.ts. The account behind a
 * link is changed in whatever browser opened it; who may go on where is decisions.md §1.
 */

import type { Context } from 'koa';
import type { DeviceLook } from '../accounts/account.ts';
import { signInHref } from '../accounts/request-mail.ts';
import { adminPlace } from '../admin/pages/admin-place.ts';
import { signInAddress } from '../clients/sign-in-address.ts';
import type { Client } from '../config/schema.ts';
import type { Deps } from '../deps.ts';
import { LimitReached } from '../errors.ts';
import { browserOf } from '../http/browser.ts';
import { cookieNaming } from '../http/cookie-names.ts';
import { assertOwnForm } from '../http/csrf.ts';
import { deviceLookOf } from '../http/device-look.ts';
import { type FormBody, formOf } from '../http/form.ts';
import { noReferrer } from '../http/headers.ts';
import type { Locale } from '../http/locale.ts';
import { networkOf } from '../http/network.ts';
import type { Pages } from '../http/pages.ts';
import { rememberWhose } from '../http/refusal.ts';
import type { FormError } from '../http/views.ts';
import type { Interactions } from '../journey/interactions.ts';
import { linkWait } from '../secrets/limits.ts';
import { type FoundLink, findLink, linkLifeMs, tokenHashOf } from '../secrets/one-time.ts';
import type { LinkPurpose, MailLink } from '../storage/rows.ts';
import { noteOpenedLink } from '../timeline/opened-link.ts';

export type LinkDeps = Deps & {
  readonly interactions: Interactions;
  readonly clients: ReadonlyMap<string, Client>;
  readonly pages: Pages;
};

export type OpenedLink = {
  readonly link: MailLink;
  readonly tokenHash: string;
  readonly client: Client;
  readonly locale: Locale;
  readonly path: string;
  /** The link was opened in the browser that asked for it. */
  readonly sameBrowser: boolean;
  /** The browser it is open in. */
  readonly look: DeviceLook;
};

const tokenForm = /^[A-Za-z0-9_-]{43}$/;
/** Enough of the hash to tell links apart in the address; useless for spending one. */
const idLength = 16;

const idOf = (token: string): string => tokenHashOf(token).slice(0, idLength);

export function redirect(ctx: Context, href: string): void {
  ctx.redirect(href);
  ctx.status = 303;
}

/** `GET /links/<purpose>?token=…`: to the clean address, with the token in a cookie that only this address gets. */
export function openLink(deps: LinkDeps, purpose: LinkPurpose) {
  const cookies = cookieNaming(deps.config.issuer);
  return async (ctx: Context): Promise<void> => {
    noReferrer(ctx);
    const wait = await linkWait(deps, networkOf(ctx));
    if (wait !== null) throw new LimitReached('links', wait);
    const { token } = ctx.query;
    if (typeof token !== 'string' || !tokenForm.test(token)) return sendDead(deps, ctx, purpose, 'invalid', null);
    await noteOpenedLink(deps, ctx, await findLink(deps, purpose, tokenHashOf(token)), 'address');
    const path = `/links/${purpose}/${idOf(token)}`;
    ctx.cookies.set(cookies.name('link'), token, {
      signed: false,
      httpOnly: true,
      sameSite: 'lax',
      secure: cookies.secure,
      path,
      overwrite: true,
    });
    redirect(ctx, path);
  };
}

async function found(deps: LinkDeps, ctx: Context, purpose: LinkPurpose): Promise<FoundLink> {
  const token = ctx.cookies.get(cookieNaming(deps.config.issuer).name('link'), { signed: false });
  const matches = token !== undefined && tokenForm.test(token) && idOf(token) === ctx.params.id;
  return matches ? findLink(deps, purpose, tokenHashOf(token)) : { state: 'invalid', link: null, tokenHash: '' };
}

/** A switch on one of our pages is stronger than the language of the request that caused the mail. */
function localeOfLink({ pages }: LinkDeps, ctx: Context, link: MailLink, client: Client | null): Locale {
  return pages.localeOf(ctx, { switched: pages.switchedLocale(ctx), uiLocales: link.locale }, client);
}

/** The link behind this address, or null when it is dead and its page was sent. */
export async function liveLink(deps: LinkDeps, ctx: Context, purpose: LinkPurpose): Promise<OpenedLink | null> {
  noReferrer(ctx);
  const { state, link, tokenHash } = await found(deps, ctx, purpose);
  if (link) rememberWhose(ctx, link);
  await noteOpenedLink(deps, ctx, { state, link, tokenHash }, ctx.method === 'POST' ? 'form' : 'page');
  const client = deps.clients.get(link?.clientId ?? '');
  if (link === null || client === undefined) {
    sendDead(deps, ctx, purpose, 'invalid', null);
    return null;
  }
  const browser = browserOf(ctx).hash;
  if (state === 'used' && link.spentBy === browser) {
    await sendSpent(deps, ctx, link, client);
    return null;
  }
  if (state !== 'live') {
    sendDead(deps, ctx, purpose, state, link);
    return null;
  }
  const locale = localeOfLink(deps, ctx, link, client);
  deps.pages.remember(ctx, { client, locale });
  return {
    link,
    tokenHash,
    client,
    locale,
    path: ctx.path,
    sameBrowser: link.browser === browser,
    look: deviceLookOf(ctx),
  };
}

const donePages = {
  activate: 'pages/activate-done',
  reset: 'pages/reset-done',
  'undo-address': 'pages/undo-address-done',
  'undo-deletion': 'pages/undo-deletion-done',
  'new-mailbox': 'pages/new-mailbox-done',
  'undo-mailbox': 'pages/undo-mailbox-done',
} as const;

/** To the browser that spent it, also after a reload or a double click: what is now true, not a complaint. */
async function sendSpent(deps: LinkDeps, ctx: Context, link: MailLink, client: Client): Promise<void> {
  const { purpose, interactionUid } = link;
  if (purpose === 'owner') return redirect(ctx, adminPlace.path);
  const own = purpose === 'activate' && link.browser === browserOf(ctx).hash;
  if (own && interactionUid !== null && (await deps.interactions.isOpen(interactionUid))) {
    return redirect(ctx, `/interaction/${interactionUid}`);
  }
  const locale = localeOfLink(deps, ctx, link, client);
  deps.pages.remember(ctx, { client, locale });
  const model = { continueHref: signInHref(deps.config.issuer, client) };
  ctx.status = 200;
  if (purpose === 'change-address') {
    const done = { email: link.email, ...model };
    return deps.pages.send(ctx, 'pages/change-address-done', done, { client, locale });
  }
  if (purpose !== 'not-me') return deps.pages.send(ctx, donePages[purpose], model, { client, locale });
  const account = link.accountId && (await deps.storage.accounts.byId(link.accountId));
  const addressChanged = !account || account.emailFingerprint !== link.emailFingerprint;
  deps.pages.send(ctx, 'pages/not-me-done', { ...model, addressChanged }, { client, locale });
}

export function sendDead(
  deps: LinkDeps,
  ctx: Context,
  purpose: LinkPurpose,
  kind: 'expired' | 'used' | 'replaced' | 'invalid' | 'live',
  link: MailLink | null,
): void {
  const client = deps.clients.get(link?.clientId ?? '') ?? null;
  const validMs = linkLifeMs(deps.config, purpose);
  ctx.status = kind === 'invalid' ? 400 : 410;
  const model = {
    purpose,
    kind: kind === 'live' ? 'used' : kind,
    validMs,
    startHref: signInAddress(client, deps.config.issuer) ?? '/',
  } as const;
  deps.pages.send(ctx, 'pages/dead-link', model, {
    client,
    ...(link && { locale: localeOfLink(deps, ctx, link, client) }),
  });
}

/** @throws RequestRefused 403 unless this is our own form for this very link. */
export function ownLinkForm(deps: LinkDeps, ctx: Context, opened: OpenedLink): FormBody {
  const body = formOf(ctx);
  assertOwnForm(ctx, {
    keyring: deps.keyring,
    issuer: deps.config.issuer,
    browser: browserOf(ctx),
    scope: opened.tokenHash,
    token: body.csrf,
    wayOn: { href: opened.path, text: { key: 'page.try-again' } },
  });
  return body;
}

export function pageOf({ client, locale, path, tokenHash }: OpenedLink, errors: readonly FormError[] = []) {
  return { client, locale, path, csrfScope: tokenHash, errors };
}
