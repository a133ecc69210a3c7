/**
 * One walk through the running demo world in the browser, for the gate: `node test/support/world-walk.ts` against the
 * ports that PORT_OFFSET names, in a world as `demo:reset` leaves it. The whole journey of the persona `uusi`, every
 * page watched, and a sign-out. Exits 0 when it came to the end, 1 with the reason and a picture otherwise.
 */
import { personas } from '../../src/demo/personas.ts';
import { addresses } from '../../src/demo/ports.ts';
import { launchChromium } from './browser/chromium.ts';
import { screenshot } from './browser/screenshot.ts';
import { activate, climb, press, sessionAt, signUp } from './browser/walk.ts';
import { type Watch, watch } from './browser/watch.ts';

const at = addresses(process.env);

async function walk(watched: Watch): Promise<void> {
  const { page, look } = watched;
  const uusi = personas.find(({ key }) => key === 'uusi');
  if (uusi === undefined) throw new Error('there is no persona uusi');
  await page.goto(at.startPage.origin);
  await look('start-page');
  const story = { at, locale: 'fi', person: { ...uusi, listed: true }, watch: watched } as const;
  await signUp(story);
  await activate(story);
  const { claims, userinfo } = await climb(story);
  if (userinfo.email !== uusi.email || userinfo.name !== uusi.name || !claims.amr.includes('ftn_bank')) {
    throw new Error(`the portal was told something else: ${JSON.stringify({ claims, userinfo })}`);
  }
  await press(page, 'Kirjaudu ulos');
  await press(page, 'Kyllä, kirjaudu ulos');
  await page.getByRole('link', { name: 'Kirjaudu sisään', exact: true }).waitFor();
  if ((await sessionAt(page, at.oima.origin)) !== null) throw new Error('still signed in after the sign-out');
}

const browser = await launchChromium();
const page = await (await browser.newContext()).newPage();
try {
  await walk(await watch(page, { pictures: 'world-walk' }));
  console.log(`walked from ${at.startPage.origin} to ${at.oima.origin} and out again`);
} catch (error) {
  await screenshot(page, 'world-walk-failed');
  console.error(`the walk stopped at ${page.url()}:`, error);
  process.exitCode = 1;
} finally {
  await browser.close();
}
