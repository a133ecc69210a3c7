import { createHash, randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SealBroken } from '../../src/secrets/aead.ts';
import { createKeyring, keyIdOf, sha256Base64url } from '../../src/secrets/sealing.ts';
import { testKeyring, testKeys } from '../support/keyring.ts';

const keyring = testKeyring(7);
const [id = ''] = keyring.ids.master;
const text = () => fc.string({ unit: 'grapheme' });

describe('MACs', () => {
  test('are stable, keyed and 256 bits long', () => {
    expect(testKeyring(7).mac('email', 'a@oma.example')).toBe(keyring.mac('email', 'a@oma.example'));
    expect(testKeyring(8).mac('email', 'a@oma.example')).not.toBe(keyring.mac('email', 'a@oma.example'));
    expect(Buffer.from(keyring.mac('email', 'x'), 'base64url')).toHaveLength(32);
  });

  test('differ by purpose', () => {
    expect(keyring.mac('email', 'x')).not.toBe(keyring.mac('sub', 'x'));
  });

  test('tell apart every other way to cut the same text into parts', () => {
    fc.assert(
      fc.property(fc.array(text(), { maxLength: 4 }), fc.array(text(), { maxLength: 4 }), (one, other) => {
        const same = JSON.stringify(one) === JSON.stringify(other);
        expect(keyring.mac('csrf', ...one) === keyring.mac('csrf', ...other)).toBe(same);
      }),
    );
    expect(keyring.mac('csrf', 'ab', 'c')).not.toBe(keyring.mac('csrf', 'a', 'bc'));
    expect(keyring.mac('csrf', 'a')).not.toBe(keyring.mac('csrf', 'a', ''));
  });

  test('a value known by another implementation: HKDF-SHA256 of the lookup key, HMAC-SHA256 of length and text', () => {
    expect(keyring.mac('email', 'aino@oma.example')).toBe('mDzV44sMOrpRsw-jwkJbJBN4LvxDyexC1m-6BU1UV9k');
  });
});

describe('sealing', () => {
  test('opens what it sealed, never twice the same', () => {
    fc.assert(
      fc.property(text(), text(), (plaintext, label) => {
        const sealed = keyring.seal(plaintext, label, 'mail');
        expect(keyring.open(sealed, label, 'mail')).toBe(plaintext);
        expect(keyring.seal(plaintext, label, 'mail')).not.toBe(sealed);
      }),
    );
  });

  test('any changed byte breaks it, the tag cut short too', () => {
    const sealed = keyring.seal('131189Y902A', 'label', 'mail');
    const bytes = Buffer.from(sealed.slice(9), 'base64url');
    for (let index = 0; index < bytes.length; index += 1) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8((changed[index] ?? 0) ^ 1, index);
      expect(() => keyring.open(`${id}.${changed.toString('base64url')}`, 'label', 'mail')).toThrow(SealBroken);
    }
    for (const cut of [1, 4, 12, 30, bytes.length]) {
      const short = bytes.subarray(0, -cut).toString('base64url');
      expect(() => keyring.open(`${id}.${short}`, 'label', 'mail')).toThrow(SealBroken);
    }
  });

  test('another label, purpose, master key or key id does not open it', () => {
    const sealed = keyring.seal('secret', 'label', 'mail');
    expect(() => keyring.open(sealed, 'label2', 'mail')).toThrow(SealBroken);
    expect(() => keyring.open(sealed, 'label', 'exchange')).toThrow(SealBroken);
    expect(() => testKeyring(8).open(sealed, 'label', 'mail')).toThrow(SealBroken);
    expect(() => keyring.open(sealed.replace(id, '00000000'), 'label', 'mail')).toThrow(SealBroken);
    expect(() => keyring.open('', 'label', 'mail')).toThrow(SealBroken);
  });

  test('a wrapped key comes back only under its own label', () => {
    const key = randomBytes(32);
    const wrapped = keyring.wrapKey(key, 'account 1');
    expect(keyring.unwrapKey(wrapped, 'account 1').export()).toEqual(key);
    expect(() => keyring.unwrapKey(wrapped, 'account 2')).toThrow(SealBroken);
    expect(() => keyring.unwrapKey(keyring.wrapKey(randomBytes(16), 'x'), 'x')).toThrow(SealBroken);
  });
});

test('keys of another length, or none, are refused, and a keyring prints no key', () => {
  for (const wrong of [{ lookup: randomBytes(31) }, { master: [randomBytes(33)] }, { index: [] }, { master: [] }])
    expect(() => createKeyring({ ...testKeys(7), ...wrong })).toThrow(RangeError);
  const printed = inspect(keyring, { depth: 9, showHidden: true }) + JSON.stringify(keyring);
  expect(printed).not.toContain(Buffer.alloc(4, 7).toString('hex'));
  expect(printed).not.toContain('07 07');
});

describe('keys that rotate', () => {
  const [seven, eight] = [testKeys(7), testKeys(8)];

  test('the first master key writes, every one opens, and a removed one opens nothing', () => {
    const rotating = createKeyring(seven);
    const before = rotating.seal('secret', 'label', 'mail');
    rotating.take({ ...seven, master: [...eight.master, ...seven.master] });
    const after = rotating.seal('secret', 'label', 'mail');
    expect([before, after].map((sealed) => rotating.open(sealed, 'label', 'mail'))).toEqual(['secret', 'secret']);
    expect([before, after].map((sealed) => sealed.split('.')[0])).toEqual([id, ...testKeyring(8).ids.master]);
    rotating.take({ ...seven, master: eight.master });
    expect(rotating.open(after, 'label', 'mail')).toBe('secret');
    expect(() => rotating.open(before, 'label', 'mail')).toThrow(SealBroken);
  });

  test('a MAC of what lives minutes is known as long as its master key is there, and of its own parts only', () => {
    const rotating = createKeyring(seven);
    const before = rotating.passingMac('code', 'challenge', '123456');
    rotating.take({ ...seven, master: [...eight.master, ...seven.master] });
    const after = rotating.passingMac('code', 'challenge', '123456');
    const known = (mac: string, code = '123456') => rotating.isPassingMac(mac, 'code', 'challenge', code);
    expect([before, after].map((mac) => known(mac))).toEqual([true, true]);
    expect([known(before, '123457'), known(''), known(before.slice(0, -1))]).toEqual([false, false, false]);
    expect(before.split('.')[0]).not.toBe(after.split('.')[0]);
    rotating.take({ ...seven, master: eight.master });
    expect([before, after].map((mac) => known(mac))).toEqual([false, true]);
  });

  test('no rotation changes what is looked up by', () => {
    const rotating = createKeyring(seven);
    rotating.take(eight);
    expect(rotating.mac('email', 'x')).toBe(keyring.mac('email', 'x'));
  });

  test('the id of a key is 8 characters that a command line takes as they are, and no part of the key', () => {
    const key = randomBytes(32);
    expect(keyIdOf(key)).toMatch(/^[0-9a-f]{8}$/);
    expect(key.toString('hex')).not.toContain(keyIdOf(key));
    expect(keyIdOf(Buffer.from(key))).toBe(keyIdOf(key));
  });
});

test('sha256Base64url is plain SHA-256', () => {
  expect(sha256Base64url('abc')).toBe(createHash('sha256').update('abc').digest('base64url'));
});
