import type { Context, Middleware } from 'koa';
import type { Config } from '../config/schema.ts';
import { cookieNaming } from './cookie-names.ts';
import { isLocale, type Locale } from './locale.ts';

/** A year. */
export const localeCookieSeconds = 31_536_000;

/** This browser speaks that language from now on, whatever it was switched to before. */
export function keepLocale(ctx: Pick<Context, 'cookies'>, { issuer }: Pick<Config, 'issuer'>, locale: Locale): void {
  const cookies = cookieNaming(issuer);
  const flags = { signed: false, httpOnly: true, sameSite: 'lax', secure: cookies.secure, path: '/' } as const;
  ctx.cookies.set(cookies.name('locale'), locale, { ...flags, maxAge: localeCookieSeconds * 1000 });
}

/** `?lang=` on any page of ours: the choice is kept in a cookie for pages that have no journey to remember it. */
export function languageSwitch(config: Pick<Config, 'issuer'>): Middleware {
  return async (ctx, next) => {
    const { lang } = ctx.query;
    if (ctx.method === 'GET' && isLocale(lang)) keepLocale(ctx, config, lang);
    await next();
  };
}
