/**
 * Our own random browser cookie: "the same browser" everywhere (decisions.md §1). Only its hash is stored or compared.
 * Set by a middleware on every answer that lacks it, also on the provider's, so that a page which does not get it back
 * knows that cookies are blocked.
 */
import type { Context, Middleware } from 'koa';
import type { Config } from '../config/schema.ts';
import type { Random } from '../deps.ts';
import type { BrowserHash } from '../ids.ts';
import { sha256Base64url } from '../secrets/sealing.ts';
import { cookieNaming } from './cookie-names.ts';

export type BrowserState = {
  readonly hash: BrowserHash;
  /** The cookie's value: key of this browser's CSRF tokens; never stored or logged. */
  readonly secret: string;
  /** False when this request came without the cookie: a first visit, or cookies are blocked. */
  readonly returning: boolean;
};

const valueForm = /^[A-Za-z0-9_-]{43}$/;
const states = new WeakMap<object, BrowserState>();

export function browserCookie(config: Pick<Config, 'issuer' | 'lives'>, random: Random): Middleware {
  const cookies = cookieNaming(config.issuer);
  const name = cookies.name('browser');
  return async (ctx, next) => {
    const sent = ctx.cookies.get(name, { signed: false });
    const returning = sent !== undefined && valueForm.test(sent);
    const secret = returning ? sent : random.bytes(32).toString('base64url');
    states.set(ctx.req, { hash: sha256Base64url(secret) as BrowserHash, secret, returning });
    if (!returning) {
      ctx.cookies.set(name, secret, {
        signed: false,
        httpOnly: true,
        sameSite: 'lax',
        secure: cookies.secure,
        path: '/',
        maxAge: config.lives.browserCookieSeconds * 1000,
      });
    }
    await next();
  };
}

/** The browser of this request. Throws where the middleware did not run: a fault of ours. */
export function browserOf(ctx: Pick<Context, 'req'>): BrowserState {
  const state = states.get(ctx.req);
  if (state === undefined) throw new Error('the browser cookie was not read');
  return state;
}
