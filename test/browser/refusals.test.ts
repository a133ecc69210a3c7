/** Pages that nobody wants to meet: each says what happened and leads on. Watched like all others. */
import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { describeInWorld } from '../support/browser/in-world.ts';
import {
  activate,
  follow,
  openMail,
  press,
  signIn,
  signUp,
  visitBank,
  type WalkPerson,
} from '../support/browser/walk.ts';

const says = (page: Page, text: string) => page.getByText(text).first().waitFor();

describeInWorld('refusals in a browser', ({ at, open }) => {
  test('an account that was closed: told after the password only, and the portal is told too', async () => {
    const { oima } = at();
    const barred = await open('closed');
    await signIn(barred, oima.origin, 'estetty@oma.example');
    await barred.arrive(/\/account-closed$/, 'account-closed');
    await press(barred.page, 'Palaa Oima-palveluun');
    await barred.arrive(new RegExp(`^${oima.origin}/callback`), 'portal-refused');
    expect(await barred.page.locator('#error').innerText()).toBe('access_denied');
  });

  test('not on the roster: whom to ask, another try, another account', async () => {
    const person: WalkPerson = {
      email: 'valtuuttamaton@oma.example',
      name: 'Veikko Olavi Valtonen',
      identityCode: '010150U906K',
      listed: true,
    };
    const apu = await open('not-authorised');
    // The same walk, from the other portal.
    const walk = { at: { ...at(), oima: at().oimaApu }, locale: 'fi', person, watch: apu } as const;
    await signUp(walk);
    await activate(walk);
    await visitBank(apu, 'fi', person);
    await apu.arrive(/\/not-authorised$/, 'not-authorised');
    await says(apu.page, 'Kanta-Hämeen hyvinvointialue');
    await press(apu.page, 'Yritä uudelleen');
    await apu.page.waitForURL(/\/not-authorised$/);
    await press(apu.page, 'Kirjaudu toisella tilillä');
    await apu.arrive(/\/sign-in$/, 'sign-in-with-notice');
    await says(apu.page, 'Henkilökohtaisen avun asiakas');
  }, 120_000);

  test('dead links, a link while somebody else is signed in, and the bank in another browser', async () => {
    const person: WalkPerson = { email: 'kuollut@oma.example', name: '', identityCode: '' };
    const first = await open('links');
    const walk = { at: at(), locale: 'fi', person, watch: first } as const;
    await signUp(walk);
    await openMail(first.page, at().mailbox.origin, person.email);
    const link = (await first.page.getByRole('link', { name: 'Aktivoi tili' }).first().getAttribute('href')) ?? '';
    await first.page.goto(`${link.slice(0, -3)}xyz`);
    await says(first.page, 'Linkki ei toimi');
    await first.look('invalid');

    const aino = await open('links-signed-in');
    await signIn(aino, at().oima.origin, 'aino@oma.example');
    await aino.page.waitForURL(`${at().oima.origin}/`);
    await aino.page.goto(link);
    await aino.arrive(/\/links\/activate\//, 'signed-in-as');
    await says(aino.page, 'Olet kirjautunut tilillä a***@oma.example');
    await press(aino.page, 'Kirjaa ulos ja jatka');
    await says(aino.page, 'Luo salasana');
    await aino.look('other-device');

    await activate(walk);
    const late = await open('links-late');
    await late.page.goto(link);
    await says(late.page, 'Linkki on jo käytetty');
    await late.look('used');

    await press(first.page, 'Verkkopankki');
    await press(first.page, /^Demopankki/);
    await first.page.getByLabel('Ursula Uusitalo, 010190-999W').check();
    const callback = first.page.waitForRequest(/\/upstream\/demotunnistus\/callback/);
    await first.page.route(/\/upstream\/demotunnistus\/callback/, (route) => route.abort());
    await press(first.page, 'Jatka');
    await late.page.goto((await callback).url());
    await says(late.page, 'Palasit eri selaimeen');
    await late.look('other-browser');
  }, 120_000);

  test('pages outside a journey: start, accessibility, terms, nothing there, signed out, too late, no cookies', async () => {
    const around = await open('around');
    const { page, look } = around;
    const { avain, oima } = at();
    for (const [path, text, step] of [
      ['/', 'Valitse palvelu', 'start'],
      ['/accessibility', 'Saavutettavuusseloste', 'accessibility'],
      ['/terms/oima', 'Käyttöehdot', 'terms'],
      ['/no/such/page', 'Sivua ei löytynyt', 'not-found'],
      ['/interaction/unknown/sign-in', 'Tämä kirjautuminen on päättynyt', 'expired'],
      ['/auth?client_id=nobody', 'Kirjautumista ei voitu aloittaa', 'unknown-client'],
      ['/session/end', 'Haluatko kirjautua ulos', 'logout'],
    ] as const) {
      await page.goto(`${avain.origin}${path}`);
      await says(page, text);
      await look(step);
    }
    await press(page, 'Kyllä, kirjaudu ulos');
    await says(page, 'Olet kirjautunut ulos');
    await look('signed-out');
    await page.goto(`${oima.origin}/login`);
    await page.waitForURL(/\/sign-in$/);
    await page.context().clearCookies();
    await page.reload();
    await says(page, 'Kirjautumista ei voi jatkaa tässä selaimessa');
    await look('no-cookies');
    await page.goto(`${oima.origin}/login`);
    await follow(page, 'English');
    await page.getByText('Need help?').waitFor();
    await page
      .locator('input[name=csrf]')
      .first()
      .evaluate((input) => input.setAttribute('value', 'x'));
    await press(page, 'Continue');
    await says(page, 'The form could not be accepted');
    await look('form-refused');
  }, 120_000);
});
