/** The eleven steps from the portal's link to the portal's page, in every language and look, watched all the way. */
import { expect, test } from '@jest/globals';
import type { BrowserContextOptions } from 'playwright-core';
import type { Locale } from '../../src/http/locale.ts';
import { describeInWorld } from '../support/browser/in-world.ts';
import { activate, climb, inventedCode, signUp, type Walk, type WalkPerson } from '../support/browser/walk.ts';

const uusi: WalkPerson = {
  email: 'uusi@oma.example',
  name: 'Ursula Uusitalo',
  identityCode: '010190-999W',
  listed: true,
};
const someone = (key: string, individual: number): WalkPerson => ({
  email: `${key}@oma.example`,
  name: `Keksitty ${key[0]?.toUpperCase()}${key.slice(1)}`,
  identityCode: inventedCode(1957, individual),
});

const looks: readonly [string, Locale, BrowserContextOptions, WalkPerson][] = [
  ['fi', 'fi', {}, uusi],
  ['sv', 'sv', {}, someone('svea', 901)],
  ['en', 'en', {}, someone('emma', 902)],
  ['fi-no-scripts', 'fi', { javaScriptEnabled: false }, someone('ilman', 903)],
  ['fi-320', 'fi', { viewport: { width: 320, height: 640 }, hasTouch: true }, someone('kapea', 904)],
  ['sv-dark', 'sv', { colorScheme: 'dark' }, someone('en-lang-adress-som-inte-ryms-pa-en-rad', 905)],
  ['fi-forced-colors', 'fi', { forcedColors: 'active' }, someone('kontrasti', 906)],
];

describeInWorld('a new user in a browser', ({ at, open }) => {
  test.each(looks)(
    'gets from the portal and back, signed in: %s',
    async (pictures, locale, options, person) => {
      const walk: Walk = { at: at(), locale, person, watch: await open(pictures, options) };
      await signUp(walk);
      await activate(walk);
      const { claims, userinfo } = await climb(walk);
      expect(claims).toMatchObject({
        acr: 'http://ftn.ficora.fi/2017/loatest2',
        amr: ['pwd', 'ftn_bank', 'mfa'],
      });
      expect(userinfo).toMatchObject({ email: person.email, name: person.name });
    },
    180_000,
  );

  test('the mail opened on another device: that one goes on, the tab that asked is only told', async () => {
    const desktop = await open('en-first-device');
    const phone = await open('en-other-device', { viewport: { width: 360, height: 740 }, colorScheme: 'dark' });
    const person = someone('kaukana', 907);
    const walk: Walk = { at: at(), locale: 'en', person, watch: desktop, otherDevice: phone };
    await signUp(walk);
    await activate(walk);
    await desktop.page.getByText('The link has been opened.').waitFor();
    await desktop.look('link-sent-told');
    const { claims } = await climb(walk);
    expect(claims.amr).toEqual(['pwd', 'email_otp', 'ftn_bank', 'mfa']);
    await desktop.page.getByRole('button', { name: 'I have opened the link' }).click();
    await desktop.arrive(/\/sign-in$/, 'sign-in-activated-elsewhere');
    expect(await desktop.page.getByLabel('Email', { exact: true }).inputValue()).toBe(person.email);
  }, 180_000);
});
