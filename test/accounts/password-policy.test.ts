import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createBlocklist } from '../../src/accounts/blocklist.ts';
import {
  checkPassword,
  type PasswordFault,
  passwordPolicies,
  passwordRulesAttribute,
  rules,
} from '../../src/accounts/password-policy.ts';

const { mission, nist } = passwordPolicies;
const nobody = { email: 'xq@oma.example', serviceName: 'Oima' };
const form = (password: string, policy = mission, personal: Parameters<typeof checkPassword>[0]['personal'] = nobody) =>
  checkPassword({ password, policy, blocklist: null, personal });

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
  ])('%j → %j', (password, faults) => {
    expect(form(password)).toEqual(faults);
  });

  test('length is counted in code points after NFC: 8 decomposed ones may be 7', () => {
    expect(form('Aa1!aaä'.normalize('NFD'))).toEqual(['too-short']);
    expect(form('Aa1!aaaä'.normalize('NFD'))).toEqual([]);
    expect(form(`Aa1!${'😀'.repeat(124)}`)).toEqual([]);
    expect(form(`Aa1!${'😀'.repeat(125)}`)).toEqual(['too-long']);
  });

  test('composed or decomposed, the verdict is the same', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (password) => {
        expect(form(password.normalize('NFD'))).toEqual(form(password.normalize('NFC')));
      }),
    );
  });
});

test('nist: fifteen of anything', () => {
  expect(form('kolme pientä p', nist)).toEqual(['too-short']);
  expect(form('kolme pientä po', nist)).toEqual([]);
});

describe('personal words', () => {
  const aino = { email: 'Aino.V+oima@oma.example', serviceName: 'Oima', name: 'Aino-Maria Virtanen' };

  test.each([
    ['xx!1aIno.v+OIMAxx', 'the local part, whatever the case'],
    ['Xaino.v!1234', 'the part before the plus'],
    ['9!OIMApalvelu', 'the service'],
    ['9!Virtanen99', 'a name'],
    ['9!mariaMaria', 'half of a double name'],
  ])('%s holds %s', (password) => {
    expect(form(password, mission, aino)).toContain('personal');
  });

  test('words shorter than three letters do not count', () => {
    expect(form('xqXQ12!!', mission, nobody)).toEqual([]);
    expect(form('Xqz12!!abc', mission, { ...nobody, email: 'xqz@oma.example' })).toEqual(['personal']);
  });
});

describe('blocklist', () => {
  const blocklist = createBlocklist();

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
    expect(blocklist.isCommon(password)).toBe(true);
    expect(blocklist.isCommon(password.normalize('NFD'))).toBe(true);
  });

  test.each(['Kesämökki#2024', 'Xk9#mQ2vL', 'Vihreä-Tuoli-37-laulaa'])('%s is not', (password) => {
    expect(blocklist.isCommon(password)).toBe(false);
  });

  test('a repeated block is common however long it is', () => {
    expect(blocklist.isCommon('Ab1!'.repeat(32))).toBe(true);
  });

  test('is asked by the policy, in both profiles', () => {
    const check = (password: string, policy = mission) =>
      checkPassword({ password, policy, blocklist, personal: nobody });
    expect(check('Salasana1!')).toEqual(['common']);
    expect(check('Kesämökki#2024')).toEqual([]);
    expect(check('aaaaaaaaaaaaaaaaaaaa', nist)).toEqual(['common']);
    expect(check('x'.repeat(10_000))).toEqual(['too-long']);
  });
});

describe('what the page and the managers are told', () => {
  test('the list in order', () => {
    expect(rules(mission).map((rule) => rule.name)).toEqual(['length', 'upper', 'lower', 'digit', 'special']);
    expect(rules(nist)).toEqual([{ name: 'length', min: 15, pattern: '^[^]{15,}$' }]);
  });

  test('its patterns say what the server says', () => {
    const faultOf: Record<string, PasswordFault> = { length: 'too-short' };
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 20 }), (typed) => {
        const password = typed.normalize('NFC');
        const unmet = rules(mission).filter((rule) => !new RegExp(rule.pattern, 'u').test(password));
        const shown = unmet.map((rule) => faultOf[rule.name] ?? rule.name);
        expect(shown).toEqual(form(password).filter((fault) => fault !== 'personal'));
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
