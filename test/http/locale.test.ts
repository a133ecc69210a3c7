import { expect, test } from '@jest/globals';
import { chooseLocale, type LocaleWishes } from '../../src/http/locale.ts';

const cases: readonly [string, Omit<LocaleWishes, 'clientDefault'>, string][] = [
  ['nothing said: the client', {}, 'fi'],
  ['a switch wins over all', { switched: 'en', uiLocales: 'sv', account: 'fi', cookie: 'sv' }, 'en'],
  ['a switch to nonsense is none', { switched: '../en', uiLocales: 'sv' }, 'sv'],
  ['ui_locales by lookup, first that we have', { uiLocales: 'de sv-FI en', account: 'fi' }, 'sv'],
  ['the account before the cookie', { account: 'sv', cookie: 'en' }, 'sv'],
  ['the cookie before the browser', { cookie: 'en', acceptLanguage: 'sv' }, 'en'],
  ['the browser by weight', { acceptLanguage: 'de;q=0.9, en;q=0.5, sv-FI;q=0.8' }, 'sv'],
  ['the browser, refused by weight', { acceptLanguage: 'sv;q=0, en;q=0.1' }, 'en'],
  ['a header of rubbish', { acceptLanguage: ';;q=x,,*;q=1' }, 'fi'],
];

test.each(cases)('%s', (_title, wishes, expected) => {
  expect(chooseLocale({ ...wishes, clientDefault: 'fi' })).toBe(expected);
});
