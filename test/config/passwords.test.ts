/** What the configuration may say of passwords, and of the earlier system that knows them. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { passwordDemands, policyOf } from '../../src/accounts/password-policy.ts';
import { block, coded, table } from '../docs/pages.ts';
import { developmentScratch, productionScratch, type Scratch } from './scratch.ts';

const avain = 'config/avain.yaml';
let scratch: Scratch;
afterEach(() => scratch.remove());

describe('the development configuration', () => {
  beforeEach(async () => {
    scratch = await developmentScratch();
  });

  const passwords = (line: string) => scratch.spoil(avain, '  profile: mission', `  ${line}`);
  const lazily = (keys: string) => scratch.spoil(avain, /^lives:|^# lives:/m, `lazyMigration: { ${keys} }\n# lives:`);

  test('may say its own rules; what it leaves out is as strict as in the profiles', async () => {
    await passwords('profile: custom\n  custom: { minLength: 12, classes: [digit] }');
    const config = await scratch.load();
    const policy = policyOf(config.passwords);
    expect(policy).toEqual({
      minLength: 12,
      minLengthWithSecondFactor: 12,
      classes: ['digit'],
      blocklist: true,
      personalWords: true,
      minScore: 2,
    });
    const asked = { clientMinLength: null, hasSecondFactor: true, breachedKnown: false };
    const { rules } = passwordDemands(policy, asked);
    expect(rules.map(({ fault }) => fault)).toEqual(['too-short', 'digit', 'personal', 'common']);
  });

  test('resolves the folder of breached passwords beside itself', async () => {
    await passwords('profile: nist\n  breachedDirectory: ../pwned');
    await scratch.write('pwned/0018A.txt', '');
    expect((await scratch.load()).passwords).toMatchObject({
      breachedDirectory: join(scratch.root, 'pwned'),
      breachedMinCount: 1,
    });
  });

  test('takes the earlier system that migration.md shows, with the defaults that its table tells', async () => {
    const shown = block('docs/migration.md', 'yaml lazy').replace(/^ {2}secretFile: .*\n/m, '');
    await scratch.spoil(avain, /$/, `\n${shown}`);
    const { lazyMigration } = await scratch.load();
    const told = table('docs/migration.md', 'key', '## One by one: an earlier system that answers');
    expect(told.map(([key = '']) => coded(key)[0])).toEqual(Object.keys(lazyMigration ?? {}));
    const { timeoutMs, maxConcurrent } = lazyMigration ?? {};
    expect(told.slice(3).map(([, value]) => Number(value))).toEqual([timeoutMs, maxConcurrent]);
  });

  test('names the earlier system, and makes the secret shared with it', async () => {
    await lazily('url: http://localhost:3200/password, source: old');
    const { lazyMigration, secrets } = await scratch.load();
    expect(lazyMigration).toEqual({
      url: 'http://localhost:3200/password',
      source: 'old',
      secretFile: null,
      timeoutMs: 1_000,
      maxConcurrent: 8,
    });
    expect(secrets.lazyMigration?.reveal()).toMatch(/^dev_.{32}/);
  });

  test.each<[what: string, line: string, fault: RegExp]>([
    ['a custom profile without rules', 'profile: custom', /passwords\.custom: found nothing, expected the rules of/],
    [
      'rules beside another profile',
      'profile: nist\n  custom: { minLength: 12 }',
      /passwords\.custom: found a group of keys, expected the rules of profile custom, and nothing beside/,
    ],
    [
      'rules too short for anybody',
      'profile: custom\n  custom: { minLength: 7 }',
      /passwords\.custom\.minLength: found 7, expected at least 8$/,
    ],
    [
      'more than everybody can be asked',
      'profile: custom\n  custom: { minLength: 65 }',
      /passwords\.custom\.minLength: found 65, expected at most 64$/,
    ],
    [
      'a folder that is not there',
      'profile: mission\n  breachedDirectory: nowhere',
      /^config\/avain\.yaml:\d+: passwords\.breachedDirectory: found no folder .*config\/nowhere, expected a folder with/,
    ],
    [
      'a folder of something else',
      'profile: mission\n  breachedDirectory: clients',
      /passwords\.breachedDirectory: found no such file in .*config\/clients, expected .* five hex digits/,
    ],
    [
      'a file for a folder',
      'profile: mission\n  breachedDirectory: avain.yaml',
      /passwords\.breachedDirectory: found .*avain\.yaml, which cannot be read \(ENOTDIR\), expected a folder/,
    ],
  ])('refuses %s', async (_what, line, fault) => {
    await passwords(line);
    expect(await scratch.faults()).toMatch(new RegExp(fault.source.replace(/^\^/, '^ *'), 'm'));
  });

  test.each(['http://localhost:3999/password', 'https://10.0.0.7/password', 'https://[fd00::7]:8443/password'])(
    'refuses to ask %s, which is private, until outgoing.allow has it',
    async (url) => {
      await lazily(`url: '${url}', source: old`);
      const { origin } = new URL(url);
      expect(await scratch.faults()).toMatch(
        /lazyMigration\.url: found .*, expected a public address, or http.* in outgoing/,
      );
      await scratch.spoil(avain, '  allow:\n', `  allow:\n    - ${origin}\n`);
      expect((await scratch.load()).lazyMigration?.url).toBe(url);
    },
  );
});

describe('production', () => {
  beforeEach(async () => {
    scratch = await productionScratch();
    await mkdir(join(scratch.root, 'data'), { recursive: true });
  });

  test('asks over https only, and with a secret that somebody made', async () => {
    await scratch.spoil(
      avain,
      'dataDir:',
      'lazyMigration: { url: "http://localhost:4000/ask", source: old, secretFile: ../keys/lazy }\ndataDir:',
    );
    const faults = await scratch.faults();
    expect(faults).toContain('lazyMigration.url: found "http://localhost:4000/ask", expected an https address');
    expect(faults).toMatch(/lazyMigration\.secretFile: found no readable file .*keys\/lazy/);
    await scratch.spoil(avain, 'http://localhost:4000/ask', 'https://old.palkka.fi/ask');
    await scratch.write('keys/lazy', 'abcdefghijklmnopqrstuvwxyz0123456789', 0o600);
    expect((await scratch.load()).secrets.lazyMigration?.reveal()).toHaveLength(36);
  });
});
