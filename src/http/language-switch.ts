import type { Middleware } from 'koa';
import type { Config } from '../config/schema.ts';
import { cookieNaming } from './cookie-names.ts';
import { isLocale } from './locale.ts';

const yearMs = 31_536_000_000;

/** `?lang=` on any page of ours: the choice is kept in a cookie for pages that have no journey to remember it. */
export function languageSwitch({ issuer }: Pick<Config, 'issuer'>): Middleware {
  const cookies = cookieNaming(issuer);
  return async (ctx, next) => {
    const { lang } = ctx.query;
    if (ctx.method === 'GET' && isLocale(lang)) {
      const flags = { signed: false, httpOnly: true, sameSite: 'lax', secure: cookies.secure, path: '/' } as const;
      ctx.cookies.set(cookies.name('locale'), lang, { ...flags, maxAge: yearMs });
    }
    await next();
  };
}
