import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { locales } from '../../src/http/locale.ts';

const root = join(import.meta.dirname, '../..');
const read = (locale: string) =>
  JSON.parse(readFileSync(join(root, `views/texts/${locale}.json`), 'utf8')) as Record<string, string>;
const texts = Object.fromEntries(locales.map((locale) => [locale, read(locale)]));
const keys = Object.keys(read('fi'));
const placeholders = (text: string) => (text.match(/\{[^}]*\}/g) ?? []).sort();
const baseOf = (key: string) => key.replace(/\.(one|other)$/, '');

function sources(dir: string, endings: readonly string[]): string {
  return readdirSync(join(root, dir), { recursive: true, encoding: 'utf8' })
    .filter((file) => endings.some((ending) => file.endsWith(ending)))
    .map((file) => readFileSync(join(root, dir, file), 'utf8'))
    .join('\n');
}
const code = sources('views', ['.ejs']) + sources('src', ['.ts']);

describe.each(locales)('the texts in %s', (locale) => {
  const entries = Object.entries(texts[locale] ?? {});

  test('are the same set, in the same order', () => {
    expect(entries.map(([key]) => key)).toEqual(keys);
  });

  test('want the same parameters and hold the same links', () => {
    for (const [key, text] of entries) {
      expect([key, placeholders(text)]).toEqual([key, placeholders(texts['fi']?.[key] ?? '')]);
      expect([key, (text.match(/\{a\}/g) ?? []).length]).toEqual([key, (text.match(/\{\/a\}/g) ?? []).length]);
    }
  });

  test('have every plural category their language has', () => {
    const { pluralCategories } = new Intl.PluralRules(locale).resolvedOptions();
    for (const base of keys.filter((key) => /\.(one|other)$/.test(key)).map(baseOf)) {
      for (const category of pluralCategories) expect(keys).toContain(`${base}.${category}`);
    }
  });

  test('are written as texts are: no straight quotes, no markup, no stray blanks', () => {
    for (const [key, text] of entries) {
      expect([key, /["'<>&\t\n]| {2}|^ | $|\$t\(/.test(text), text === '']).toEqual([key, false, false]);
    }
  });

  test('fit their buttons', () => {
    const button = /<button[^>]*>\s*<%= t\((?<words>.*?)\) %>\s*<\/button>|label: t\((?<label>'[^']*')/g;
    const found = [...code.matchAll(button)].flatMap(({ groups }) =>
      [...(groups?.['words'] ?? groups?.['label'] ?? '').matchAll(/'([a-z-]+(?:\.[a-z-]+)+)'/g)].map(([, key]) => key),
    );
    expect(found.length).toBeGreaterThan(20);
    // These two name an address of any length: their words are broken wherever the screen ends.
    for (const key of found.filter((one) => !/conflict-(keep|sign-in)$/.test(one ?? ''))) {
      const text = texts[locale]?.[key ?? ''] ?? '';
      expect([key, text, text.replace('{service}', 'Oima').length <= 40]).toEqual([key, text, true]);
    }
  });
});

test('no Swedish text is left in English or Finnish', () => {
  const alike = keys.filter((key) => ['fi', 'en'].some((other) => texts['sv']?.[key] === texts[other]?.[key]));
  expect(alike).toEqual(['common.page-title']);
});

// Parts of keys that are filled in at run time: `t(`strong-auth.${method}`)`.
const composed = [...code.matchAll(/`([a-z-]+\.(?:[a-z-]+\.)*[a-z-]*)\$\{/g)].map(([, prefix]) => prefix ?? '');

test('every text is used', () => {
  // Errors and small pages are named by the code that answers with them, often by a table of their own.
  const unused = [...new Set(keys.map(baseOf))].filter(
    (key) => !code.includes(`'${key}'`) && !composed.some((prefix) => key.startsWith(prefix)),
  );
  expect(unused.filter((key) => !/^(error|page|session)\./.test(key))).toEqual([]);
});

test('every text a view names exists', () => {
  const named = [...sources('views', ['.ejs']).matchAll(/\b(?:t|tHtml)\(([^;]*?)%>/g)].flatMap(([, words]) =>
    [...(words ?? '').matchAll(/'([a-z-]+(?:\.[a-z0-9-]+)+)'/g)].map(([, key]) => key ?? ''),
  );
  expect(named.length).toBeGreaterThan(100);
  const known = new Set(keys.map(baseOf));
  expect(named.filter((key) => !known.has(key) && !/\.(html|txt)$/.test(key))).toEqual([]);
});
