/** The languages of the pages and mails; all three are complete (views/texts). */
export type Locale = 'fi' | 'sv' | 'en';

export const locales: readonly Locale[] = ['fi', 'sv', 'en'];

/** Each language in its own words, for the language switch. */
export const localeNames: Readonly<Record<Locale, string>> = { fi: 'Suomi', sv: 'Svenska', en: 'English' };

export function isLocale(value: unknown): value is Locale {
  return locales.some((locale) => locale === value);
}

/** What may speak for a language, strongest first; everything but the client's default may be absent. */
export type LocaleWishes = {
  /** The person's switch (`?lang=`) or what they switched to earlier in this journey. */
  readonly switched?: string | null | undefined;
  /** OpenID Connect Core 3.1.2.1: BCP 47 tags separated by spaces, preferred first. */
  readonly uiLocales?: string | null | undefined;
  /** Of the account, once it is known by a proof; never of an address that was only typed. */
  readonly account?: Locale | null | undefined;
  readonly cookie?: string | null | undefined;
  /** The header as it came (RFC 9110 12.5.4). */
  readonly acceptLanguage?: string | null | undefined;
  readonly clientDefault: Locale;
};

/** The language of a page. Never throws: what cannot be understood is as good as absent. */
export function chooseLocale(wishes: LocaleWishes): Locale {
  return (
    lookup([wishes.switched ?? '']) ??
    lookup((wishes.uiLocales ?? '').split(' ')) ??
    wishes.account ??
    lookup([wishes.cookie ?? '']) ??
    lookup(rangesByWeight(wishes.acceptLanguage ?? '')) ??
    wishes.clientDefault
  );
}

/** RFC 4647 3.4 lookup: each range is cut from its end until it names a language of ours ("sv-FI" finds "sv"). */
function lookup(ranges: readonly string[]): Locale | undefined {
  for (const range of ranges) {
    const parts = range.trim().toLowerCase().split('-');
    for (let length = parts.length; length > 0; length -= 1) {
      const tag = parts.slice(0, length).join('-');
      if (isLocale(tag)) return tag;
    }
  }
  return undefined;
}

// A header is a stranger's: more ranges than anybody has languages are not worth sorting.
const maxRanges = 20;

function rangesByWeight(header: string): string[] {
  const weighted = header.split(',', maxRanges).map((part) => {
    const [range = '', ...parameters] = part.split(';').map((piece) => piece.trim());
    const weight = parameters.find((parameter) => parameter.startsWith('q='));
    return { range, weight: weight === undefined ? 1 : Number(weight.slice('q='.length)) };
  });
  return weighted
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight)
    .map(({ range }) => range);
}
