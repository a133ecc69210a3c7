/**
 * Second factors in a browser, with authenticators that the browser itself provides: a passkey is made, signs in, is asked
 * beside the password, is copied and removed; an app is set up; without scripts the other ways stay open.
 */
import { expect, test } from '@jest/globals';
import type { CDPSession, Page } from 'playwright-core';
import { goodPassword } from '../../src/demo/personas.ts';
import { locales } from '../../src/http/locale.ts';
import { createTexts, type TextKey } from '../../src/http/texts.ts';
import { describeInWorld } from '../support/browser/in-world.ts';
import { follow, portalSession, press, signIn } from '../support/browser/walk.ts';
import { appCode } from '../support/factors.ts';
import { becomeUser, newPerson } from '../support/people.ts';
import { createVisitor } from '../support/visitor.ts';

const texts = createTexts();

type Device = {
  readonly cdp: CDPSession;
  readonly id: string;
  /** Whether its owner is there and says yes to what is asked from now on. */
  attend(there: boolean): Promise<unknown>;
};

/** A device with a screen lock, as people carry one. */
async function deviceOf(page: Page): Promise<Device> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const { authenticatorId: id } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  const attend = (enabled: boolean) =>
    cdp.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId: id, enabled });
  return { cdp, id, attend };
}

/** What one device has the other has too, as it was then. */
async function copyPasskey(from: Device, to: Device): Promise<void> {
  const { credentials } = await from.cdp.send('WebAuthn.getCredentials', { authenticatorId: from.id });
  const [credential] = credentials;
  if (!credential) throw new Error('no passkey was made');
  await to.cdp.send('WebAuthn.addCredential', { authenticatorId: to.id, credential });
}

describeInWorld('second factors', ({ at, open, beside }) => {
  const issuer = () => `http://localhost:${at().avain.port}`;
  const portal = () => at().oima.origin;
  const arrived = (page: Page) => page.waitForURL(`${portal()}/`);
  const amr = async (page: Page) => (await portalSession(page, portal())).claims.amr;

  /** Somebody new, who has done the whole of a new user's journey elsewhere. */
  async function somebody(): Promise<string> {
    const site = { addresses: at(), issuer: issuer(), dataDir: '' };
    const person = newPerson('vahva');
    await becomeUser(site, createVisitor(), new URL('/login', portal()), person);
    return person.email;
  }

  async function openFactors(page: Page, email: string): Promise<void> {
    await page.goto(`${issuer()}/account/factors`);
    await page.getByLabel('Sähköposti', { exact: true }).fill(email);
    await press(page, 'Jatka');
    await page.getByLabel('Salasana', { exact: true }).fill(goodPassword);
    await press(page, 'Kirjaudu sisään');
  }

  test('a passkey: made, picked in the address field, asked by a button and beside the password, copied, removed', async () => {
    const email = await somebody();
    const phone = await open('factors');
    const { page, look, arrive } = phone;
    const device = await deviceOf(page);
    await openFactors(page, email);
    await arrive(/\/account\/factors$/, 'none');
    await follow(page, 'Lisää pääsyavain');
    await arrive(/\/factors\/passkey$/, 'add-passkey');
    await page.getByLabel('Pääsyavaimen nimi', { exact: true }).fill('Oma puhelin');
    await press(page, 'Lisää pääsyavain');
    await arrive(/\/recovery-codes\?done=factor-added$/, 'recovery-codes');
    const codes = await page.locator('.codes code').allInnerTexts();
    expect(codes).toHaveLength(10);
    await press(page, 'Olen tallettanut koodit');
    await arrive(/\/account\/factors$/, 'passkey');

    // Nothing is typed, nothing pressed: its owner picks it in the address field.
    await page.context().clearCookies();
    await page.goto(`${portal()}/login`);
    await arrived(page);
    expect(await amr(page)).toEqual(['hwk', 'mfa']);
    await device.attend(false);

    // A browser that offers nothing in the field, on a device with the same passkey.
    const tablet = await beside(phone, 'factors-button');
    await tablet.page.addInitScript('delete PublicKeyCredential.isConditionalMediationAvailable');
    const other = await deviceOf(tablet.page);
    await copyPasskey(device, other);
    await tablet.page.context().clearCookies();
    await tablet.page.goto(`${portal()}/login`);
    await tablet.arrive(/\/sign-in$/, 'sign-in');
    await press(tablet.page, 'Kirjaudu pääsyavaimella');
    await arrived(tablet.page);
    expect(await amr(tablet.page)).toEqual(['hwk', 'mfa']);
    await tablet.page.context().clearCookies();
    await signIn(tablet, portal(), email);
    await tablet.arrive(/\/second-factor$/, 'second-factor');
    await press(tablet.page, 'Käytä pääsyavainta');
    await arrived(tablet.page);
    expect(await amr(tablet.page)).toEqual(['pwd', 'hwk', 'mfa']);

    // The phone's counter is behind by now: there is a copy of its passkey.
    await page.context().clearCookies();
    await signIn(phone, portal(), email);
    await page.waitForURL(/\/second-factor$/);
    await device.attend(true);
    await press(page, 'Käytä pääsyavainta');
    await page.locator('.summary').waitFor();
    await look('second-factor-refused');
    await page.getByLabel('Varakoodi', { exact: true }).fill(codes[0] ?? '');
    await press(page, 'Käytä varakoodia');
    await arrived(page);

    await page.goto(`${issuer()}/account/factors`);
    await page.getByText('Muuta tai poista').click();
    await look('open');
    await page.getByLabel('Pääsyavaimen nimi', { exact: true }).fill('Vanha puhelin');
    await press(page, 'Tallenna nimi');
    await page.getByText('Vanha puhelin').first().waitFor();
    await page.getByText('Muuta tai poista').click();
    await press(page, 'Poista pääsyavain');
    await page.getByText('Lisävarmennus on poistettu').first().waitFor();
    await look('removed');
    await tablet.page.context().clearCookies();
    await tablet.page.goto(`${portal()}/login`);
    await press(tablet.page, 'Kirjaudu pääsyavaimella');
    await tablet.page.locator('.summary').waitFor();
    await tablet.look('sign-in-refused');
  }, 120_000);

  const windows = [
    { viewport: { width: 360, height: 740 }, javaScriptEnabled: false },
    { viewport: { width: 390, height: 844 }, colorScheme: 'dark' },
    {},
  ] as const;

  test.each(locales.map((locale, index) => [locale, windows[index] ?? {}] as const))(
    'an app, in %s',
    async (locale, window) => {
      const t = (key: TextKey) => texts.t(locale, key, { service: '' });
      const email = await somebody();
      const watch = await open(`factors-${locale}`, window);
      const { page, arrive, look } = watch;
      await openFactors(page, email);
      await page.goto(`${issuer()}/account/factors?lang=${locale}`);
      await look('factors');
      await follow(page, t('factors.passkey-add'));
      await arrive(/\/passkey$/, 'add-passkey');
      const scripts = !('javaScriptEnabled' in window);
      expect(await page.getByRole('button', { name: t('factors.passkey-add') }).count()).toBe(scripts ? 1 : 0);
      await page.goBack();
      await follow(page, t('factors.app-add'));
      await arrive(/\/authenticator$/, 'start');
      await press(page, t('authenticator.begin'));
      await page.getByText(t('authenticator.scan')).waitFor();
      await look('scan');
      const secret = (await page.locator('p > code').innerText()).replaceAll(' ', '');
      await page.getByLabel(t('second-factor.code-label'), { exact: true }).fill(appCode(secret, -1));
      await press(page, t('authenticator.submit'));
      await arrive(/\/recovery-codes\?done=factor-added$/, 'codes');
      await page.context().clearCookies();
      await signIn(watch, portal(), email);
      await page.goto(`${page.url()}?lang=${locale}`);
      await look('second-factor');
      await page.getByLabel(t('second-factor.code-label'), { exact: true }).fill('12345');
      await press(page, t('common.continue'));
      await page.getByText(t('error.factor-code-format')).first().waitFor();
      await look('second-factor-wrong');
      await press(page, t('second-factor.lost-submit'));
      await arrive(/\/strong-auth$/, 'factor-lost');
      await press(page, t('strong-auth.have-factor'));
      await page.getByLabel(t('second-factor.code-label'), { exact: true }).fill(appCode(secret));
      await press(page, t('common.continue'));
      await arrived(page);
      expect(await amr(page)).toEqual(['pwd', 'otp', 'mfa']);
    },
    60_000,
  );
});
