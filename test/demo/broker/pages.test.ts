import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser, Page, Response } from 'playwright-core';
import { expectAccessible } from '../../support/browser/axe.ts';
import { launchChromium } from '../../support/browser/chromium.ts';
import { describeInBrowser } from '../../support/browser/describe-in-browser.ts';
import { expectValidHtml } from '../../support/browser/html.ts';
import { picture } from '../../support/browser/screenshot.ts';
import { type BrokerWorld, begin, openBrokerWorld } from '../../upstream/broker-world.ts';

describeInBrowser('the simulated broker in a browser', () => {
  let world: BrokerWorld;
  let browser: Browser;
  beforeAll(async () => {
    world = await openBrokerWorld({ avain: 7120, broker: 7121 });
    browser = await launchChromium();
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await world.close();
  });

  async function open(locale: 'fi' | 'sv' | 'en', method: 'bank' | 'mobile' | null, config = {}): Promise<Page> {
    const free = method === null ? { method: { parameter: 'none' } } : {};
    const connector = await world.connector({ ...free, ...config });
    const { url } = await begin(connector, { locale, method: method ?? 'bank', serviceName: 'Oima' });
    const context = await browser.newContext({ viewport: { width: 320, height: 640 } });
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    keepServed(page);
    await page.goto(url.href);
    return page;
  }

  // HTML as it was served: what a browser made of it would hide faults.
  const served = new WeakMap<Page, Response>();
  function keepServed(page: Page): void {
    page.on('response', (response) => {
      if (response.request().isNavigationRequest() && response.status() !== 303) served.set(page, response);
    });
  }

  async function check(page: Page, name: string): Promise<void> {
    await expectAccessible(page);
    await expectValidHtml((await served.get(page)?.text()) ?? '');
    const overflow = await page.evaluate('document.documentElement.scrollWidth - window.innerWidth');
    expect(overflow).toBeLessThanOrEqual(0);
    await picture(page, `broker/${name}`);
  }

  const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).click();

  test.each([
    ['fi', 'Jatka', 'Hyväksy', 'Keskeytä', 'Puhelinnumero', /^Mobiilivarmenne/],
    ['sv', 'Fortsätt', 'Godkänn', 'Avbryt', 'Telefonnummer', /^Mobilcertifikat/],
    ['en', 'Continue', 'Approve', 'Cancel', 'Phone number', /^Mobile certificate/],
  ] as const)(
    '%s: by mobile certificate, every page on the way',
    async (locale, next, approve, cancel, phone, mobile) => {
      const page = await open(locale, null, { prompt: 'consent' });
      await check(page, `${locale}-1-method`);
      await press(page, mobile);
      await page.getByLabel(phone).fill('040 123 4567');
      await check(page, `${locale}-2-phone`);
      await page.getByRole('button', { name: next, exact: true }).click();
      await check(page, `${locale}-3-approve`);
      await press(page, approve);
      await page.getByLabel('Aino Olivia Virtanen, 131189Y902A').check();
      await check(page, `${locale}-4-person`);
      await page.getByRole('button', { name: next, exact: true }).click();
      await check(page, `${locale}-5-data`);
      expect(await page.getByRole('button', { name: cancel, exact: true }).count()).toBe(1);
      await press(page, approve);
      await page.waitForURL(/upstream\/demotunnistus\/callback\?.*code=/);
      await page.context().close();
    },
  );

  test('a notice of disturbance, who passes the identification on, and what is agreed to, beside the choice', async () => {
    await world.simulate({ disturbance: true });
    const page = await open('sv', null);
    await world.simulate({ disturbance: false });
    await page.getByRole('region', { name: 'Störningsmeddelande' }).waitFor();
    await page.getByText('Genom att fortsätta godkänner du').waitFor();
    await check(page, 'sv-7-disturbance');
    await page.getByRole('link', { name: 'Dataskyddsbeskrivning' }).click();
    await page.getByRole('heading', { name: 'Dataskyddsbeskrivning' }).waitFor();
    await page.context().close();
  });

  test('a way for everybody to fail is chosen on the start page', async () => {
    const start = await browser.newPage();
    await start.goto(world.brokerOrigin);
    const choose = async (label: string) => {
      await start.getByLabel('Kaikki tunnistukset päättyvät näin').selectOption({ label });
      await press(start, 'Vaihda');
    };
    await choose('Virhe pankissa');
    const page = await open('fi', 'bank');
    await press(page, /^Demopankki/);
    await page.getByLabel('Ursula Uusitalo, 010190-999W').check();
    await page.getByRole('button', { name: 'Jatka', exact: true }).click();
    await page.waitForURL(/callback\?.*error=server_error/);
    await page.context().close();
    await choose('Tunnistukset onnistuvat');
    await start.close();
  });

  test('a bank by its name, faults that say what to do, and the language switch', async () => {
    const page = await open('fi', 'bank');
    expect(await page.getByRole('button', { name: /^Mobiilivarmenne/ }).count()).toBe(0);
    await press(page, /^Pankki Kaksi/);
    expect(await page.getByRole('heading', { name: 'Harjoittele virhetilanteita' }).count()).toBe(1);
    await page.getByText('Oma keksitty henkilö').click();
    await page.getByLabel('Nimi', { exact: true }).fill('Väärä Henkilö');
    await page.getByLabel('Henkilötunnus', { exact: true }).fill('010190-123A');
    await press(page, 'Käytä omaa henkilöä');
    await page.getByText('Anna nimi ja oikein muodostettu henkilötunnus').waitFor();
    // Reading starts at the field, with what is wrong: nothing of the long page stands before it.
    expect(await page.evaluate('document.activeElement.id')).toBe('name');
    await check(page, 'fi-6-own-fault');
    await page.getByRole('link', { name: 'English' }).click();
    await page.getByRole('heading', { name: 'Choose a test person' }).waitFor();
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await page.waitForURL(/callback\?.*error=access_denied/);
    await page.context().close();
  });

  test('mobile certificate asked for: phone number, «Hyväksy», person', async () => {
    const page = await open('fi', 'mobile');
    await page.getByLabel('Puhelinnumero').fill('0401234567');
    await press(page, 'Hyväksy');
    await page.getByLabel('Ursula Uusitalo, 010190-999W').check();
    await page.getByRole('button', { name: 'Jatka', exact: true }).click();
    await page.waitForURL(/code=/);
    await page.context().close();
  });

  test('start page, outage and requests that have nowhere to return to', async () => {
    const page = await browser.newPage();
    keepServed(page);
    for (const [name, path] of [
      ['start', '/'],
      ['privacy', '/privacy'],
      ['invalid-request', '/oauth2/authorization?client_id=avain&request=x'],
      ['unknown-client', '/oauth2/authorization?client_id=nobody'],
      ['gone', '/interaction/unknown'],
    ] as const) {
      const answer = await page.goto(`${world.brokerOrigin}${path}`);
      expect([name, answer?.status()]).toEqual([name, ['start', 'privacy'].includes(name) ? 200 : 400]);
      await check(page, name);
    }
    await page.goto(world.brokerOrigin);
    await press(page, /503: Kytke päälle/);
    expect((await page.goto(`${world.brokerOrigin}/oauth2/metadata.jwks`))?.status()).toBe(503);
    await page.goto(world.brokerOrigin);
    await press(page, /503: Kytke pois/);
    expect((await page.goto(`${world.brokerOrigin}/oauth2/metadata.jwks`))?.status()).toBe(200);
    await page.close();
  });
});
