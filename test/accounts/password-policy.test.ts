import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createBlocklist } from '../../src/accounts/blocklist.ts';
import {
  characterClasses,
  isTooShort,
  judgePassword,
  type PasswordFault,
  type PasswordPolicy,
  passwordDemands,
  passwordProfiles,
  passwordRulesAttribute,
  policyOf,
} from '../../src/accounts/password-policy.ts';
import { hasPersonalWord } from '../../src/accounts/personal-words.ts';

const nowhere = { clientMinLength: null, hasSecondFactor: false, breachedKnown: false };
const never = { personal: () => false, common: () => false, breached: () => false };
const mission = passwordDemands(passwordProfiles.mission, nowhere);
const nist = passwordDemands(passwordProfiles.nist, nowhere);
const faultsOf = (password: string, demands = mission) => judgePassword(demands, password, never);

describe('mission', () => {
  test.each<[string, PasswordFault[]]>([
    ['Kesämökki#2024', []],
    ['salasana1', ['upper', 'special']],
    ['', ['too-short', 'upper', 'lower', 'digit', 'special']],
    ['Aa1!Aa1', ['too-short']],
    ['Aa1!Aa1!', []],
    ['Ääkköset 1', []],
    ['ΩΩΩωωω٣٣_', []],
    ['AAAAAAA1!', ['lower']],
    ['Aaaaaaaa!', ['digit']],
    ['Aaaaaaaa1', ['special']],
    ['Aa1 Aa1 Aa1', []],
    ['𝔘a1!𝔘a1', ['too-short']],
  ])('%j → %j', async (password, faults) => {
    expect(await faultsOf(password)).toEqual(faults);
  });

  test('length is counted in code points after NFC: 8 decomposed ones may be 7', async () => {
    expect(await faultsOf('Aa1!aaä'.normalize('NFD'))).toEqual(['too-short']);
    expect(await faultsOf('Aa1!aaaä'.normalize('NFD'))).toEqual([]);
    expect(await faultsOf(`Aa1!${'😀'.repeat(124)}`)).toEqual([]);
    expect(await faultsOf(`Aa1!${'😀'.repeat(125)}`)).toEqual(['too-long']);
  });

  test('composed or decomposed, the verdict is the same', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 40 }), async (password) => {
        expect(await faultsOf(password.normalize('NFD'))).toEqual(await faultsOf(password.normalize('NFC')));
      }),
    );
  });
});

describe('how long', () => {
  const minOf = (profile: 'mission' | 'nist', hasSecondFactor: boolean, clientMinLength: number | null) =>
    passwordDemands(passwordProfiles[profile], { ...nowhere, hasSecondFactor, clientMinLength }).minLength;

  test('nist: fifteen of anything, or eight where a second factor is always asked', async () => {
    expect(await faultsOf('kolme pientä p', nist)).toEqual(['too-short']);
    expect(await faultsOf('kolme pientä po', nist)).toEqual([]);
    expect(minOf('nist', true, null)).toBe(8);
    expect(minOf('mission', true, null)).toBe(8);
  });

  test('a client may demand more, never less', () => {
    expect(minOf('mission', false, 12)).toBe(12);
    expect(minOf('nist', false, 12)).toBe(15);
    expect(minOf('nist', true, 12)).toBe(12);
  });

  test('what was long enough once is looked at again, by length alone', () => {
    const twelve = passwordDemands(passwordProfiles.mission, { ...nowhere, clientMinLength: 12 });
    expect(isTooShort(twelve, 'eleven char')).toBe(true);
    expect(isTooShort(twelve, 'no classes at all')).toBe(false);
  });
});

describe('personal words', () => {
  const aino = { email: 'Aino.V+oima@oma.example', serviceName: 'Oima', names: ['Aino-Maria Virtanen'] };

  test.each([
    ['xx!1aIno.v+OIMAxx', 'the local part, whatever the case'],
    ['Xaino.v!1234', 'the part before the plus'],
    ['9!OIMApalvelu', 'the service'],
    ['9!Virtanen99', 'a name'],
    ['9!mariaMaria', 'half of a double name'],
  ])('%s holds %s', (password) => {
    expect(hasPersonalWord(password, aino)).toBe(true);
  });

  test('words shorter than three letters do not count', () => {
    const short = { email: 'xq@oma.example', serviceName: 'Oima', names: ['Bo Ek'] };
    expect(hasPersonalWord('xqXQ12!!bo-ek', short)).toBe(false);
    expect(hasPersonalWord('Xqz12!!abc', { ...short, email: 'xqz@oma.example' })).toBe(true);
  });
});

describe('blocklist', () => {
  const blocklist = createBlocklist();
  const isCommon = (password: string) => blocklist.isListed(password) || blocklist.score(password) < 2;

  test.each([
    'Salasana1!',
    'Passw0rd!',
    'salasana1',
    'P@ssw0rd123!',
    'Qwerty123!',
    '!!1Kissa1!!',
    'ÄITI2024!',
    'Aaaaaaa1!',
    'Abcdefg1!',
  ])('%s is common', (password) => {
    expect(isCommon(password)).toBe(true);
  });

  test.each(['Kesämökki#2024', 'Xk9#mQ2vL', 'Vihreä-Tuoli-37-laulaa'])('%s is not', (password) => {
    expect(isCommon(password)).toBe(false);
  });

  test('a repeated block is common however long it is', () => {
    expect(isCommon('Ab1!'.repeat(32))).toBe(true);
  });
});

describe('page, messages, managers and judge say the same', () => {
  const custom = fc.record({
    minLength: fc.integer({ min: 8, max: 64 }),
    minLengthWithSecondFactor: fc.integer({ min: 8, max: 64 }),
    classes: fc.subarray([...characterClasses]),
    blocklist: fc.boolean(),
    personalWords: fc.boolean(),
    minScore: fc.integer({ min: 0, max: 4 }),
  });
  const configured = fc.oneof(
    fc.constantFrom({ profile: 'mission', custom: null } as const, { profile: 'nist', custom: null } as const),
    custom.map((policy: PasswordPolicy) => ({ profile: 'custom', custom: policy }) as const),
  );
  const asked = fc.record({
    clientMinLength: fc.option(fc.integer({ min: 8, max: 64 })),
    hasSecondFactor: fc.boolean(),
    breachedKnown: fc.boolean(),
  });
  const situation = fc.tuple(configured, asked).map(([choice, by]) => passwordDemands(policyOf(choice), by));

  test('what the page ticks is what the judge lets pass, for every profile', async () => {
    await fc.assert(
      fc.asyncProperty(situation, fc.string({ unit: 'grapheme', maxLength: 80 }), async (demands, typed) => {
        const password = typed.normalize('NFC');
        // As the script does it, with nothing but what the page carries.
        const unticked = demands.rules.filter(({ pattern }) => pattern && !new RegExp(pattern, 'u').test(password));
        expect(await faultsOf(typed, demands)).toEqual(unticked.map(({ fault }) => fault));
      }),
    );
  });

  test('what only the server can tell is listed exactly where it is judged', async () => {
    const always = { personal: () => true, common: () => true, breached: async () => true };
    await fc.assert(
      fc.asyncProperty(situation, async (demands) => {
        const good = `Aa1!${'x'.repeat(60)}`;
        const listed = demands.rules.filter(({ pattern }) => pattern === null).map(({ fault }) => fault);
        expect(await judgePassword(demands, good, always)).toEqual(listed);
        expect(await judgePassword(demands, good, never)).toEqual([]);
      }),
    );
  });

  test('each rule has its line on the page and its message', () => {
    const all = passwordDemands(passwordProfiles.mission, { ...nowhere, breachedKnown: true });
    expect(all.rules).toHaveLength(8);
    const fi = JSON.parse(readFileSync(join(import.meta.dirname, '../../views/texts/fi.json'), 'utf8')) as object;
    for (const { fault } of all.rules) {
      expect(fi).toHaveProperty([`new-password.rule-${fault}`]);
      expect(fi).toHaveProperty([`error.password-${fault}`]);
    }
    expect(fi).toHaveProperty(['error.password-too-long']);
  });

  test('a password made by the hint of the page is of the demanded form', async () => {
    const samples = { upper: 'Ä', lower: 'ö', digit: '7', special: '-' };
    await fc.assert(
      fc.asyncProperty(situation, async (demands) => {
        const hint = passwordRulesAttribute(demands);
        const [, min, max] = /^minlength: (\d+); maxlength: (\d+);/.exec(hint) ?? [];
        const required = characterClasses.filter((name) => hint.includes(`required: ${name};`));
        const made = required.map((name) => samples[name]).join('');
        expect(await faultsOf(made.padEnd(Number(min), 'x'), demands)).toEqual([]);
        expect(await faultsOf(made.padEnd(Number(max), 'x'), demands)).toEqual([]);
      }),
    );
  });

  test('passwordrules', () => {
    expect(passwordRulesAttribute(mission)).toBe(
      'minlength: 8; maxlength: 128; required: upper; required: lower; required: digit; required: special;',
    );
    expect(passwordRulesAttribute(nist)).toBe('minlength: 15; maxlength: 128;');
  });
});
