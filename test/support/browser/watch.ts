/**
 * A page under watch: whatever its browser complains about is a fault, and `look` judges the page as it stands: axe,
 * the HTML as it was served, nothing wider than the window, and a picture for people.
 */
import type { Page, Response } from 'playwright-core';
import { expectAccessible } from './axe.ts';
import { expectValidHtml } from './html.ts';
import { picture } from './screenshot.ts';

export type Watch = {
  readonly page: Page;
  /** Throws with everything that is wrong with the page, or was since the last look. */
  look(step: string): Promise<void>;
  /** Waits for the address, then looks. */
  arrive(address: RegExp, step: string): Promise<void>;
};

export type WatchOptions = {
  /** Folder of the pictures below screenshots/. */
  readonly pictures: string;
  /** False where the browser runs no scripts: then axe cannot look either. */
  readonly scripts?: boolean;
};

const tellViolations = `addEventListener('securitypolicyviolation', (event) => {
  console.error('CSP: ' + event.effectiveDirective + ' refused ' + event.blockedURI + ' on ' + location.href);
});`;

/** Puts the page under watch, before it goes anywhere. */
export async function watch(page: Page, { pictures, scripts = true }: WatchOptions): Promise<Watch> {
  const faults: string[] = [];
  const refusals = new Set<string>();
  let served: Response | null = null;
  let count = 0;
  page.setDefaultTimeout(20_000);
  await page.addInitScript(tellViolations);
  page.on('pageerror', (error) => faults.push(`script: ${error.message}`));
  page.on('console', (message) => {
    // Chromium writes an error about every page answered with 4xx; that is the page's own business.
    const isRefusal = message.text().startsWith('Failed to load resource') && refusals.has(message.location().url);
    // axe asks every frame; the mail's is sandboxed and cannot answer.
    const isAxe = message.text().startsWith("Failed to execute 'postMessage'");
    if (['error', 'warning'].includes(message.type()) && !isRefusal && !isAxe)
      faults.push(`console: ${message.text()}`);
  });
  page.on('response', (response) => {
    if (!response.request().isNavigationRequest() || response.frame() !== page.mainFrame()) return;
    if (response.status() >= 400) refusals.add(response.url());
    if (response.status() < 300 || response.status() >= 400) served = response;
  });
  const look = async (step: string): Promise<void> => {
    count += 1;
    await page.waitForLoadState();
    await picture(page, `${pictures}/${String(count).padStart(2, '0')}-${step}`);
    if (scripts) {
      await expectAccessible(page);
      const wider = Number(await page.evaluate('document.scrollingElement.scrollWidth - innerWidth'));
      if (wider > 0) faults.push(`${step} is ${wider} px wider than its window`);
    }
    await expectValidHtml((await served?.text()) ?? '');
    if (faults.length > 0) throw new Error(`at ${step}, ${page.url()}:\n${faults.splice(0).join('\n')}`);
  };
  const arrive = async (address: RegExp, step: string): Promise<void> => {
    await page.waitForURL(address);
    await look(step);
  };
  return { page, look, arrive };
}
