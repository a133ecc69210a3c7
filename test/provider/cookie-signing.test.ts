import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { cookieSigning } from '../../src/provider/cookie-signing.ts';

const text = fc.string({ maxLength: 60 });

describe('signatures of cookies', () => {
  test('a signature is believed for its own value only', () => {
    const { sign, verify } = cookieSigning(['first key']);
    fc.assert(
      fc.property(
        text,
        text,
        (data, other) => verify(data, sign(data)) && verify(other, sign(data)) === (data === other),
      ),
    );
  });

  test('whatever is not a signature is refused and never throws', () => {
    const { index } = cookieSigning(['first key']);
    fc.assert(fc.property(text, text, (data, signature) => index(data, signature) === -1));
  });

  test('after a rotation the old key is believed and the new one signs', () => {
    const old = cookieSigning(['old key']);
    const rotated = cookieSigning(['new key', 'old key']);
    expect(rotated.index('name=value', old.sign('name=value'))).toBe(1);
    expect(rotated.index('name=value', rotated.sign('name=value'))).toBe(0);
    expect(old.verify('name=value', rotated.sign('name=value'))).toBe(false);
  });

  test('without a key there is nothing to start with', () => {
    expect(() => cookieSigning([])).toThrow(RangeError);
  });
});
