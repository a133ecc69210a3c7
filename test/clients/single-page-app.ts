/** A person in front of the single-page app, in a browser that runs its scripts and keeps to CORS. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from '@jest/globals';
import type { Page } from 'playwright-core';
import { goodPassword } from '../../src/demo/personas.ts';
import { launchChromium } from '../support/browser/chromium.ts';
import { person, type Walk, whoIs } from './walk.ts';
import type { Seen, Witness } from './witness.ts';

/** Goes through sign-in, both ways of renewing, and sign-out; throws at the first thing that is not so. */
export async function walkInBrowser({ origin, witness }: Walk): Promise<void> {
  const browser = await launchChromium();
  try {
    // The browser knows the private authority no better than a person's would that was never told.
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    const page = await context.newPage();
    // Its hands are moved on below.
    await page.clock.install();
    await page.goto(origin);
    await shows(page, 'Nobody is signed in.');
    await signIn(page);
    const claims = await shownClaims(page);
    expect(claims).toMatchObject({ email: person.email, name: person.name });
    expect(witness.seen()).toContainEqual(expect.objectContaining({ path: '/me', status: 200 }));

    // A minute before the tokens run out the library renews them by itself.
    await page.clock.fastForward('09:10');
    await untilRefreshed(witness);
    // With the refresh token that the first renewal brought, as the one before it is spent.
    await page.locator('#renew').click();
    await untilRefreshed(witness);
    expect(whoIs(await shownClaims(page))).toEqual(whoIs(claims));

    await page.locator('#sign-out').click();
    await page.locator('button[name=logout]').click();
    await shows(page, 'Nobody is signed in.');
    await page.locator('#sign-in').click();
    await page.locator('main form input[name=email]').waitFor();
  } finally {
    await browser.close();
  }
}

async function signIn(page: Page): Promise<void> {
  const submit = page.locator('main form button[type=submit]').first();
  await page.locator('#sign-in').click();
  await page.locator('main form input[name=email]').fill(person.email);
  await submit.click();
  await page.locator('main form input[name=password]').fill(goodPassword);
  await submit.click();
}

/** Waits for a refresh, which must be the only one and must have been granted. */
async function untilRefreshed(witness: Witness): Promise<void> {
  const refreshes: Seen[] = [];
  for (let attempt = 0; refreshes.length === 0; attempt += 1) {
    if (attempt === 100) throw new Error('the page never renewed its tokens');
    await sleep(100);
    refreshes.push(...witness.seen().filter(({ grant }) => grant === 'refresh_token'));
  }
  expect(refreshes.map(({ status }) => status)).toEqual([200]);
}

async function shows(page: Page, text: string): Promise<void> {
  await page.locator('#user', { hasText: text }).waitFor();
}

async function shownClaims(page: Page): Promise<Record<string, unknown>> {
  await shows(page, person.email);
  // The recipe says what the page shows.
  return JSON.parse(await page.locator('#user').innerText()) as Record<string, unknown>;
}
