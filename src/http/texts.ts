import type { Locale } from './locale.ts';

/** What a text wants filled in: escaped where it is shown, never here. `count` picks the plural. */
export type TextParams = Readonly<Record<string, string | number>>;

export type Texts = {
  t(locale: Locale, key: string, params?: TextParams): string;
};
