import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createTransport } from 'nodemailer';
import type { Browser, Page } from 'playwright-core';
import { expectAccessible } from '../support/browser/axe.ts';
import { launchChromium } from '../support/browser/chromium.ts';
import { describeInBrowser } from '../support/browser/describe-in-browser.ts';
import { picture } from '../support/browser/screenshot.ts';
import { type ProgramUnderTest, startProgram } from './support/start-program.ts';

const issuer = 'http://localhost:7260';
const start = 'http://localhost:7261';
const portal = 'http://localhost:7262';
const mailbox = 'http://localhost:7263';
const moved = '3000:7260,3100:7261,3200:7262,3500:7263,3525:7264';
const looks = [
  { name: 'desktop', width: 1280, colorScheme: 'light' },
  { name: 'phone', width: 320, colorScheme: 'dark' },
] as const;

describeInBrowser('the demo programs in a browser', () => {
  let dataDir: string;
  let programs: readonly ProgramUnderTest[] = [];
  let browser: Browser;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'avain-demo-'));
    await mkdir(join(dataDir, 'secrets'));
    await writeFile(join(dataDir, 'secrets', 'client-oima'), 'a-secret-of-the-portal-test');
    const env = { AVAIN_DATA_DIR: dataDir, AVAIN_MOVED_PORTS: moved };
    const provider = 'test/demo/support/small-provider.ts';
    programs = await Promise.all([
      startProgram(provider, ['7260', portal], {}, `${issuer}/health/ready`),
      startProgram('src/demo/start-page/main.ts', [], env, start),
      startProgram('src/demo/portal/main.ts', ['oima'], env, portal),
      startProgram('src/demo/mailbox/main.ts', [], env, mailbox),
    ]);
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await Promise.all(programs.map((program) => program.stop()));
    await rm(dataDir, { recursive: true, force: true });
  });

  const send = () =>
    createTransport({ host: 'localhost', port: 7264 }).sendMail({
      from: 'avain@oma.example',
      to: 'uusi@oma.example',
      subject: 'Aktivoi tilisi',
      text: `Hei! ${start}/?lang=sv`,
      html: `<!DOCTYPE html><html lang="fi"><head><title>x</title></head><body><a href="${start}/?lang=en">Aktivoi tili</a></body></html>`,
    });
  const look = async (page: Page, name: string) => {
    await expectAccessible(page);
    // Tables scroll inside themselves; the page never does (WCAG 1.4.10).
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    await picture(page, `demo/${name}`);
  };

  test.each(looks)('every page is accessible and fits: $name', async ({ name, width, colorScheme }) => {
    await send();
    const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
    await page.goto(start);
    await look(page, `start-${name}`);
    await page.goto(mailbox);
    await look(page, `mailbox-${name}`);
    await page.getByRole('link', { name: 'Aktivoi tilisi' }).first().click();
    await look(page, `mail-${name}`);
    await page.goto(portal);
    await look(page, `portal-${name}`);
    await page.getByRole('link', { name: 'Kirjaudu sisään' }).click();
    await page.waitForURL(`${portal}/`);
    await look(page, `signed-in-${name}`);
    await page.goto(`${portal}/login?login_hint=refuse&prompt=login`);
    await look(page, `failed-${name}`);
    await page.close();
  });

  test('a link of a mail opens in place of the page, from the list and from the frame, without scripts', async () => {
    await send();
    const page = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
    for (const inFrame of [false, true]) {
      await page.goto(mailbox);
      await page.getByRole('link', { name: 'Aktivoi tilisi' }).first().click();
      const place = inFrame ? page.frameLocator('iframe') : page;
      await place.getByRole('link', { name: 'Aktivoi tili', exact: true }).click();
      await page.waitForURL(`${start}/?lang=en`);
    }
    await page.context().close();
  });

  test('«Kirjaudu ulos» gets through to Avain, whatever the CSP says about forms', async () => {
    const page = await (await browser.newContext()).newPage();
    await page.goto(`${portal}/login`);
    await page.locator('button[name=logout]').click();
    await page.waitForURL(/\/session\/end/);
    await page.goto(portal);
    await page.getByRole('link', { name: 'Kirjaudu sisään' }).waitFor();
    await page.context().close();
  });

  test('languages are switched and remembered by each program alone', async () => {
    const page = await (await browser.newContext()).newPage();
    await page.goto(portal);
    await page.getByRole('link', { name: 'Svenska' }).click();
    await page.getByRole('link', { name: 'Logga in', exact: true }).waitFor();
    await page.goto(mailbox);
    expect(await page.locator('html').getAttribute('lang')).toBe('fi');
    await page.goto(portal);
    expect(await page.locator('html').getAttribute('lang')).toBe('sv');
    await page.context().close();
  });
});
