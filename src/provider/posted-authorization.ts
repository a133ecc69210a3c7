/**
 * Authorization requests that a client posts (OpenID Connect Core 3.1.2.1 demands that this works). The answer is the same
 * request as a GET: a post from another site comes without our SameSite=Lax cookies, and the library's own way of taking
 * it would loosen them for everybody.
 */
import { bodyParser } from '@koa/bodyparser';
import type { Context, Middleware } from 'koa';
import { RequestRefused } from '../errors.ts';

/** What browsers, proxies and our own limit for headers carry without trouble. */
const longestQuery = 8_000;

const texts = { title: 'page.bad-request-title', body: 'page.bad-request-body' } as const;

const refused = (): never => {
  throw new RequestRefused(400, 'posted-authorization', texts);
};

const isPosted = (ctx: Pick<Context, 'method' | 'path'>): boolean => ctx.method === 'POST' && ctx.path === '/auth';

/** Our own cookies are none of its business: those of the browser did not come along, and must not be replaced. */
export function unlessPosted(middleware: Middleware): Middleware {
  return (ctx, next) => (isPosted(ctx) ? next() : middleware(ctx, next));
}

/** 303 to the same address with the same parameters, in their order and number: the library judges them. */
export function postedAuthorization(): Middleware {
  const parse = bodyParser({ enableTypes: ['form'], formLimit: '16kb', onError: refused });
  return async (ctx, next) => {
    if (!isPosted(ctx)) return next();
    if (!ctx.is('application/x-www-form-urlencoded')) refused();
    await parse(ctx, async () => {});
    // Written anew: nothing but parameters gets into the header.
    const query = new URLSearchParams(`${ctx.querystring}&${ctx.request.rawBody ?? ''}`).toString();
    if (query.length > longestQuery) refused();
    ctx.redirect(`/auth?${query}`);
    ctx.status = 303;
  };
}
