import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { developmentScratch, type Scratch } from './scratch.ts';

let scratch: Scratch;
beforeEach(async () => {
  scratch = await developmentScratch();
});
afterEach(() => scratch.remove());

type Row = readonly [what: string, file: string, from: string | RegExp, to: string, fault: string | RegExp];

const avain = 'config/avain.yaml';
const oima = 'config/clients/oima.yaml';
const apu = 'config/clients/oima-apu.yaml';
const kuitti = 'config/clients/kuitti.yaml';

const rows: readonly Row[] = [
  [
    'an unknown key',
    avain,
    'trustedHops: 0',
    'trustedHop: 0',
    /avain\.yaml:30: proxy\.trustedHop: found an unknown key, expected only keys that the schema knows$/,
  ],
  ['an unknown key at the top', avain, 'dataDir:', 'dataDirectory:', /dataDirectory: found an unknown key/],
  [
    'text for a number',
    avain,
    'port: 3525 ',
    'port: smtp ',
    /avain\.yaml:\d+: mail\.smtp\.port: found "smtp", expected a number$/,
  ],
  [
    'a broken number',
    avain,
    'trustedHops: 0',
    'trustedHops: 1.5',
    /proxy\.trustedHops: found 1\.5, expected a whole number$/,
  ],
  ['too small', avain, 'passes: 2', 'passes: 0', /passwords\.argon2\.passes: found 0, expected at least 1$/],
  ['too big', avain, 'rate: 0.05 ', 'rate: 5 ', /stepUp\.rate: found 5, expected at most 1$/],
  [
    'no such choice',
    avain,
    'first: always',
    'first: sometimes',
    /stepUp\.first: found "sometimes", expected one of always, never$/,
  ],
  [
    'no profile of ours',
    avain,
    'profile: development',
    'profile: demo',
    /avain\.yaml:10: profile: found "demo", expected one of development, production/,
  ],
  ['a key left out', avain, /^issuer:.*$/m, '', /issuer: found nothing, expected text$/],
  [
    'an issuer with a path',
    avain,
    'issuer: http://localhost:3000',
    'issuer: http://localhost:3000/',
    /issuer: found "http:\/\/localhost:3000\/", expected an origin/,
  ],
  [
    'an issuer in clear',
    avain,
    'issuer: http://localhost:3000',
    'issuer: http://id.example',
    /issuer: .*expected an origin: https/,
  ],
  [
    'an e-mail address',
    avain,
    'address: avain@oma.example',
    'address: avain',
    /mail\.from\.address: found "avain", expected an e-mail address$/,
  ],
  [
    'a group for a text',
    avain,
    'name: Oma Palvelut',
    'name: { fi: Oma }',
    /operator\.name: found a group of keys, expected text$/,
  ],
  [
    'a mail user without a password',
    avain,
    '# user: avain ',
    'user: avain #',
    /mail\.smtp\.user: found "avain", expected both user and passwordFile, or neither$/,
  ],
  [
    'a broker fault',
    avain,
    'dialect: oid',
    'dialect: telia',
    /avain\.yaml:\d+: brokers\.demotunnistus\.dialect: found "telia", expected one of oid, plain$/,
  ],
  [
    'an unknown broker key',
    avain,
    'dialect: oid',
    'dialekt: oid',
    /brokers\.demotunnistus\.dialekt: found an unknown key/,
  ],
  [
    'no YAML',
    avain,
    'mail:',
    'mail: [',
    /avain\.yaml:\d+: found [A-Z_]+, expected well-formed YAML 1\.2, each key once/,
  ],
  [
    'a key twice',
    avain,
    'profile: development',
    'profile: development\nprofile: production',
    /avain\.yaml:11: found DUPLICATE_KEY/,
  ],
  ['an unknown client key', oima, 'listed: true', 'listd: true', /oima\.yaml:18: listd: found an unknown key/],
  [
    'a wildcard',
    oima,
    '3200/callback',
    '3200/*',
    /oima\.yaml:9: redirectUris\.0: found "http:\/\/localhost:3200\/\*", expected an absolute https URL/,
  ],
  ['a fragment', oima, '3200/callback', '3200/#callback', /redirectUris\.0: .*expected an absolute https URL/],
  [
    'http outside this machine',
    oima,
    'localhost:3200/callback',
    'oima.fi/callback',
    /redirectUris\.0: .*expected an absolute https URL/,
  ],
  ['no redirect', oima, /^redirectUris:.*$/m, '', /redirectUris: found nothing, expected one address or more$/],
  [
    'no start',
    oima,
    /^startUrl:.*$/m,
    '',
    /startUrl: found nothing, expected the address where a person starts again \(or initiateLoginUri\)$/,
  ],
  [
    'http to start a login',
    oima,
    'listed: true',
    'initiateLoginUri: http://localhost:3200/login',
    /initiateLoginUri: .*expected an absolute https URL/,
  ],
  [
    'a scope',
    oima,
    'birthdate',
    'birthday',
    /oima\.yaml:15: scopes\.3: found "birthday", expected one of openid, email/,
  ],
  [
    'one language missing',
    apu,
    '  sv: Oima personlig assistans\n',
    '',
    /oima-apu\.yaml:3: name\.sv: found nothing, expected text$/,
  ],
  [
    'a name that is a list',
    oima,
    'name: Oima',
    'name: [Oima]',
    /name: found a list, expected text, or a group of keys$/,
  ],
  [
    'no such terms',
    oima,
    'terms: oima',
    'terms: omia',
    /oima\.yaml:17: terms: found "omia", expected a folder below terms\/: kuitti, oima$/,
  ],
  [
    'no such roster',
    apu,
    'id: personal-assistance',
    'id: assistance',
    /roster\.id: found "assistance", expected a file below rosters\/: personal-assistance$/,
  ],
  [
    'a roster without identification',
    apu,
    'listed: true',
    'stepUp: { first: never }',
    /stepUp\.first: found "never", expected always, as a roster may have identity codes$/,
  ],
  [
    'an action nobody can read',
    oima,
    "'#a85300'",
    "'#f28c00'",
    /brand\.action: found "#f28c00", expected a darker colour: link on the card \(light\) 2\.46, 4\.5 or more is needed; /,
  ],
  ['a colour', oima, "'#a85300'", 'orange', /brand\.action: found "orange", expected a colour as #rrggbb$/],
  [
    'a logo that is not there',
    oima,
    'brand:',
    'brand:\n  logo: { file: no.svg, width: 10, height: 10, plate: "#ffffff", alt: { fi: a, sv: a, en: a } }',
    /brand\.logo\.file: found "no\.svg", expected a file that exists/,
  ],
  [
    'a logo lost in the dark',
    oima,
    'brand:',
    'brand:\n  logo: { file: no.svg, width: 10, height: 10, alt: { fi: a, sv: a, en: a } }',
    /brand\.logo\.plate: found nothing, expected a plate colour or a darkFile/,
  ],
  [
    'a public client with a secret',
    kuitti,
    'listed: true',
    'clientSecretFile: a-file',
    /clientSecretFile: found text, expected nothing: a public client has no secret/,
  ],
  [
    'a public client for itself',
    kuitti,
    'listed: true',
    'clientCredentials: true',
    /clientCredentials: found true, expected false/,
  ],
  [
    'private_key_jwt without keys',
    oima,
    'listed: true',
    'authMethod: private_key_jwt',
    /authMethod: found "private_key_jwt", expected jwks or jwksUri/,
  ],
  [
    'a private key in jwks',
    oima,
    'listed: true',
    'jwks: { keys: [{ kty: RSA, n: a, e: AQAB, d: TOPSECRET }] }',
    /jwks\.keys\.0\.d: found text, expected/,
  ],
  [
    'a code released without a reason',
    oima,
    'listed: true',
    'nationalId: { release: true }',
    /nationalId\.legalBasis: found nothing, expected the legal basis/,
  ],
  [
    'a code asked without release',
    oima,
    'age_over_18',
    'national_id',
    /nationalId\.release: found nothing, expected true together with the scope national_id/,
  ],
  [
    'roles asked without saying which',
    oima,
    'age_over_18',
    'roles',
    /claims\.roles: found nothing, expected beginnings of names together with the scope roles, nothing without/,
  ],
  [
    'groups that no scope asks for',
    oima,
    'listed: true',
    "claims: { groups: ['hame'] }",
    /claims\.groups: found a list, expected beginnings of names together with the scope groups/,
  ],
  [
    'a county without a roster',
    oima,
    'age_over_18',
    'county',
    /roster: found nothing, expected a roster, whose counties the scope county tells/,
  ],
  [
    'a third party among the first',
    kuitti,
    'listed: true',
    'sector: first-party',
    /sector: found "first-party", expected a sector of its own/,
  ],
  [
    'a language it does not speak',
    oima,
    'listed: true',
    'languages: [fi, sv]\ndefaultLocale: en',
    /defaultLocale: found "en", expected one of languages: fi, sv$/,
  ],
  [
    'links in one language only',
    oima,
    'listed: true',
    'links: { fi: { home: https://oima.fi } }',
    /links\.sv: found nothing, expected a group of keys$/,
  ],
  [
    'a roster header',
    'config/rosters/kanta-hame.csv',
    'roster,kind',
    'name,kind',
    /kanta-hame\.csv:11: found another header, expected roster,kind,value,valid_from,valid_to$/m,
  ],
  [
    'a county that the roster does not have',
    'config/rosters/personal-assistance.yaml',
    'kanta-hame:',
    'paijat-hame:',
    /kanta-hame\.csv:12: roster: found another name, expected a roster of this county: there is none$/m,
  ],
  [
    'a member of staff without an address',
    'config/rosters/personal-assistance.yaml',
    '- kunta@oma.example',
    '- Kunnan työntekijä',
    /personal-assistance\.yaml:15: counties\.kanta-hame\.staff\.0: found "Kunnan työntekijä", expected an e-mail address$/m,
  ],
  [
    'an unknown key of a roster',
    'config/rosters/personal-assistance.yaml',
    'staff:',
    'people:',
    /personal-assistance\.yaml:14: counties\.kanta-hame\.people: found an unknown key/m,
  ],
  [
    'somebody twice in a file',
    'config/rosters/kanta-hame.csv',
    '131189Y902A',
    '290200a901c',
    /kanta-hame\.csv:13: value: found somebody of a line above, expected each person once in a roster$/m,
  ],
  [
    'terms of another version',
    'config/terms/oima/2024-01.sv.md',
    'version: 2024-01',
    'version: 2023-01',
    /terms\/oima\/2024-01\.sv\.md:2: version: found 2023-01, expected 2024-01, as the file is named$/m,
  ],
];

test.each(rows)('%s is a fault with its place', async (_, file, from, to, fault) => {
  await scratch.spoil(file, from, to);
  const lines = (await scratch.faults()).split('\n');
  expect(lines).toContainEqual(expect.stringMatching(fault));
});

test('all faults of all files are told at once, and nothing is written', async () => {
  await scratch.spoil(avain, 'passes: 2', 'passes: 0');
  await scratch.spoil(avain, 'trustedHops', 'hops');
  await scratch.spoil(oima, "'#a85300'", 'orange');
  await scratch.spoil(kuitti, 'party: third', 'party: second');
  await scratch.write('config/clients/Bad Name.yaml', 'name: x\n');
  const faults = await scratch.faults({ AVAIN_LOG_LEVEL: 'loud' });
  for (const key of [
    'passwords.argon2.passes',
    'proxy.hops',
    'brand.action',
    'party',
    'AVAIN_LOG_LEVEL',
    'Bad Name.yaml',
  ]) {
    expect(faults).toContain(key);
  }
  await expect(access(join(scratch.root, 'data'))).rejects.toThrow('ENOENT');
});

test("another server's password is asked of its owner, and never made here", async () => {
  await scratch.spoil(
    avain,
    'host: localhost        #',
    'user: avain\n    passwordFile: nowhere\n    host: localhost #',
  );
  expect(await scratch.faults()).toMatch(/no readable file .*nowhere, expected the password in a file of mode 0600$/);
  await expect(access(join(scratch.root, 'nowhere'))).rejects.toThrow('ENOENT');
});

describe('what a fault may say', () => {
  test('never the value of what looks like a secret', async () => {
    await scratch.spoil(avain, 'host: localhost        #', 'password: CANARY-1\n    host: [a]\n    #');
    await scratch.spoil(oima, 'listed: true', 'clientSecret: CANARY-2\njwksUri: https://user:CANARY-3@host.example/');
    await scratch.spoil(oima, 'offlineAccess: true', 'offlineAccess: true\nclientSecretFile: 4');
    const faults = await scratch.faults({ AVAIN_ISSUER: 'https://user:CANARY-4@id.example' });
    expect(faults).toContain('clientSecret: found an unknown key');
    expect(faults).toContain('jwksUri: found text');
    expect(faults).not.toContain('CANARY');
  });

  test('never a line of a broken file', async () => {
    await scratch.spoil(oima, 'listed: true', 'clientSecret: "CANARY');
    expect(await scratch.faults()).not.toContain('CANARY');
  });

  test('never a person of a roster', async () => {
    await scratch.spoil('config/rosters/kanta-hame.csv', '290200A901C', '290200A901CX');
    const faults = await scratch.faults();
    expect(faults).toContain('kanta-hame.csv:12: value: found something else, expected an identity code');
    expect(faults).not.toContain('290200A901');
  });
});
