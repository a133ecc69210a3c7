/**
 * CSRF: a token in every form, always; where the browser says where a POST comes from, that must be us
 * (`Sec-Fetch-Site`, else `Origin`; decisions.md §6). The token is a MAC of the browser's secret and of the form's scope
 * (the interaction, the link), so two tabs do not kill each other and nothing is stored.
 */
import { timingSafeEqual } from 'node:crypto';
import type { Context, Middleware } from 'koa';
import { RequestRefused, type WayOn } from '../errors.ts';
import type { Keyring } from '../secrets/sealing.ts';
import type { BrowserState } from './browser.ts';

export function csrfToken(keyring: Pick<Keyring, 'mac'>, browser: BrowserState, scope: string): string {
  return keyring.mac('csrf', browser.secret, scope);
}

function sameToken(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function comesFromUs(ctx: Pick<Context, 'get'>, origin: string): boolean {
  const site = ctx.get('Sec-Fetch-Site');
  // `none` is the person's own doing (a reload of the answer); another port of the same host is `same-site`, and not us.
  if (site !== '') return site === 'same-origin' || site === 'none';
  const sentOrigin = ctx.get('Origin');
  return sentOrigin === '' || sentOrigin === origin;
}

export type CsrfInput = {
  readonly keyring: Pick<Keyring, 'mac'>;
  readonly issuer: string;
  readonly browser: BrowserState;
  readonly scope: string;
  readonly token: string | undefined;
  readonly wayOn: WayOn | null;
};

const refusedTexts = { title: 'page.form-refused-title', body: 'page.form-refused-body' } as const;

/**
 * For forms whose token is the provider's own (sign-out): a POST that says it comes from elsewhere is refused before the
 * provider sees it. `pages` = where each form stood, by the address it posts to.
 */
export function refuseForeignPosts(
  { issuer }: { readonly issuer: string },
  pages: ReadonlyMap<string, string>,
): Middleware {
  const { origin } = new URL(issuer);
  return (ctx, next) => {
    const page = ctx.method === 'POST' ? pages.get(ctx.path) : undefined;
    if (page !== undefined && !comesFromUs(ctx, origin)) {
      throw new RequestRefused(403, 'csrf-origin', refusedTexts, { href: page, text: { key: 'page.try-again' } });
    }
    return next();
  };
}

/** @throws RequestRefused 403; nothing is changed by a form that is not provably ours. */
export function assertOwnForm(ctx: Pick<Context, 'get'>, input: CsrfInput): void {
  const { keyring, issuer, browser, scope, token, wayOn } = input;
  const valid = token !== undefined && sameToken(token, csrfToken(keyring, browser, scope));
  if (!valid || !comesFromUs(ctx, new URL(issuer).origin)) {
    throw new RequestRefused(403, valid ? 'csrf-origin' : 'csrf-token', refusedTexts, wayOn);
  }
}
