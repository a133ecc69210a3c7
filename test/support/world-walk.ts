/**
 * One walk through the running demo world in the browser, for the gate: `node test/support/world-walk.ts` against
 * the ports that PORT_OFFSET names. Exits 0 when it came to the end, 1 with the reason and a picture otherwise.
 */
import type { Page } from 'playwright-core';
import { expectAccessible } from './browser/axe.ts';
import { launchChromium } from './browser/chromium.ts';
import { screenshot } from './browser/screenshot.ts';

const offset = Number(process.env['PORT_OFFSET'] ?? 0);
const portal = `http://localhost:${3200 + offset}/`;
const startPage = `http://localhost:${3100 + offset}/`;

async function walk(page: Page): Promise<void> {
  await page.goto(startPage);
  await expectAccessible(page);
  await page.goto(portal);
  await page.getByRole('link', { name: 'Kirjaudu sisään' }).click();
  await page.getByLabel('Sähköposti', { exact: true }).waitFor();
  await expectAccessible(page);
}

const browser = await launchChromium();
const page = await browser.newPage();
page.setDefaultTimeout(15_000);
try {
  await walk(page);
  console.log(`walked from ${startPage} to ${new URL(page.url()).pathname}`);
} catch (error) {
  await screenshot(page, 'world-walk-failed');
  console.error(`the walk stopped at ${page.url()}:`, error);
  process.exitCode = 1;
} finally {
  await browser.close();
}
