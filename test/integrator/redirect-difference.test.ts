import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { nearestRedirect, partsOf, type RedirectDifference } from '../../src/integrator/redirect-difference.ts';

const registered = 'https://client.example/callback';

const examples: readonly (readonly [string, readonly RedirectDifference[]])[] = [
  [`${registered}/`, ['last-slash']],
  [`${registered}/more`, ['path']],
  [`${registered}?x=1`, ['query']],
  [`${registered}#x`, ['fragment']],
  ['https://client.example/Callback', ['case']],
  ['https://CLIENT.example/callback', ['case']],
  ['https://client.example:443/callback', ['port']],
  ['https://client.example/%63allback', ['encoding']],
  ['https://client.example/x/../callback', ['path']],
  ['https://user@client.example/callback', ['userinfo']],
  ['http://client.example/callback', ['scheme']],
  ['https://client.example./callback', ['host']],
  ['https://client.example.evil.example/callback', ['host']],
  ['//client.example/callback', ['scheme']],
  ['http://client.example:8080/callback/', ['scheme', 'port', 'last-slash']],
];

test.each(examples)('%s differs in %j', (asked, differences) => {
  expect(nearestRedirect(asked, [registered])).toEqual({ registered, differences });
});

test('of several registered ones it is compared with the one that it is most like', () => {
  const others = ['https://client.example/silent', registered, 'https://staging.client.example/callback'];
  expect(nearestRedirect(`${registered}/`, others)?.registered).toBe(registered);
});

const part = fc.constantFrom(
  'https:',
  'http:',
  '//',
  'a.example',
  'A.example',
  'u@',
  ':443',
  '/',
  '/x',
  '%2f',
  '?q',
  '#f',
  '\\',
);
const address = fc.oneof(
  fc.array(part, { maxLength: 8 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary' }),
);

test('whatever the texts are: a difference is found exactly where they are not the same', () => {
  fc.assert(
    fc.property(address, fc.array(address, { minLength: 1, maxLength: 4 }), (asked, all) => {
      const nearest = nearestRedirect(asked, all);
      expect(nearest === null).toBe(all.includes(asked));
      if (nearest === null) return;
      expect(nearest.differences).not.toHaveLength(0);
      expect(all).toContain(nearest.registered);
    }),
    { numRuns: 500 },
  );
});

test('the parts of any text are all of it', () => {
  fc.assert(
    fc.property(address, (text) => {
      expect(Object.values(partsOf(text)).join('')).toBe(text);
    }),
    { numRuns: 500 },
  );
});
