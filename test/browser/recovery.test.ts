/**
 * «En muista sähköpostiosoitettani» and a lost mailbox as people meet them in a browser, in each language on another screen, the
 * last one without scripts. Every page watched: axe, HTML, pictures.
 */
import { expect, test } from '@jest/globals';
import type { BrowserContextOptions } from 'playwright-core';
import { goodPassword } from '../../src/demo/personas.ts';
import { type Locale, locales } from '../../src/http/locale.ts';
import { createTexts, type TextKey, type TextParams } from '../../src/http/texts.ts';
import { describeInWorld } from '../support/browser/in-world.ts';
import { follow, inventedCode, openMail, press, visitBank, type WalkPerson } from '../support/browser/walk.ts';
import { becomeUser } from '../support/people.ts';
import { createVisitor } from '../support/visitor.ts';

const texts = createTexts();

const screens: Readonly<Record<Locale, BrowserContextOptions>> = {
  fi: {},
  sv: { viewport: { width: 360, height: 740 }, colorScheme: 'dark' },
  en: { viewport: { width: 360, height: 740 }, javaScriptEnabled: false },
};

describeInWorld('a forgotten address and a lost mailbox in a browser', ({ at, open }) => {
  /** Somebody with an account in use, made without a browser. */
  async function owner(locale: Locale): Promise<WalkPerson> {
    const identityCode = inventedCode(1948, 950 + locales.indexOf(locale));
    const person = { email: `unohtaja-${locale}@oma.example`, name: 'Testi Sukunimi', identityCode };
    const { oima, avain } = at();
    const visitor = createVisitor();
    await visitor.get(`${oima.origin}/?lang=${locale}`);
    const site = { addresses: at(), issuer: `http://localhost:${avain.port}`, dataDir: '' };
    await becomeUser(site, visitor, new URL('/login', oima.origin), person);
    return person;
  }

  test.each(locales)(
    'found at the bank, a new mailbox asked for, told at the sign-in, and stopped from the old one (%s)',
    async (locale) => {
      const t = (key: TextKey, params: TextParams = {}) => texts.t(locale, key, { service: 'Oima', ...params });
      const person = await owner(locale);
      const wanted = `uusi-${locale}@oma.example`;
      const watched = await open(`recovery-${locale}`, screens[locale]);
      const { page, look, arrive } = watched;
      const shows = (text: string) => page.getByText(text).first().waitFor();
      await page.goto(`${at().oima.origin}/?lang=${locale}`);
      await page.goto(`${at().oima.origin}/login`);
      await follow(page, t('sign-in.find-account'));
      await arrive(/\/find-account$/, 'ask');
      await visitBank(watched, locale, { ...person, identityCode: inventedCode(1949, 960 + locales.indexOf(locale)) });
      await shows(t('find-account.none-title'));
      await look('none');
      await press(page, t('find-account.again'));
      await visitBank(watched, locale, person);
      await shows(t('find-account.found', { maskedEmail: 'u***@oma.example' }));
      await look('found');
      await press(page, t('common.continue'));
      await arrive(/\/password$/, 'password');
      await follow(page, t('sign-in.forgot'));
      await arrive(/\/forgot-password$/, 'forgot-password');
      expect(await page.content()).not.toContain(person.email);
      await page.goto(page.url().replace('forgot-password', 'find-account'));
      await press(page, t('find-account.lost'));
      await arrive(/\/lost-mailbox$/, 'lost-mailbox');
      await press(page, t('forgot-password.submit'));
      await shows(t('error.email-required'));
      await look('lost-mailbox-error');
      await page.getByLabel(t('lost-mailbox.email-label'), { exact: true }).fill(wanted);
      await press(page, t('forgot-password.submit'));
      await arrive(/\/new-mailbox-sent$/, 'sent');
      await openMail(page, at().mailbox.origin, wanted, locale);
      await follow(page, t('mail.confirm-address.button'));
      await arrive(/\/links\/new-mailbox\/[\w-]+$/, 'confirm');
      await press(page, t('new-mailbox.submit'));
      await shows(t('new-mailbox-done.title'));
      await look('confirmed');
      await openMail(page, at().mailbox.origin, person.email, locale, 3);
      await shows(t('mail.address-pending-old.subject'));
      await follow(page, t('mail.address-pending-old.button'));
      await arrive(/\/links\/undo-mailbox\/[\w-]+$/, 'stop');
      const stop = page.url();
      await page.goto(`${at().oima.origin}/login`);
      await page.getByLabel(t('sign-in.email-label'), { exact: true }).fill(person.email);
      await press(page, t('common.continue'));
      await page.getByLabel(t('password.label'), { exact: true }).fill(goodPassword);
      await press(page, t('password.submit'));
      await arrive(/\/pending-address$/, 'told');
      await press(page, t('pending-address.known'));
      await page.locator('button[name=logout]').waitFor();
      await page.goto(stop);
      await press(page, t('undo-mailbox.submit'));
      await shows(t('undo-mailbox-done.title'));
      await look('stopped');
      await page.goto(`${at().avain.origin}/account/address-change`);
      await shows(t('address-change.none'));
      await look('account');
    },
    300_000,
  );
});
