/** What people read: one JSON file per language under views/texts, loaded once; nothing is escaped here. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInstance, type i18n } from 'i18next';
import type fi from '../../views/texts/fi.json';
import type { OwnTexts } from '../config/own-texts.ts';
import { type Html, htmlWithLinks, linkEnd, linkStart } from './html.ts';
import { isLocale, type Locale, locales } from './locale.ts';

type EntryKey = keyof typeof fi;
/** Every key of views/texts; of a plural (`….one`, `….other`) the part before its category. */
export type TextKey = EntryKey extends infer Key
  ? Key extends `${infer Base}.${'one' | 'other'}`
    ? Base
    : Key
  : never;

/** What a text wants filled in. `count`, else `hours`, `minutes` or `seconds`, picks the plural. */
export type TextParams = Readonly<Record<string, string | number>>;

export type Texts = {
  /** The text in that language, not escaped. A fault of ours (missing key or parameter) goes to `onMissing`. */
  t(locale: Locale, key: TextKey, params?: TextParams): string;
  /** Escaped, with its one `{a}…{/a}` turned into a link. */
  tHtml(locale: Locale, key: TextKey, params: TextParams, href: string): Html;
  /** Day and minute in Finland; `at` is epoch milliseconds. */
  datetime(locale: Locale, at: number): string;
  /** A calendar day `YYYY-MM-DD`. */
  date(locale: Locale, day: string): string;
  /** Full hours as hours, else minutes, as it stands after "valid for". */
  duration(locale: Locale, ms: number): string;
  /** The same with a client's own words where it has some (config/own-texts.ts); null = without. */
  withOwn(own: OwnTexts | null): Texts;
};

/** Called with a key that has no text, or with `key {parameter}` that was not given. Throw to stop the page. */
export type OnMissing = (locale: Locale, what: string) => void;

/** Development and tests stop at a missing text; production passes a function that logs and shows Finnish instead. */
const throwMissing: OnMissing = (locale, what) => {
  throw new Error(`no text in ${locale}: ${what}`);
};

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

export function createTexts(onMissing: OnMissing = throwMissing): Texts {
  // The cast: fromEntries forgets its keys.
  const shipped = Object.fromEntries(locales.map((locale) => [locale, read(locale)])) as Resources;
  const plain = textsOf(shipped, onMissing);
  // By the object of the client's file: what a file that was read again no longer says is forgotten with it.
  const made = new WeakMap<OwnTexts, Texts>();
  const withOwn: Texts['withOwn'] = (own) => {
    if (own === null || Object.keys(own).length === 0) return texts;
    const known = made.get(own) ?? { ...textsOf(overlaid(shipped, own), onMissing), withOwn };
    made.set(own, known);
    return known;
  };
  const texts: Texts = { ...plain, withOwn };
  return texts;
}

type Words = Readonly<Record<string, string>>;
type Resources = Readonly<Record<Locale, Words>>;

function overlaid(shipped: Resources, own: OwnTexts): Resources {
  const said = (locale: Locale) => Object.entries(own).map(([key, words]) => [key, words?.[locale] ?? '']);
  return Object.fromEntries(
    locales.map((locale) => [locale, { ...shipped[locale], ...Object.fromEntries(said(locale)) }]),
  ) as Resources;
}

function textsOf(resources: Resources, onMissing: OnMissing): Omit<Texts, 'withOwn'> {
  const i18next = load(resources, onMissing);
  const formats = Object.fromEntries(locales.map((locale) => [locale, formatsOf(locale)])) as Record<Locale, Formats>;
  // Most texts want nothing but the service's name: what i18next made of them is kept. Bounded by keys, languages and
  // clients; a text with anything of a person in it is never kept.
  const made = new Map<string, string>();
  const t: Texts['t'] = (locale, key, params = {}) => {
    const { service = '', ...others } = params;
    if (Object.keys(others).length > 0) return make(i18next, onMissing, locale, key, params);
    const name = `${locale} ${key} ${service}`;
    const text = made.get(name) ?? make(i18next, onMissing, locale, key, params);
    made.set(name, text);
    return text;
  };
  return {
    t,
    tHtml: (locale, key, params, href) => {
      const marks = { a: linkStart, '/a': linkEnd };
      return htmlWithLinks(t(locale, key, { ...withoutMarks(params), ...marks }), href);
    },
    datetime: (locale, at) =>
      t(locale, 'common.datetime', { date: formats[locale].date.format(at), time: formats[locale].time.format(at) }),
    date: (locale, day) => formats[locale].date.format(Date.parse(`${day}T12:00:00Z`)),
    duration: (locale, ms) =>
      ms % hourMs === 0
        ? t(locale, 'duration.hours', { count: ms / hourMs })
        : t(locale, 'duration.minutes', { count: Math.ceil(ms / minuteMs) }),
  };
}

function make(i18next: i18n, onMissing: OnMissing, locale: Locale, key: TextKey, params: TextParams): string {
  const options = { lng: locale, ...countOf(params) };
  if (!i18next.exists(key, { ...options, fallbackLng: [] })) onMissing(locale, key);
  return i18next.t(key, { ...options, replace: params, nest: false });
}

function load(resources: Resources, onMissing: OnMissing): i18n {
  const instance = createInstance();
  instance.use({ type: 'postProcessor', name: 'compound', process: compound });
  void instance.init({
    resources: Object.fromEntries(locales.map((locale) => [locale, { translation: resources[locale] }])),
    fallbackLng: 'fi',
    keySeparator: false,
    nsSeparator: false,
    pluralSeparator: '.',
    interpolation: { prefix: '{', suffix: '}', escapeValue: false },
    postProcess: ['compound'],
    missingInterpolationHandler: (text: string, [match]: RegExpExecArray, { lng }: { lng?: string }) => {
      onMissing(isLocale(lng) ? lng : 'fi', `${match} in "${text}"`);
      return '';
    },
    initAsync: false,
  });
  return instance;
}

function read(locale: Locale): Words {
  // The cast: a test holds the three files to this shape.
  return JSON.parse(readFileSync(join(import.meta.dirname, `../../views/texts/${locale}.json`), 'utf8')) as Words;
}

/** Finnish writes "Oima-palvelun" but "Oma Palkka -palvelun"; no service has to bend its own name for it. */
function compound(text: string, _key: unknown, options: { lng?: string; replace?: TextParams }): string {
  const service = options.replace?.['service'];
  if (options.lng !== 'fi' || typeof service !== 'string' || !service.includes(' ')) return text;
  return text.replaceAll(`${service}-`, `${service} -`);
}

/** What picks the plural: a `count`, or the time that the text tells. */
function countOf({ count, hours, minutes, seconds }: TextParams): { count?: number } {
  const picks = count ?? hours ?? minutes ?? seconds;
  return picks === undefined ? {} : { count: Number(picks) };
}

/** A parameter must not be able to open or close our link. */
function withoutMarks(params: TextParams): TextParams {
  const clean = (value: string | number) =>
    typeof value === 'string' ? value.replaceAll(linkStart, '').replaceAll(linkEnd, '') : value;
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, clean(value)]));
}

type Formats = Readonly<Record<'date' | 'time', Intl.DateTimeFormat>>;

function formatsOf(locale: Locale): Formats {
  const timeZone = 'Europe/Helsinki';
  const tag = { fi: 'fi-FI', sv: 'sv-FI', en: 'en-GB' }[locale];
  const month = locale === 'en' ? 'long' : 'numeric';
  return {
    date: new Intl.DateTimeFormat(tag, { timeZone, day: 'numeric', month, year: 'numeric' }),
    time: new Intl.DateTimeFormat(tag, { timeZone, hour: 'numeric', minute: '2-digit' }),
  };
}
