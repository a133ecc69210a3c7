/** People who come back: password, single sign-on, consent, signing out, a forced change, keys only, two tabs. */
import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { goodPassword } from '../../src/demo/personas.ts';
import { describeInWorld } from '../support/browser/in-world.ts';
import {
  activate,
  follow,
  mailedCode,
  openMail,
  portalSession,
  press,
  signedOutAt,
  signIn,
  signUp,
  visitBank,
  type Walk,
} from '../support/browser/walk.ts';

const aino = 'aino@oma.example';
const focused = (page: Page): Promise<string> =>
  page.evaluate('document.activeElement.id || document.activeElement.className || document.activeElement.innerText');

describeInWorld('somebody who comes back, in a browser', ({ at, open, beside }) => {
  test('Aino: a wrong password is told where the reader is, then single sign-on, consent and a sign-out that reaches all', async () => {
    const aside = await open('aino');
    const { page, look, arrive } = aside;
    const { oima, oimaApu, kuitti } = at();
    await page.goto(`${oima.origin}/login`);
    await press(page, 'Jatka');
    await page.getByText('Kirjoita sähköpostiosoitteesi').first().waitFor();
    await look('sign-in-empty');
    await signIn(aside, oima.origin, aino, 'Väärä#salasana1');
    await page.getByText('Sähköpostiosoite tai salasana on väärin').first().waitFor();
    await look('password-wrong');
    expect(await focused(page)).toBe('summary');
    expect(await page.title()).toMatch(/^Virhe: /);
    expect(await page.getByLabel('Salasana', { exact: true }).inputValue()).toBe('');
    await page.getByLabel('Salasana', { exact: true }).fill(goodPassword);
    await press(page, 'Kirjaudu sisään');
    await arrive(new RegExp(`^${oima.origin}/$`), 'signed-in');
    expect((await portalSession(page, oima.origin)).claims).toMatchObject({
      acr: 'urn:avain:acr:email',
      amr: ['pwd'],
    });

    await page.goto(oimaApu.origin);
    await follow(page, 'Kirjaudu sisään');
    await page.waitForURL(`${oimaApu.origin}/`);
    await page.goto(kuitti.origin);
    await follow(page, 'Kirjaudu sisään');
    await arrive(/\/terms$/, 'kuitti-terms');
    await press(page, 'Hyväksyn käyttöehdot');
    await arrive(/\/consent$/, 'consent');
    await press(page, 'Salli');
    await page.waitForURL(`${kuitti.origin}/`);
    const subjects = await Promise.all(
      [oima, oimaApu, kuitti].map(async ({ origin }) => (await portalSession(page, origin)).claims.sub),
    );
    expect(new Set(subjects).size).toBe(2);
    expect(subjects[0]).toBe(subjects[1]);

    await page.goto(oima.origin);
    await press(page, 'Kirjaudu ulos');
    await page.waitForURL(/\/session\/end/);
    await look('logout');
    await press(page, 'Kyllä, kirjaudu ulos');
    await page.waitForURL(`${oima.origin}/`);
    for (const { origin } of [oima, oimaApu, kuitti]) {
      await signedOutAt(page, origin);
    }
    await look('signed-out-at-the-portal');
  }, 120_000);

  test('Heikki: the old password is too weak, so a new one, the bank, the code and the rest', async () => {
    const heikko = await open('heikko');
    const { page, look, arrive } = heikko;
    const email = 'heikko@oma.example';
    await signIn(heikko, at().oima.origin, email, 'salasana1');
    await arrive(/\/new-password$/, 'new-password');
    const input = page.getByLabel('Uusi salasana', { exact: true });
    await input.fill('salasana1');
    expect(await page.locator('.rules .met').count()).toBe(3);
    await look('new-password-checklist');
    await press(page, 'Näytä salasana');
    expect(await input.getAttribute('type')).toBe('text');
    await look('new-password-shown');
    await press(page, 'Piilota salasana');
    await press(page, 'Tallenna salasana');
    await page.locator('.summary').waitFor();
    await look('new-password-refused');
    expect(await focused(page)).toBe('summary');
    await input.fill('Uusi#Kesämökki7');
    await page.getByText('Salasanassa on kaikki, mitä siinä pitää olla').waitFor({ state: 'attached' });
    await press(page, 'Tallenna salasana');
    await arrive(/\/strong-auth$/, 'strong-auth');
    await visitBank(heikko, 'fi', { name: 'Heikki Juhani Heikkilä', identityCode: '240772W904V', listed: true });
    await arrive(/\/email-code$/, 'email-code');
    const right = await mailedCode(at().mailbox.origin, email);
    await page.getByLabel('Turvakoodi', { exact: true }).fill(right === '111111' ? '222222' : '111111');
    await press(page, 'Linkitä tili');
    await page.getByText('Turvakoodi on väärin').first().waitFor();
    await look('email-code-wrong');
    await press(page, 'Lähetä uusi koodi');
    await page.getByText('Voit yrittää uudelleen').first().waitFor();
    await look('email-code-too-soon');
    await page.getByLabel('Turvakoodi', { exact: true }).fill(`${right.slice(0, 3)} ${right.slice(3)}`);
    await press(page, 'Linkitä tili');
    await arrive(/\/link-eid$/, 'link-eid');
    await press(page, 'Ei, älä linkitä');
    await page.getByText('Tiliä ei linkitetty').first().waitFor();
    await look('link-declined');
    await press(page, 'Takaisin');
    await press(page, 'Kyllä, linkitä sähköpostini eID:hen');
    await page.waitForURL(/\/terms$/);
    await press(page, 'En hyväksy');
    await page.getByText('Et hyväksynyt käyttöehtoja').first().waitFor();
    await look('terms-declined');
    await press(page, 'Takaisin');
    await press(page, 'Hyväksyn käyttöehdot');
    await page.waitForURL(/\/welcome$/);
    await press(page, 'Siirry etusivulle');
    await page.waitForURL(`${at().oima.origin}/`);
  }, 120_000);

  test('with the keyboard alone: the skip link first, then the form, and nothing is a trap', async () => {
    const { page } = await open('keys');
    await page.goto(`${at().oima.origin}/login`);
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('skip');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('Luo ilmainen tili');
    await page.keyboard.press('Tab');
    await page.keyboard.type(aino);
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/password$/);
    await page.getByLabel('Salasana', { exact: true }).focus();
    await page.keyboard.type(goodPassword);
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('quiet');
    await page.keyboard.press('Space');
    expect(await page.getByLabel('Salasana', { exact: true }).getAttribute('type')).toBe('text');
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('primary');
    await page.keyboard.press('Enter');
    await page.waitForURL(`${at().oima.origin}/`);
  });

  test.each([true, false])('a double click is one sign-in (scripts: %s)', async (javaScriptEnabled) => {
    const { page } = await open('twice', { javaScriptEnabled });
    await page.goto(`${at().oima.origin}/login`);
    await page.getByLabel('Sähköposti', { exact: true }).fill(aino);
    await page.getByRole('button', { name: 'Jatka' }).dblclick();
    await page.getByLabel('Salasana', { exact: true }).fill(goodPassword);
    await page.getByRole('button', { name: 'Kirjaudu sisään' }).dblclick({ noWaitAfter: true });
    await page.waitForURL(`${at().oima.origin}/`);
  });

  test('the link opened in another tab: the first tab says so and, when asked, is where the person is', async () => {
    const first = await open('two-tabs');
    const person = { email: 'valilehti@oma.example', name: 'Välilehti', identityCode: '' };
    const walk: Walk = { at: at(), locale: 'fi', person, watch: first };
    await signUp(walk);
    await press(first.page, 'Olen avannut linkin');
    await first.page.getByText('Linkkiä ei ole vielä avattu').waitFor();
    await first.look('link-sent-waiting');
    await activate({ ...walk, watch: await beside(first, 'two-tabs-second') });
    await first.page.getByText('Linkki on avattu.').waitFor();
    expect(await first.page.getByText('Linkkiä ei ole vielä avattu').count()).toBe(0);
    await first.look('link-sent-opened');
    await press(first.page, 'Olen avannut linkin');
    await first.page.waitForURL(/\/strong-auth$/);
  });

  test('a forgotten password: asked, mailed, changed, and the link is dead afterwards', async () => {
    const { page, look, arrive } = await open('forgot');
    const email = 'vanha@oma.example';
    await page.goto(`${at().oima.origin}/login`);
    await follow(page, 'Unohditko salasanasi?');
    await arrive(/\/forgot-password$/, 'forgot-password');
    await page.getByLabel('Sähköposti', { exact: true }).fill(email);
    await press(page, 'Lähetä linkki');
    await arrive(/\/reset-sent$/, 'reset-sent');
    await openMail(page, at().mailbox.origin, email);
    await arrive(/\/messages\//, 'mail');
    const link = await page.getByRole('link', { name: 'Vaihda salasana' }).first().getAttribute('href');
    await follow(page, 'Vaihda salasana');
    await arrive(/\/links\/reset\//, 'reset');
    await page.getByLabel('Uusi salasana', { exact: true }).fill('Toinen#Kesämökki7');
    await press(page, 'Tallenna salasana');
    await page.getByText('Salasana on vaihdettu').first().waitFor();
    await look('reset-done');
    const other = await open('forgot-elsewhere');
    await other.page.goto(link ?? '');
    await other.page.getByText('Linkki on jo käytetty').first().waitFor();
    await other.look('reset-used');
    await follow(other.page, 'Kirjaudu sisään');
    await other.page.waitForURL(/\/sign-in$/);
  });
});
