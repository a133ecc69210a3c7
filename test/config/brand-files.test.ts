/** What a client file and the folder of statements may say of a client's looks and words, and what is refused. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { ownTextKeys } from '../../src/config/own-texts.ts';
import { createTexts } from '../../src/http/texts.ts';
import { developmentScratch, type Scratch } from './scratch.ts';

let scratch: Scratch;
beforeEach(async () => {
  scratch = await developmentScratch();
});
afterEach(() => scratch.remove());

const brandless = /^brand:[\s\S]*/m;
const say = (key: string, fi: string, sv = 'Hej', en = 'Hello') =>
  `texts:\n  ${key}:\n    fi: ${JSON.stringify(fi)}\n    sv: ${JSON.stringify(sv)}\n    en: ${JSON.stringify(en)}\n`;

test('a brand with everything is taken as it is', async () => {
  await scratch.write('config/clients/oima.svg', '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>');
  const logo = '{file: oima.svg, width: 120, height: 40, alt: {fi: Oima, sv: Oima, en: Oima}, plate: "#ffffff"}';
  const brand = `brand: {action: "#a85300", logo: ${logo}}\nmailFrom: {name: Oiman väki}\n`;
  await scratch.spoil('config/clients/oima.yaml', brandless, `${brand}${say('mail.greeting', 'Hei vaan,')}`);
  await scratch.write('config/statements/privacy.fi.md', '# Tietosuoja\n\nKaikki hyvin.\n');
  await scratch.write('config/statements/privacy.sv.md', '# Dataskydd\n\nAllt väl.\n');
  await scratch.write('config/statements/privacy.en.md', '# Privacy\n\n## All\n\nwell.\n');
  const { clients, statements } = await scratch.load();
  const oima = clients.find(({ id }) => id === 'oima');
  expect(oima?.theme.plate).toBe('#ffffff');
  expect(oima?.mailFrom?.name).toEqual({ fi: 'Oiman väki', sv: 'Oiman väki', en: 'Oiman väki' });
  expect(oima?.texts['mail.greeting']?.fi).toBe('Hei vaan,');
  expect(statements.all.privacy?.en).toEqual({ title: 'Privacy', markdown: '## All\n\nwell.' });
});

test.each([
  [
    'an orange that nobody can read',
    'brand: {action: "#f28c00"}',
    /oima\.yaml:\d+: brand\.action: found "#f28c00", expected a darker colour: link on the card \(light\) 2\.46, 4\.5 or more/,
  ],
  [
    'a text that may not be changed',
    say('mail.never-ask', 'Kerro salasanasi'),
    /texts\.mail\.never-ask: found an unknown key/,
  ],
  ['a text that is no text', say('no.such', 'x'), /texts\.no\.such: found an unknown key/],
  [
    'a text without what is filled in',
    say('sign-up.title', 'Tervetuloa', '{service}', '{service}'),
    /texts\.sign-up\.title\.fi: found "Tervetuloa", expected a text that has \{service\} in it/,
  ],
  [
    'a text that fills in something else',
    say('mail.greeting', 'Hei {email}'),
    /texts\.mail\.greeting\.fi: .*nothing to fill in/,
  ],
  ['markup', say('mail.greeting', '<b>Hei</b>'), /texts\.mail\.greeting\.fi: .*without markup/],
  [
    'an address to be sent to',
    say('mail.greeting', 'https://evil.example'),
    /texts\.mail\.greeting\.fi: .*without addresses/,
  ],
  ['a text in two languages', 'texts: {mail.greeting: {fi: Hei, sv: Hej}}', /texts\.mail\.greeting\.en: found nothing/],
  [
    'a text that no page can hold',
    say('welcome.body', 'a'.repeat(401)),
    /texts\.welcome\.body\.fi: .*at most 400 characters/,
  ],
  [
    'a sender’s name with a line of its own',
    'mailFrom: {name: "Oima\\r\\nBcc: x@evil.example"}',
    /mailFrom\.name: .*one line/,
  ],
])('%s is refused, at its place', async (_what, yaml, told) => {
  await scratch.spoil('config/clients/oima.yaml', brandless, `${yaml}\n`);
  expect(await scratch.faults()).toMatch(told);
});

test.each(['Oima-', '-Oima', 'Oima  Palkka', '<b>Oima</b>', 'O'.repeat(61)])(
  'a service cannot be named %s',
  async (name) => {
    await scratch.spoil('config/clients/oima.yaml', 'name: Oima', `name: ${JSON.stringify(name)}`);
    expect(await scratch.faults()).toMatch(/oima\.yaml:\d+: name: .*a name in one line of at most 60 characters/);
  },
);

test('a statement is there in all languages, has a title and a text, and belongs to somebody', async () => {
  await scratch.write('config/statements/privacy.fi.md', 'Ilman otsikkoa');
  await scratch.write('config/statements/oima/cookies.fi.md', '# Otsikko\n');
  await scratch.write('config/statements/nobody/cookies.fi.md', '# A\n\nb');
  await scratch.write('config/statements/imprint.fi.md', '# A\n\nb');
  const faults = await scratch.faults();
  for (const told of [
    'config/statements: privacy: found no sv, no en, expected fi, sv, en',
    'config/statements/privacy.fi.md:1: found a text without a title',
    'config/statements/oima/cookies.fi.md:1: found a title without a text',
    'config/statements/nobody: found a folder that is no client’s, expected kuitti, oima, oima-apu',
    'config/statements/imprint.fi.md:1: found another file name',
  ])
    expect(faults).toContain(told);
});

test('every text that may be changed is one of ours, with nothing in it but its parameters', () => {
  const texts = createTexts((_locale, what) => what);
  for (const key of ownTextKeys)
    expect([key, texts.t('fi', key, { service: 'Oima', contact: 'x' })]).not.toContain('{a}');
});
