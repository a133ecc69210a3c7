import type { Client } from '../config/schema.ts';
import type { Locale } from './locale.ts';
import type { Texts } from './texts.ts';
import type { TextKey } from './views.ts';

/** The client's own notice for people who come to sign in or to sign up, in the page's language. */
export function clientNotice(texts: Texts, client: Client, locale: Locale): string | null {
  const { notice } = client;
  if (notice === null) return null;
  // The key was checked against views/texts when the configuration was loaded.
  if ('textKey' in notice) return texts.t(locale, notice.textKey as TextKey, { service: client.name[locale] });
  return notice[locale];
}
