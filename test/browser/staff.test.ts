/** A county's staff keep its list in a browser: with scripts in Finnish on a computer, without them in Swedish on a telephone. */
import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { goodPassword } from '../../src/demo/personas.ts';
import { describeInWorld } from '../support/browser/in-world.ts';
import { follow, press, visitBank } from '../support/browser/walk.ts';
import type { Watch } from '../support/browser/watch.ts';

const kunta = { email: 'kunta@oma.example', name: 'Kunnan Työntekijä', identityCode: '080675-908M', listed: true };
const code = '010150U906K';

describeInWorld('a county’s list in a browser', ({ at, open }) => {
  const start = () => `http://localhost:${at().avain.port}/staff/rosters`;
  const says = (page: Page, text: string) => page.getByText(text).first().waitFor();

  async function signIn(watch: Watch): Promise<void> {
    const { page, arrive } = watch;
    await page.goto(start());
    await page.getByLabel('Sähköposti', { exact: true }).fill(kunta.email);
    await press(page, 'Jatka');
    await page.getByLabel('Salasana', { exact: true }).fill(goodPassword);
    await press(page, 'Kirjaudu sisään');
    await visitBank(watch, 'fi', kunta);
    await arrive(/\/staff\/rosters$/, 'lists');
  }

  test('somebody is added, found, changed, ended and removed; a file is checked and imported', async () => {
    const watch = await open('staff');
    const { page, look, arrive } = watch;
    await signIn(watch);
    await follow(page, 'Kanta-Hämeen hyvinvointialue');
    await arrive(/\/kanta-hame$/, 'list');
    await follow(page, 'Lisää henkilö');
    await page.getByLabel('Henkilötunnus tai sähköpostiosoite').fill('010150U906A');
    await page.getByLabel('Viimeinen voimassaolopäivä').fill('30.2.2030');
    await press(page, 'Lisää luetteloon');
    await look('add-wrong');
    expect(await page.getByLabel('Henkilötunnus tai sähköpostiosoite').inputValue()).toBe('');
    await page.getByLabel('Henkilötunnus tai sähköpostiosoite').fill(code);
    await page.getByLabel('Viimeinen voimassaolopäivä').fill('31.12.2030');
    await page.getByLabel('Huomautus').fill('Asiakas 4711');
    await press(page, 'Lisää luetteloon');
    await arrive(/\/kanta-hame\?done=added$/, 'added');
    expect(await page.content()).not.toContain(code);

    await page.getByLabel('Hae', { exact: true }).fill('4711');
    await press(page, 'Hae luettelosta');
    await arrive(/\?find=/, 'found');
    expect(page.url()).not.toContain('4711');
    await follow(page, 'Asiakas 4711');
    await arrive(/\/entries\/[\w-]+$/, 'entry');
    await page.getByLabel('Huomautus').fill('Asiakas 4712');
    await press(page, 'Tallenna muutokset');
    await says(page, 'Muutokset on tallennettu.');
    await follow(page, 'Asiakas 4712');
    await press(page, 'Päätä voimassaolo nyt');
    await says(page, 'Voimassaolo on päätetty.');
    await follow(page, 'Päättyneet');
    await arrive(/shown=ended$/, 'ended');
    await follow(page, 'Asiakas 4712');
    await follow(page, 'Poista merkintä kokonaan');
    await arrive(/\/remove$/, 'remove');
    await press(page, 'Poista merkintä');
    await says(page, 'Merkintä on poistettu.');

    await follow(page, 'Tuo tiedostosta');
    await arrive(/\/import$/, 'import');
    const rows = ['sähköposti;huomautus', 'tuotu@oma.example;Tuotu', 'ei-osoite;Virhe'].join('\n');
    await page
      .getByLabel('CSV-tiedosto')
      .setInputFiles({ name: 'lista.csv', mimeType: 'text/csv', buffer: Buffer.from(rows) });
    await press(page, 'Tarkista tiedosto');
    await arrive(/\/import\/[\w-]+$/, 'report');
    await says(page, 'Rivi 3: ei kelpaa. Sähköpostiosoite on virheellinen.');
    await press(page, 'Tallenna luetteloon');
    await says(page, 'Muutokset on tallennettu luetteloon.');
    await look('imported');
    await follow(page, 'Siirry luetteloon');
    await says(page, 'Tuotu');
    const [download] = await Promise.all([page.waitForEvent('download'), follow(page, 'Lataa luettelo tiedostona')]);
    expect(download.suggestedFilename()).toBe('personal-assistance-kanta-hame.csv');
    await follow(page, 'Luettelot ja uloskirjautuminen');
    await press(page, 'Kirjaudu ulos');
    await arrive(/\/signed-out$/, 'signed-out');
  });

  test('in Swedish on a dark telephone without scripts; who is not of the staff gets one polite page', async () => {
    const phone = { viewport: { width: 360, height: 740 }, colorScheme: 'dark', javaScriptEnabled: false } as const;
    const watch = await open('staff-phone', phone);
    const { page, look } = watch;
    await signIn(watch);
    await page.goto(`${start()}/personal-assistance/kanta-hame/add?lang=sv`);
    await page.getByLabel('Personbeteckning eller e-postadress').fill('valtuuttamaton@oma.example');
    await press(page, 'Lägg till i förteckningen');
    await says(page, 'Personen har lagts till i förteckningen.');
    await look('list');
    await follow(page, 'valtuuttamaton@oma.example');
    await says(page, 'Avsluta giltigheten');
    await look('entry');
    await page.goto(`${start()}/personal-assistance/nowhere`);
    await says(page, 'Den här sidan är inte för dig');
    await look('not-yours');
  });
});
