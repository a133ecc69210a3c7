import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isSpelledExactly } from '../../src/http/exact-path.ts';

const exact = [
  '/',
  '/auth',
  '/auth/aB3_-x',
  '/device',
  '/device/aB3_-x',
  '/device/auth',
  '/session/end',
  '/session/end/confirm',
  '/token',
  '/token/revocation',
  '/reg/r-0Af',
  '/.well-known/openid-configuration',
  '/interaction/aB3/sign-in',
  '/terms/oima',
];

test.each(exact)('%s is what it says', (path) => expect(isSpelledExactly(path)).toBe(true));

test('of the library’s addresses no other spelling is let through', () => {
  const fixed = exact.filter((path) => !/^\/$|interaction|terms|aB3|r-0Af/.test(path));
  const spelling = fc
    .constantFrom(...fixed)
    .chain((path) =>
      fc
        .tuple(fc.array(fc.boolean(), { minLength: path.length, maxLength: path.length }), fc.constantFrom('', '/'))
        .map(([upper, end]) => [
          path,
          [...path].map((sign, at) => (upper[at] ? sign.toUpperCase() : sign)).join('') + end,
        ]),
    );
  fc.assert(
    fc.property(spelling, ([path, spelled]) => {
      expect(isSpelledExactly(spelled ?? '')).toBe(spelled === path);
    }),
  );
});
