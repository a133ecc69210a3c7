import type { Context } from 'koa';

/** The languages of the demo programs. */
export type Language = 'fi' | 'sv' | 'en';

/** A table of texts that exists in every language, so that none can be forgotten. */
export type InLanguages<Texts> = Readonly<Record<Language, Texts>>;

/** Each language by its own name, for the switch on every page. */
export const languageNames: InLanguages<string> = { fi: 'Suomi', sv: 'Svenska', en: 'English' };

/**
 * The language of this request: what was switched to (`?lang=`, remembered in a cookie of this program, since all
 * ports of localhost share cookies), else Finnish. The browser's own wish is deliberately not asked: demonstrations
 * and tests must begin alike on every machine.
 */
export function languageOf(ctx: Context, program: string): Language {
  const cookie = `${program}_lang`;
  const switched = ctx.query['lang'];
  if (isLanguage(switched)) {
    ctx.cookies.set(cookie, switched, { httpOnly: true, sameSite: 'lax', overwrite: true });
    return switched;
  }
  const remembered = ctx.cookies.get(cookie);
  return isLanguage(remembered) ? remembered : 'fi';
}

function isLanguage(value: unknown): value is Language {
  return value === 'fi' || value === 'sv' || value === 'en';
}
