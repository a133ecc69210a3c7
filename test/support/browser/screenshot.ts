/** Pictures for people to look at: `screenshots/<name>.png`, ignored by git. They take a third of a second each. */
import { join } from 'node:path';
import type { Page } from 'playwright-core';

const folder = join(import.meta.dirname, '../../../screenshots');

/** With `AVAIN_PICTURES=1` saves the whole page; `name` may hold folders, such as `fi/03-password`. */
export async function picture(page: Page, name: string): Promise<void> {
  if (process.env['AVAIN_PICTURES']) await screenshot(page, name);
}

/** Saves the whole page: of what went wrong. */
export async function screenshot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
