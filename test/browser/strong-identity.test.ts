/**
 * Strong identity as people meet it in a browser: every outcome of journey.md §4 and every failure of the bank in Finnish,
 * the pages of a conflict in Swedish and English too. All of them watched: axe, HTML, pictures.
 */
import { expect, test } from '@jest/globals';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { type Scenario, visitScenarios } from '../../src/demo/broker/scenarios.ts';
import { fi } from '../../src/demo/broker/texts/fi.ts';
import { type Locale, locales } from '../../src/http/locale.ts';
import { createTexts, type TextKey, type TextParams } from '../../src/http/texts.ts';
import { describeInWorld } from '../support/browser/in-world.ts';
import {
  activate,
  follow,
  inventedCode,
  openMail,
  portalSession,
  press,
  signIn,
  signUp,
  visitBank,
  type Walk,
  type WalkPerson,
} from '../support/browser/walk.ts';
import type { Watch } from '../support/browser/watch.ts';
import { becomeUser } from '../support/people.ts';
import { createVisitor } from '../support/visitor.ts';

const texts = createTexts();
const t = (locale: Locale, key: TextKey, params: TextParams = {}): string =>
  texts.t(locale, key, { service: 'Oima', ...params });
const says = (page: Page, text: string) => page.getByText(text).first().waitFor();

const aino = { email: 'aino@oma.example', name: 'Aino Olivia Virtanen', identityCode: '131189Y902A', listed: true };

/** What a page of ours says after each way to fail; those that end in an identification are not failures. */
const passing: readonly Scenario[] = [
  'changed-identity-code',
  'name-only',
  'other-level',
  'no-encryption-kid',
  'userinfo-of-another',
  'userinfo-unencrypted',
];
/** Last, since after some of them nobody is sent to the broker for a while. */
const outages: readonly Scenario[] = ['token-500', 'token-html', 'token-huge', 'token-redirects', 'token-slow'];
const failing = [...visitScenarios.filter((name) => ![...passing, ...outages].includes(name)), ...outages];
const notices: Partial<Record<Scenario, 'cancelled' | 'no-identity-code' | 'unavailable'>> = {
  cancel: 'cancelled',
  'access-denied': 'cancelled',
  'no-identity-code': 'no-identity-code',
  foreigner: 'no-identity-code',
  'token-500': 'unavailable',
  'token-slow': 'unavailable',
  'token-html': 'unavailable',
  'token-huge': 'unavailable',
  'token-redirects': 'unavailable',
};

/** Desktop, a dark telephone, a small one: each language is seen on one of them. */
const screens: Readonly<Record<Locale, BrowserContextOptions>> = {
  fi: {},
  sv: { viewport: { width: 360, height: 740 }, colorScheme: 'dark' },
  en: { viewport: { width: 320, height: 640 } },
};

describeInWorld('strong identity in a browser', ({ at, open }) => {
  /** Somebody with an account in use at the portal, made without a browser. */
  async function oldAccount(locale: Locale, person: WalkPerson): Promise<string> {
    const { oima, avain } = at();
    const visitor = createVisitor();
    await visitor.get(`${oima.origin}/?lang=${locale}`);
    const site = { addresses: at(), issuer: `http://localhost:${avain.port}`, dataDir: '' };
    const end = await becomeUser(site, visitor, new URL('/login', oima.origin), person);
    expect(end.url.href).toBe(`${oima.origin}/`);
    const { claims } = JSON.parse((await visitor.get(`${oima.origin}/session.json`)).text) as {
      claims: { sub: string };
    };
    return claims.sub;
  }

  /** The same person signs up under another address, up to the page of the conflict. */
  async function conflict(walk: Walk, maskedEmail: string): Promise<void> {
    await signUp(walk);
    await activate(walk);
    await visitBank(walk.watch, walk.locale, walk.person);
    await walk.watch.arrive(/\/link-eid$/, 'conflict');
    const shown = await walk.watch.page.locator('main').innerText();
    expect(shown).toContain(maskedEmail);
    expect(shown).not.toContain(walk.person.identityCode);
  }

  test('every failure of the bank leads back to a page that says so, from which another try gets through', async () => {
    const watched = await open('bank-fails');
    const { page, look } = watched;
    await signIn(watched, at().oima.origin, aino.email);
    await page.waitForURL(`${at().oima.origin}/`);
    await page.goto(`${at().oima.origin}/vahva`);
    await watched.arrive(/\/strong-auth$/, 'again');
    const seen = new Set<string>();
    for (const way of failing) {
      const notice = notices[way] ?? 'failed';
      await failAtBank(watched, way);
      await page.waitForURL(/\/strong-auth$/);
      // By the notice itself: what an earlier failure said would stand elsewhere.
      await page
        .locator('.notice')
        .getByText(t('fi', `strong-auth.${notice}`))
        .waitFor();
      expect(await page.title()).toBe(`${t('fi', `strong-auth.${notice}-title`)} – Oima`);
      if (!seen.has(notice)) await look(notice);
      seen.add(notice);
    }
    expect([...seen].toSorted()).toEqual(['cancelled', 'failed', 'no-identity-code', 'unavailable']);
    await untilBankOpens(page);
    await page.getByLabel(`${aino.name}, ${aino.identityCode}`).check();
    await press(page, fi.next);
    await page.waitForURL(`${at().oima.origin}/`);
    expect((await portalSession(page, at().oima.origin)).claims.acr).toBe('http://ftn.ficora.fi/2017/loatest2');
  }, 400_000);

  test('somebody else at the bank three times ends it, and the owner has a mail about it', async () => {
    const watched = await open('somebody-else');
    const { page, look } = watched;
    const heikki = { name: 'Heikki Juhani Heikkilä', identityCode: '240772W904V', listed: true };
    await signIn(watched, at().oima.origin, aino.email);
    await page.waitForURL(`${at().oima.origin}/`);
    await page.goto(`${at().oima.origin}/vahva`);
    for (const step of ['first', 'second', 'third']) {
      await page.waitForURL(/\/strong-auth$/);
      await visitBank(watched, 'fi', heikki);
      await says(page, t('fi', step === 'third' ? 'strong-auth.third-mismatch' : 'strong-auth.mismatch'));
      await look(`mismatch-${step}`);
    }
    expect(await page.locator('main').innerText()).not.toContain('Heikki');
    await press(page, 'Palaa Oima-palveluun');
    await page.waitForURL(new RegExp(`^${at().oima.origin}/callback`));
    expect(await page.locator('#error').innerText()).toBe('access_denied');
    await openMail(page, at().mailbox.origin, aino.email);
    await says(page, t('fi', 'mail.mismatch.subject'));
    await look('mismatch-mail');
  }, 200_000);

  test('whoever says no to linking is told what that means, may go back, and ends in access_denied', async () => {
    const person = {
      email: 'kieltaytyja@oma.example',
      name: 'Kieltäytyjä Testi',
      identityCode: inventedCode(1955, 921),
    };
    const watch = await open('declined');
    const walk = { at: at(), locale: 'fi', person, watch } as const;
    await signUp(walk);
    await activate(walk);
    await visitBank(watch, 'fi', person);
    await watch.arrive(/\/link-eid$/, 'ask');
    await press(watch.page, t('fi', 'link-eid.no'));
    await says(watch.page, t('fi', 'link-eid.declined-title'));
    await watch.look('declined');
    await press(watch.page, t('fi', 'common.back'));
    await press(watch.page, t('fi', 'link-eid.no'));
    await press(watch.page, t('fi', 'common.cancel'));
    await watch.page.waitForURL(new RegExp(`^${at().oima.origin}/callback`));
    expect(await watch.page.locator('#error').innerText()).toBe('access_denied');
  }, 200_000);

  test.each(locales)(
    'the identity belongs to another account: kept under the new address, and put back from the old mailbox (%s)',
    async (locale) => {
      const identityCode = inventedCode(1940, 930 + locales.indexOf(locale));
      const old = { email: `entinen-${locale}@oma.example`, name: 'Testi Sukunimi', identityCode };
      const person = { ...old, email: `uusi-osoite-${locale}@oma.example` };
      const sub = await oldAccount(locale, old);
      const watch = await open(`keep-${locale}`, screens[locale]);
      const { page, look } = watch;
      await conflict({ at: at(), locale, person, watch }, 'e***@oma.example');
      await press(page, t(locale, 'link-eid.conflict-keep', { email: person.email }));
      await says(page, t(locale, 'link-eid.keep-title'));
      await look('keep');
      await press(page, t(locale, 'link-eid.keep-yes'));
      await page.locator('button[name=logout]').waitFor();
      const { claims, userinfo } = await portalSession(page, at().oima.origin);
      expect([claims.sub, userinfo.email]).toEqual([sub, person.email]);
      await openMail(page, at().mailbox.origin, person.email, locale, 2);
      await says(page, t(locale, 'mail.new-address.subject'));
      await look('new-address-mail');
      await openMail(page, at().mailbox.origin, old.email, locale, 3);
      await says(page, t(locale, 'mail.undo-address.subject'));
      await look('undo-mail');
      await follow(page, t(locale, 'mail.undo-address.button'));
      await watch.arrive(/\/links\/undo-address\/[\w-]+$/, 'undo');
      await press(page, t(locale, 'undo-address.submit'));
      await says(page, t(locale, 'undo-address-done.title'));
      await look('undone');
    },
    300_000,
  );

  test.each(locales)(
    'the identity belongs to another account: the sign-in with it, whose address is not told (%s)',
    async (locale) => {
      const identityCode = inventedCode(1945, 940 + locales.indexOf(locale));
      const old = { email: `toinen-${locale}@oma.example`, name: 'Testi Sukunimi', identityCode };
      const sub = await oldAccount(locale, old);
      const watch = await open(`other-account-${locale}`, screens[locale]);
      const { page } = watch;
      const person = { ...old, email: `viela-uusi-${locale}@oma.example` };
      await conflict({ at: at(), locale, person, watch }, 't***@oma.example');
      await press(page, t(locale, 'link-eid.conflict-sign-in', { maskedEmail: 't***@oma.example' }));
      await watch.arrive(/\/sign-in$/, 'sign-in');
      expect(await page.content()).not.toContain(old.email);
      await page.getByLabel(t(locale, 'sign-in.email-label'), { exact: true }).fill(old.email);
      await press(page, t(locale, 'common.continue'));
      await page.getByLabel(t(locale, 'password.label'), { exact: true }).fill('Kesämökki#2024');
      await press(page, t(locale, 'password.submit'));
      await page.locator('button[name=logout]').waitFor();
      expect((await portalSession(page, at().oima.origin)).claims).toMatchObject({
        sub,
        acr: 'http://ftn.ficora.fi/2017/loatest2',
      });
    },
    300_000,
  );
});

/** To Demopankki's persons; false where the service sends nobody to the broker now. */
async function leaveForBank(page: Page): Promise<boolean> {
  const next = page.waitForRequest((request) => request.isNavigationRequest() && request.method() === 'GET');
  await press(page, t('fi', 'strong-auth.bank'));
  if ((await next).url().endsWith('/strong-auth')) return false;
  await press(page, /^Demopankki/);
  return true;
}

async function untilBankOpens(page: Page): Promise<void> {
  for (let seconds = 0; seconds < 30; seconds += 1) {
    if (await leaveForBank(page)) return;
    await page.waitForTimeout(1_000);
  }
  throw new Error('the broker is back, but nobody is sent there');
}

/** At the broker by Demopankki: one of the ways to fail. Where the broker is known to be down, nobody is sent there. */
async function failAtBank({ page }: Watch, way: Scenario): Promise<void> {
  if (!(await leaveForBank(page))) return;
  await page.getByLabel(`${aino.name}, ${aino.identityCode}`).check();
  await press(page, fi.scenario[way]);
}
