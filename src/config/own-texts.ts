/**
 * Texts of ours that a client may say in its own words: greetings and explanations. Not among them are buttons and labels,
 * errors, what a person agrees to (terms, linking, consent), and what protects them ("we never ask for your password"):
 * those are the same at every service, and evidence depends on them.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { configLocales } from './values.ts';

const titles = ['sign-up.title', 'not-authorised.title', 'welcome.title', 'mail.activate.preheader'] as const;
const sentences = [
  'sign-in.need-account',
  'sign-up.intro',
  'sign-up.prepare',
  'sign-up.email-hint',
  'link-sent.body',
  'link-sent.spam',
  'forgot-password.intro',
  'strong-auth.why-first',
  'strong-auth.why-again',
  'strong-auth.why-demanded',
  'strong-auth.no-method',
  'not-authorised.body',
  'not-authorised.after',
  'account-closed.body',
  'welcome.body',
  'welcome.next',
  'signed-out.body',
  'mail.greeting',
  'mail.regards',
  'mail.activate.body',
  'mail.exists.body',
  'mail.no-account.body',
  'mail.reset.body',
] as const;

/** Every text that may be said differently. */
export const ownTextKeys = [...titles, ...sentences] as const;
export type OwnTextKey = (typeof ownTextKeys)[number];

/** Characters: a title must fit a phone, a sentence must stay one that people read. */
const longest = { title: 80, sentence: 400 } as const;

type Words = Readonly<Record<string, string>>;
type ConfigLocale = (typeof configLocales)[number];

function shippedTexts(): Readonly<Record<ConfigLocale, Words>> {
  const read = (locale: ConfigLocale) =>
    // The cast: a test holds these files to this shape.
    JSON.parse(readFileSync(join(import.meta.dirname, `../../views/texts/${locale}.json`), 'utf8')) as Words;
  return { fi: read('fi'), sv: read('sv'), en: read('en') };
}

const shipped = shippedTexts();

const placeholdersOf = (words: string): string => [...new Set(words.match(/\{[^}]*\}/g) ?? [])].sort().join(' ');

// Markup, control characters, marks of ours (html.ts), braces that fill in nothing, addresses to be sent to.
const unwanted = /[<>\p{Cc}\p{Co}]|:\/\//u;

/** What is expected instead of these words; null = they can be said. */
function wordsFault(key: OwnTextKey, locale: ConfigLocale, words: string): string | null {
  const most = titles.some((title) => title === key) ? longest.title : longest.sentence;
  const wanted = placeholdersOf(shipped[locale][key] ?? '');
  if (words.length > most) return `at most ${most} characters`;
  if (unwanted.test(words)) return 'plain words in one line, without markup and without addresses of pages';
  if (/[{}]/.test(words.replaceAll(/\{[^{}]*\}/g, '')) || placeholdersOf(words) !== wanted)
    return wanted === '' ? 'a text with nothing to fill in' : `a text that has ${wanted} in it, and no others`;
  return null;
}

function ownWords(key: OwnTextKey) {
  const words = (locale: ConfigLocale) =>
    z
      .string()
      .trim()
      .min(1)
      .superRefine((value, ctx) => {
        const expected = wordsFault(key, locale, value);
        if (expected !== null) ctx.addIssue({ code: 'custom', message: expected });
      })
      .describe(`Instead of: ${shipped[locale][key] ?? ''}`);
  // In every language of the pages: a text of one's own beside two of ours would be another service in each language.
  return z.strictObject({ fi: words('fi'), sv: words('sv'), en: words('en') });
}

/** `texts:` of a client file. Built of the keys, so that an editor offers them with the words they replace. */
export const ownTextsSchema = z.strictObject(
  // The cast: fromEntries forgets which keys there are.
  Object.fromEntries(ownTextKeys.map((key) => [key, ownWords(key).optional()])) as Record<
    OwnTextKey,
    z.ZodOptional<ReturnType<typeof ownWords>>
  >,
);

/** A client's own words, by key and language. */
export type OwnTexts = z.output<typeof ownTextsSchema>;
