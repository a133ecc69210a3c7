import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { emailFingerprint, maskEmail, parseEmailAddress } from '../../src/accounts/email-address.ts';
import { testKeyring } from '../support/keyring.ts';

const canonical = (value: string) => {
  const parsed = parseEmailAddress(value);
  return parsed.ok ? parsed.address.canonical : parsed.fault;
};

describe('an e-mail address as typed', () => {
  test.each([
    ['  Aino@Oma.Example ', 'aino@oma.example'],
    ['aino.virtanen+oima@oma.example', 'aino.virtanen+oima@oma.example'],
    ['aino@höyry.example', 'aino@xn--hyry-5qa.example'],
    ["o'brien@oma.example", "o'brien@oma.example"],
  ])('%j is %s', (typed, expected) => expect(canonical(typed)).toBe(expected));

  test.each([
    ['', 'required'],
    ['   ', 'required'],
    ['aino', 'invalid'],
    ['aino@', 'invalid'],
    ['@oma.example', 'invalid'],
    ['aino@oma', 'invalid'],
    ['äinö@oma.example', 'invalid'],
    ['aino..v@oma.example', 'invalid'],
    ['aino@oma.example\r\nBcc: x@y.example', 'invalid'],
    ['"aino"@oma.example', 'invalid'],
    ['aino@[127.0.0.1]', 'invalid'],
    [`${'a'.repeat(65)}@oma.example`, 'invalid'],
    [`aino@${'a'.repeat(250)}.example`, 'too-long'],
  ])('%j is refused: %s', (typed, fault) => expect(canonical(typed)).toBe(fault));

  test('no input throws, and what is accepted has no space, control character or upper case', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.emailAddress()), (value) => {
        const parsed = parseEmailAddress(value);
        return !parsed.ok || /^[!-~]+$/.test(parsed.address.canonical.replace(/[A-Z]/, '\n'));
      }),
    );
  });

  test('case and spaces make no other account; dots and plus do', () => {
    const keyring = testKeyring(1);
    const of = (value: string) => {
      const parsed = parseEmailAddress(value);
      return parsed.ok ? emailFingerprint(keyring, parsed.address) : null;
    };
    expect(of(' AINO@oma.example')).toBe(of('aino@OMA.example'));
    expect(of('a.ino@oma.example')).not.toBe(of('aino@oma.example'));
  });

  test('masked, it shows one letter and the domain', () => {
    expect(maskEmail('aino@oma.example')).toBe('a***@oma.example');
  });
});
