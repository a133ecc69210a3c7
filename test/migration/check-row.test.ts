import { describe, expect, test } from '@jest/globals';
import { checkRow } from '../../src/migration/check-row.ts';
import type { RawUser } from '../../src/migration/read-users.ts';

const now = Date.UTC(2026, 10, 22);
const email = 'a@oma.example';
const check = (raw: RawUser) => checkRow({ email, ...raw }, now);

function user(raw: RawUser) {
  const checked = check(raw);
  if (!checked.ok) throw new Error(checked.reason);
  return { ...checked.user, repairs: checked.repairs };
}

describe('what is put right, and said', () => {
  test('space around a value and decomposed letters', () => {
    expect(user({ email: ` ${email}\u00a0`, nickname: ' Äiti '.normalize('NFD') })).toMatchObject({
      email: { typed: email },
      nickname: 'Äiti',
      repairs: ['email-trimmed', 'nickname-trimmed', 'nickname-nfc'],
    });
  });

  test('a language with a country, and one that Avain does not speak', () => {
    expect(user({ locale: 'sv_FI' })).toMatchObject({ locale: 'sv', repairs: ['locale'] });
    expect(user({ locale: 'de' })).toMatchObject({ locale: 'fi', repairs: ['locale'] });
    expect(user({})).toMatchObject({ locale: 'fi', repairs: [] });
  });

  test('the name of a format in capitals; a password that Django calls unusable', () => {
    const hash = '{SSHA}0c0blFTXXNuAMHECS4uxrj3ZieMoWImr';
    expect(user({ hash: `${hash} `, hash_format: 'LDAP' })).toMatchObject({
      password: { format: 'ldap', hash },
      repairs: ['hash-trimmed', 'hash_format-case'],
    });
    expect(user({ hash: '!BcDeFgHiJkLmNoPqRsTuVwXyZ' })).toMatchObject({
      password: null,
      repairs: ['hash-unusable-left-out'],
    });
  });

  test('nothing else: the address stays as it is written', () => {
    expect(user({ email: 'Aino.V@Oma.Example' })).toMatchObject({
      email: { typed: 'Aino.V@Oma.Example', canonical: 'aino.v@oma.example' },
      repairs: [],
    });
  });
});

describe('dates and flags', () => {
  test.each([
    ['2019-03-01', Date.UTC(2019, 2, 1)],
    ['2019-03-01 12:30:15', Date.UTC(2019, 2, 1, 12, 30, 15)],
    ['2019-03-01T12:30:15.123456+02:00', Date.UTC(2019, 2, 1, 10, 30, 15, 123)],
    ['', now],
  ])('created %j', (created, at) => {
    expect(user({ created }).createdAt).toBe(at);
  });

  test.each([
    ['1551398400', 'created-no-date'],
    ['2023-02-30', 'created-no-date'],
    ['01.03.2019', 'created-no-date'],
    ['2099-01-01', 'created-in-the-future'],
  ])('created %j is refused', (created, reason) => {
    expect(check({ created })).toEqual({ ok: false, outcome: 'refused', reason });
  });

  test('activated: at the creation, at a date, or never', () => {
    const created = '2019-03-01';
    expect(user({ created, activated: 'yes' }).activatedAt).toBe(Date.UTC(2019, 2, 1));
    expect(user({ created, activated: '2020-01-01' }).activatedAt).toBe(Date.UTC(2020, 0, 1));
    expect(user({ created, activated: '0' }).activatedAt).toBeNull();
    expect(check({ activated: 'maybe' })).toMatchObject({ reason: 'activated-no-date' });
    expect([user({ must_change: 'T' }).mustChange, user({}).mustChange]).toEqual([true, false]);
    expect(check({ must_change: 'maybe' })).toMatchObject({ reason: 'must_change-unclear' });
  });
});

describe('what is refused, by name and without a word of the row', () => {
  test.each<[RawUser, string]>([
    [{ email: '' }, 'email-required'],
    [{ email: 'ei osoite' }, 'email-invalid'],
    [{ email: 'a\0b@oma.example' }, 'email-invalid'],
    [{ email: 'аino@oma.example' }, 'email-invalid'],
    [{ email: 'a\u200b@oma.example' }, 'email-invalid'],
    [{ email: `${'a'.repeat(250)}@oma.example` }, 'email-too-long'],
    [{ hash: 'hunter2' }, 'hash-unknown: no-known-beginning'],
    [{ hash: '$6$rounds=5000$abc$def' }, 'hash-unknown: sha512-crypt'],
    [{ hash: 'x', hash_format: 'constructor' }, 'hash_format-unknown'],
    [{ hash: 'x', hash_format: 'wrapped:ldap' }, 'hash_format-unknown'],
    [{ hash: '$2b$10$short' }, 'hash-malformed: bcrypt'],
    [{ hash: `$2b$31$${'a'.repeat(53)}` }, 'hash-too-costly: bcrypt'],
    [{ hash: '$2b$10$short\0' }, 'hash-malformed: bcrypt'],
    [{ nickname: 'a\0b' }, 'nickname-control-characters'],
    [{ nickname: 'a\u202egnp.exe' }, 'nickname-control-characters'],
    [{ nickname: 'ä'.repeat(101) }, 'nickname-too-long'],
  ])('%j → %s', (raw, reason) => {
    expect(check(raw)).toMatchObject({ ok: false, reason });
  });

  test('an address in other letters of a domain is another address; full-width ones are the same', () => {
    const canonical = (address: string) => user({ email: address }).email.canonical;
    expect(canonical('a@ｏma.example')).toBe('a@oma.example');
    expect(canonical('a@оma.example')).toBe('a@xn--ma-emc.example');
  });
});
