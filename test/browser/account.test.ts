/** /account in a browser: every page looked at, what each of them does, with the keys alone, and without scripts. */
import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { goodPassword } from '../../src/demo/personas.ts';
import { locales } from '../../src/http/locale.ts';
import { accountPages } from '../../src/self-service/routes.ts';
import { describeInWorld } from '../support/browser/in-world.ts';
import {
  activate,
  climb,
  follow,
  inventedCode,
  openMail,
  press,
  signedOutAt,
  signIn,
  signUp,
  visitBank,
} from '../support/browser/walk.ts';
import type { Watch } from '../support/browser/watch.ts';

const aino = 'aino@oma.example';
const newPassword = 'Uusi#Kesämökki77';
const linked = { name: 'Aino Olivia Virtanen', identityCode: '131189Y902A', listed: true };
const phone = { width: 360, height: 740 };
const focused = (page: Page): Promise<string> =>
  page.evaluate('document.activeElement.id || document.activeElement.className || document.activeElement.innerText');

describeInWorld('one’s own account, in a browser', ({ at, open }) => {
  const account = (path = '/account') => `http://localhost:${at().avain.port}${path}`;
  async function enter(watch: Watch, password = goodPassword): Promise<void> {
    await signIn(watch, at().oima.origin, aino, password);
    await watch.page.waitForURL(`${at().oima.origin}/`);
    await watch.page.goto(account());
    await watch.page.waitForURL(/\/account$/);
  }

  test.each([
    ['fi', { viewport: phone }],
    ['sv', { viewport: { width: 1280, height: 900 } }],
    ['en', { viewport: phone, colorScheme: 'dark' }],
  ] as const)(
    'every section is a link that leads there and back, in %s',
    async (locale, options) => {
      const watch = await open(`account-${locale}`, options);
      const { page, look } = watch;
      await enter(watch);
      await page.goto(account(`/account?lang=${locale}`));
      await look('overview');
      const sections = await page
        .locator('.sections > li > a')
        .evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''));
      expect(sections).toEqual(accountPages.filter(({ section }) => section !== null).map(({ path }) => path));
      for (const path of sections) {
        await page.locator(`.sections a[href="${path}"]`).click();
        await page.waitForURL(account(path));
        await look(path.replace('/account/', ''));
        await page.locator('.back a').click();
        await page.waitForURL(account());
      }
    },
    180_000,
  );

  test('with the keys alone: a section is reached, its form filled and sent, and the way out found', async () => {
    const watch = await open('account-keys');
    const { page } = watch;
    await enter(watch);
    const tabTo = async (words: string): Promise<void> => {
      for (let stops = 0; stops < 40; stops += 1) {
        await page.keyboard.press('Tab');
        if ((await focused(page)) === words) return;
      }
      throw new Error(`no way to ${words} by Tab at ${page.url()}`);
    };
    await tabTo('Nimi ja kieli');
    await page.keyboard.press('Enter');
    await page.waitForURL(account('/account/profile'));
    await tabTo('nickname');
    await page.keyboard.type('Aino');
    await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByText('Hej, Aino!').waitFor();
    await tabTo('secondary');
    await page.keyboard.press('Enter');
    await page.waitForURL(account('/account/signed-out'));
  });

  test('without scripts the same pages do the same', async () => {
    const watch = await open('account-plain', { javaScriptEnabled: false });
    const { page } = watch;
    await enter(watch);
    await follow(page, 'Namn och språk');
    await page.getByLabel('Suomi').check();
    await press(page, 'Spara');
    await page.getByText('Tiedot on tallennettu.').waitFor();
    await follow(page, 'Salasana');
    await page.getByLabel('Nykyinen salasana', { exact: true }).fill('väärä');
    await page.getByLabel('Uusi salasana', { exact: true }).fill(newPassword);
    await press(page, 'Tallenna salasana');
    await page.getByText('Nykyinen salasana on väärin').first().waitFor();
    await follow(page, 'Takaisin: Oma tili');
    await follow(page, 'Laitteet ja kirjautumiset');
    await press(page, 'Kirjaa ulos kaikki muut laitteet');
    await page.getByText('kirjattu ulos kaikilla muilla laitteilla').first().waitFor();
    expect(await page.getByRole('button', { name: 'Kirjaa ulos kaikki muut laitteet' }).count()).toBe(0);
  });

  test('Aino: a name, a password, a device signed out from afar, a service told to forget her, and the link undone', async () => {
    const [here, there] = [await open('account-changes'), await open('account-elsewhere')];
    const { page, look } = here;
    await enter(there);
    await enter(here);
    expect(locales).toContain(await page.locator('html').getAttribute('lang'));

    await follow(page, 'Nimi ja kieli');
    await page.getByLabel('Kutsumanimi').fill('x'.repeat(101));
    await press(page, 'Tallenna');
    await page.locator('.summary').waitFor();
    expect(await focused(page)).toBe('summary');
    await look('name-refused');
    await page.getByLabel('Kutsumanimi').fill('Aino');
    await press(page, 'Tallenna');
    await page.getByText('Hei, Aino!').waitFor();
    expect(await focused(page)).toBe('notice status');
    await look('saved');

    await follow(page, 'Salasana');
    await press(page, 'Tallenna salasana');
    await page.locator('.summary').waitFor();
    await look('password-empty');
    await page.getByLabel('Nykyinen salasana', { exact: true }).fill(goodPassword);
    await page.getByLabel('Uusi salasana', { exact: true }).fill(newPassword);
    expect(await page.locator('.rules .met').count()).toBe(5);
    await press(page, 'Tallenna salasana');
    await page.getByText('Salasana on vaihdettu. Tilisi kirjattiin ulos').waitFor();
    await there.page.goto(account());
    await there.page.waitForURL(/\/sign-in$/);
    await signedOutAt(there.page, at().oima.origin);

    await enter(there, newPassword);
    await page.goto(account('/account/devices'));
    await look('devices');
    await page.getByRole('button', { name: 'Kirjaa ulos', exact: true }).first().click();
    await page.getByText('Laite on kirjattu ulos.').waitFor();
    await look('device-out');
    await there.page.goto(account());
    await there.page.waitForURL(/\/sign-in$/);

    await page.goto(`${at().oima.origin}/login`);
    await page.waitForURL(`${at().oima.origin}/`);
    await page.goto(account('/account/apps'));
    await look('apps');
    await page.getByRole('button', { name: 'Poista pääsy' }).first().click();
    await page.getByText('Palvelun pääsy tietoihisi on poistettu.').waitFor();
    await signedOutAt(page, at().oima.origin);

    await page.goto(account('/account/identity'));
    expect(await page.locator('main').innerText()).not.toContain(linked.identityCode);
    await follow(page, 'Pura linkitys');
    await page.waitForURL(/\/strong-auth$/);
    await visitBank(here, 'fi', linked);
    await page.waitForURL(account('/account/identity/unlink'));
    await look('unlink');
    await follow(page, 'Ei, säilytä linkitys');
    await follow(page, 'Pura linkitys');
    await press(page, 'Kyllä, pura linkitys');
    await page.getByText('Linkitys on purettu.').waitFor();
    await look('unlinked');
    await page.goto(account('/account/activity'));
    await look('activity');
    await page.goto(account());
    await press(page, 'Kirjaudu ulos');
    await page.getByText('Olet kirjautunut ulos').first().waitFor();
    await look('signed-out');
  }, 180_000);

  test('another address, one’s own data, and the end of the account, which is taken back: on a phone in the dark, and without scripts', async () => {
    const here = await open('account-leaving', { viewport: phone, colorScheme: 'dark' });
    const { page, look, arrive } = here;
    const person = { name: 'Lauri Lähtijä', identityCode: inventedCode(1971, 931), email: 'lauri@oma.example' };
    const story = { at: at(), locale: 'fi', person, watch: here } as const;
    await signUp(story);
    await activate(story);
    await climb(story);

    await page.goto(account('/account/email'));
    await press(page, 'Lähetä vahvistuslinkki');
    await page.locator('.summary').waitFor();
    await look('email-empty');
    const address = 'lauri.uusi@oma.example';
    await page.getByLabel('Uusi sähköpostiosoite', { exact: true }).fill(address);
    await press(page, 'Lähetä vahvistuslinkki');
    await page.getByText(`vahvistuslinkin osoitteeseen ${address}`).waitFor();
    await look('email-sent');
    const other = await open('account-leaving-elsewhere', { javaScriptEnabled: false });
    await openMail(other.page, at().mailbox.origin, address);
    await follow(other.page, 'Vahvista osoite');
    await other.arrive(/\/links\/change-address\/[\w-]+$/, 'change-address');
    await press(other.page, 'Vahvista osoite');
    await other.page.getByText('Sähköpostiosoite on vaihdettu').first().waitFor();
    await other.look('change-address-done');

    await signIn(here, at().oima.origin, address);
    await page.waitForURL(`${at().oima.origin}/`);
    await page.goto(account('/account/data'));
    await page.getByText(person.name).first().waitFor();
    expect(await page.locator('main').innerText()).not.toContain(person.identityCode);
    const [file] = await Promise.all([page.waitForEvent('download'), follow(page, 'Lataa tiedot (JSON)')]);
    expect(file.suggestedFilename()).toBe('avain-data.json');
    await follow(page, 'Tunnistaudu ja lataa tiedot henkilötunnuksen kanssa');
    await page.waitForURL(/\/strong-auth$/);
    await visitBank(here, 'fi', person);
    await arrive(/\/account\/data\/identity-code$/, 'data-code');
    await follow(page, 'Takaisin: Omat tiedot');

    await page.goto(account('/account/delete'));
    await press(page, 'Poista tilini');
    await arrive(/\/account\/delete\/waits$/, 'deletion-waits');
    await signedOutAt(page, at().oima.origin);
    await openMail(other.page, at().mailbox.origin, address, 'fi', 3);
    await follow(other.page, 'Peru poistaminen');
    await other.arrive(/\/links\/undo-deletion\/[\w-]+$/, 'undo-deletion');
    await signIn(here, at().oima.origin, address);
    await arrive(/\/deletion-asked$/, 'deletion-asked');
    await press(page, 'Peru poistaminen ja jatka');
    await page.waitForURL(`${at().oima.origin}/`);
    await press(other.page, 'Peru poistaminen');
    await other.page.getByText('Linkkiä ei enää tarvita').first().waitFor();
    await other.look('undo-deletion-over');
  }, 180_000);
});
