/** Those who run Avain, in a browser: an owner with scripts on a computer, by night without them on a telephone in Swedish. */
import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { goodPassword } from '../../src/demo/personas.ts';
import { describeInWorld } from '../support/browser/in-world.ts';
import { follow, press, visitBank } from '../support/browser/walk.ts';
import type { Watch } from '../support/browser/watch.ts';

const hoitaja = { email: 'hoitaja@oma.example', name: 'Hoitaja Ylläpitäjä', identityCode: '150482-909C', listed: true };
const aino = { email: 'aino@oma.example', name: 'Aino Olivia Virtanen', identityCode: '131189Y902A', listed: true };
const sections = ['people', 'relinkings', 'live', 'charts', 'clients', 'rosters', 'keys', 'mails', 'staff', 'audit'];

describeInWorld('the administration in a browser', ({ at, open }) => {
  const start = () => `http://localhost:${at().avain.port}/admin`;
  const says = (page: Page, text: string) => page.getByText(text).first().waitFor();

  async function signIn(watch: Watch, person = hoitaja): Promise<void> {
    const { page, arrive } = watch;
    await page.goto(start());
    await page.getByLabel('Sähköposti', { exact: true }).fill(person.email);
    await press(page, 'Jatka');
    await page.getByLabel('Salasana', { exact: true }).fill(goodPassword);
    await press(page, 'Kirjaudu sisään');
    await visitBank(watch, 'fi', person);
    await arrive(/\/admin$/, 'home');
  }

  async function find({ page, arrive }: Watch, email: string): Promise<void> {
    await page.goto(`${start()}/people`);
    await page.getByLabel('Osoite, tunnus tai viite').fill(email);
    await press(page, 'Etsi');
    await arrive(/\/admin\/people\/[\w-]{22}$/, 'found');
  }

  test('a person is found, the reason is read, the account is barred and opened again; every section is looked at', async () => {
    const watch = await open('admin', { viewport: { width: 1280, height: 800 } });
    const { page, look, arrive } = watch;
    await signIn(watch);
    await follow(page, 'Henkilöt');
    await page.getByLabel('Osoite, tunnus tai viite').fill('estetty@oma.example');
    await press(page, 'Etsi');
    await arrive(/\/admin\/people\/[\w-]{22}$/, 'person');
    expect(page.url()).not.toContain('estetty');
    await follow(page, 'Mitä on tapahtunut');
    await arrive(/\/timeline$/, 'timeline');
    await follow(page, 'Viestit');
    await page.goBack();
    await follow(page, 'Takaisin tiliin');
    await follow(page, 'Avaa tili');
    await press(page, 'Avaa tili');
    await says(page, 'Kirjoita syy');
    await look('without-reason');
    await page.getByLabel('Syy', { exact: true }).fill('Asia 4711');
    await press(page, 'Avaa tili');
    await says(page, 'Tili on avattu.');
    await follow(page, 'Sulje tili');
    await page.getByLabel('Syy', { exact: true }).fill('Asia 4711');
    await press(page, 'Sulje tili');
    await says(page, 'Tili on suljettu');
    await follow(page, 'Anna tai poista rooli');
    await look('role');
    for (const section of sections) {
      await page.goto(`${start()}/${section}`);
      await look(section);
    }
    await page.goto(start());
    await press(page, 'Kirjaudu ulos');
    await arrive(/\/signed-out$/, 'signed-out');
  });

  test('who is given the role of support helps a person, sees what keeps them out, and may do no more', async () => {
    const owner = await open('owner', { viewport: { width: 1280, height: 800 } });
    await signIn(owner);
    await find(owner, aino.email);
    await follow(owner.page, 'Anna tai poista rooli');
    await owner.page.getByLabel('asiakastuki', { exact: true }).check();
    await owner.page.getByLabel('Syy', { exact: true }).fill('Uusi työntekijä');
    await press(owner.page, 'Anna tai poista rooli');
    await says(owner.page, 'Rooli on vaihdettu.');

    const support = await open('support', { viewport: { width: 1280, height: 800 } });
    const { page, look } = support;
    await signIn(support, aino);
    await says(page, 'Autat käyttäjiä heidän tileissään.');
    await find(support, 'estetty@oma.example');
    await follow(page, 'Mitä on tapahtunut');
    await look('timeline');
    await follow(page, 'Takaisin tiliin');
    // To open a barred account, or to close one, is for operators.
    expect(await page.getByRole('link', { name: 'Avaa tili', exact: true }).count()).toBe(0);
    await follow(page, 'Kirjaa kaikki ulos tililtä');
    await page.getByLabel('Syy', { exact: true }).fill('Asia 4712');
    await press(page, 'Kirjaa kaikki ulos tililtä');
    await says(page, 'Tililtä on kirjattu kaikki ulos.');
    await page.goto(`${start()}/staff`);
    await says(page, 'Tämä sivu ei ole sinulle');
    await look('not-yours');
  });

  test('in Swedish on a dark telephone without scripts: every section, and a person', async () => {
    const phone = { viewport: { width: 360, height: 740 }, colorScheme: 'dark', javaScriptEnabled: false } as const;
    const watch = await open('admin-phone', phone);
    const { page, look } = watch;
    await signIn(watch);
    await page.goto(`${start()}?lang=sv`);
    await look('home-sv');
    for (const section of sections) {
      await page.goto(`${start()}/${section}`);
      await look(section);
    }
    await page.goto(`${start()}/people`);
    await page.getByLabel('Adress, id eller referens').fill('aino@oma.example');
    await press(page, 'Sök');
    await says(page, 'Logga ut alla från kontot');
    await look('person');
  });
});
