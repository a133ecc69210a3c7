import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { expectAccessible } from '../support/browser/axe.ts';
import { launchChromium } from '../support/browser/chromium.ts';
import { describeInBrowser } from '../support/browser/describe-in-browser.ts';
import { expectValidHtml } from '../support/browser/html.ts';

const good = `<!DOCTYPE html>
<html lang="fi">
<head><meta charset="UTF-8"><title>Avain</title></head>
<body><main><h1>Kirjaudu sisään</h1><p>Hyvää päivää.</p></main></body>
</html>
`;
const bad = good.replace('<p>', '<img src="/x.png"><p style="color:#eee">').replace(' lang="fi"', '');

describeInBrowser('the browser of the tests', () => {
  let browser: Browser;
  let server: Server;
  let origin: string;

  beforeAll(async () => {
    server = createServer((request, response) => {
      response.setHeader('content-type', 'text/html; charset=utf-8');
      response.setHeader('content-security-policy', "default-src 'self'; style-src 'self' 'unsafe-inline'");
      response.end(request.url === '/bad' ? bad : good);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    // A server listening on TCP has an AddressInfo, never a pipe's name.
    origin = `http://localhost:${(server.address() as AddressInfo).port}`;
    browser = await launchChromium({ hostResolverRules: 'MAP portal.example 127.0.0.1' });
  });

  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  test('is the packaged Chromium, unless the environment names another', () => {
    if (!process.env['AVAIN_CHROMIUM']) expect(browser.version()).toMatch(/^153\./);
  });

  test('renders a page', async () => {
    const page = await browser.newPage();
    await page.goto(origin);
    expect(await page.getByRole('heading').textContent()).toBe('Kirjaudu sisään');
    expect(await page.evaluate('document.fonts.ready.then(() => document.body.offsetHeight)')).toBeGreaterThan(50);
    await page.close();
  });

  test('gives programs on localhost other hosts where told so', async () => {
    const page = await browser.newPage();
    const address = `http://portal.example:${new URL(origin).port}/`;
    const response = await page.goto(address);
    expect(response?.status()).toBe(200);
    await page.close();
  });

  test('axe passes a good page and names the faults of a bad one, under a strict CSP', async () => {
    const page = await browser.newPage();
    await page.goto(origin);
    await expectAccessible(page);
    await page.goto(`${origin}/bad`);
    await expect(expectAccessible(page)).rejects.toThrow(/image-alt[\s\S]*html-has-lang|html-has-lang[\s\S]*image-alt/);
    await page.close();
  });

  test('html-validate passes a good page and names the faults of a bad one', async () => {
    await expectValidHtml(good);
    await expect(expectValidHtml(bad)).rejects.toThrow(/no-inline-style/);
  });

  test('runs no script of a page where JavaScript is off', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.setContent('<main><p>off</p></main><script>document.body.textContent = "on";</script>');
    expect(await page.locator('p').textContent()).toBe('off');
    await context.close();
  });
});
