/** Pictures for people to look at: `screenshots/<name>.png`, ignored by git. */
import { join } from 'node:path';
import type { Page } from 'playwright-core';

const folder = join(import.meta.dirname, '../../../screenshots');

/** Saves the whole page; `name` may hold folders, such as `fi/03-password`. */
export async function screenshot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
