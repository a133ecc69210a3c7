/**
 * The words under which somebody says yes on the pages of link-eid: their hash travels with the form and stays in the
 * audit log, so that what was agreed to can be told years later from the texts of that version (views/texts).
 */
import type { Locale } from '../http/locale.ts';
import type { TextKey, Texts } from '../http/texts.ts';
import type { LinkConsent } from '../journey/journey.ts';
import { sha256Base64url } from '../secrets/sealing.ts';

/** What the page showed, as its form brings it back. */
export type ShownText = Pick<LinkConsent, 'locale' | 'textHash'>;

const words: Readonly<Record<LinkConsent['to'], readonly TextKey[]>> = {
  link: [
    'link-eid.title',
    'link-eid.body',
    'link-eid.email',
    'link-eid.person',
    'link-eid.eid-explained',
    'link-eid.yes',
  ],
  keep: [
    'link-eid.keep-title',
    'link-eid.keep-body',
    'link-eid.keep-old',
    'link-eid.keep-new',
    'link-eid.keep-password',
    'link-eid.keep-sessions',
    'link-eid.keep-half-made',
    'link-eid.conflict-keep-explained',
    'link-eid.keep-yes',
  ],
};

/** Addresses, names and lives stay blanks: the hash is of our words and tells nothing about anybody. */
const blanks = { service: '{service}', email: '{email}', name: '{name}', maskedEmail: '{maskedEmail}', count: 7 };

export function consentText(texts: Texts, to: LinkConsent['to'], locale: Locale): ShownText {
  const shown = words[to].map((key) => texts.t(locale, key, blanks));
  return { locale, textHash: sha256Base64url(JSON.stringify(shown)) };
}

/** False for the form of a page that said something else than it says today. */
export function isCurrentText(texts: Texts, to: LinkConsent['to'], { locale, textHash }: ShownText): boolean {
  return consentText(texts, to, locale).textHash === textHash;
}
