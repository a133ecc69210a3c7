/** Changed terms in their grace, as people meet them: in three languages, wide, narrow and dark. */
import { expect, test } from '@jest/globals';
import type { BrowserContextOptions } from 'playwright-core';
import { dayAfter, dayOf } from '../../src/finnish-day.ts';
import { type Locale, localeNames } from '../../src/http/locale.ts';
import { describeInWorld } from '../support/browser/in-world.ts';
import { labels } from '../support/browser/labels.ts';
import { follow, press } from '../support/browser/walk.ts';
import { type OwnConfig, ownConfig } from '../support/own-config.ts';
import { publishTerms } from '../support/publish-terms.ts';
import { authorization, goodPassword, noListener } from '../support/stories.ts';

const words: Record<Locale, Record<'changed' | 'later' | 'no' | 'declined' | 'back', string>> = {
  fi: {
    changed: 'Käyttöehdot ovat muuttuneet',
    later: 'Päätän myöhemmin',
    no: 'En hyväksy',
    declined: 'Et hyväksynyt käyttöehtoja',
    back: 'Takaisin',
  },
  sv: {
    changed: 'Användarvillkoren har ändrats',
    later: 'Jag bestämmer senare',
    no: 'Jag godkänner inte',
    declined: 'Du godkände inte användarvillkoren',
    back: 'Tillbaka',
  },
  en: {
    changed: 'The terms of use have changed',
    later: 'I will decide later',
    no: 'I do not accept',
    declined: 'You did not accept the terms of use',
    back: 'Back',
  },
};

const today = dayOf(Date.now());
let config: OwnConfig;

/** Two versions that Aino has not seen: so the page tells both changes, each under its own name. */
async function withChangedTerms(): Promise<NodeJS.ProcessEnv> {
  config = await ownConfig();
  const summary = 'summary: |\n  Kaksi kohtaa:\n\n  - tilin jakaminen\n  - ehtojen päättyminen';
  const lately = dayOf(Date.now() - 3 * 86_400_000);
  const minor = `date: ${lately}\nchange: minor\nsummary: Osoite on uusi.`;
  await publishTerms(config.dir, 'oima', { version: '2026-10', front: minor, words: 'Osoite.' });
  const front = `date: ${today}\ngraceUntil: ${dayAfter(dayAfter(today))}\n${summary}`;
  await publishTerms(config.dir, 'oima', { version: '2026-11', front, words: 'Tiliä ei jaeta.' });
  return config.env;
}

describeInWorld(
  'changed terms in a browser',
  ({ at, open }) => {
    test.each([
      ['fi', {}],
      ['sv', { viewport: { width: 360, height: 740 } }],
      ['en', { colorScheme: 'dark' }],
    ] as const)('%s: what changed, no, back, later', async (locale, options: BrowserContextOptions) => {
      const { page, look, arrive } = await open(`terms-${locale}`, options);
      const [say, word] = [labels[locale], words[locale]];
      const issuer = at().avain.origin;
      await page.goto(authorization({ issuer, addresses: at(), dataDir: '' }).url.href);
      if (locale !== 'fi') await follow(page, localeNames[locale]);
      await page.getByLabel(say.email, { exact: true }).fill('aino@oma.example');
      await press(page, say.next);
      await page.getByLabel(say.password, { exact: true }).fill(goodPassword);
      await press(page, say.signIn);
      await arrive(/\/terms$/, 'changed');
      expect(await page.locator('h1').innerText()).toBe(word.changed);
      expect(await page.locator('h3').first().innerText()).toContain('2026-10');
      await press(page, word.no);
      await page.getByRole('heading', { name: word.declined }).waitFor();
      await look('declined');
      await press(page, word.back);
      await page.getByRole('heading', { name: word.changed }).waitFor();
      const toClient = page.waitForRequest((request) => request.url().startsWith(noListener));
      await press(page, word.later);
      const { searchParams } = new URL((await toClient).url());
      expect([searchParams.get('error'), searchParams.has('code')]).toEqual([null, true]);
    });
  },
  { kind: 'service', env: withChangedTerms },
);
