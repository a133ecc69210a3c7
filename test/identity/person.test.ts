import { expect, test } from '@jest/globals';
import { personOf } from '../../src/identity/linking.ts';
import type { StrongIdentity } from '../../src/upstream/strong-identity.ts';

const identity: StrongIdentity = {
  country: 'FI',
  idType: 'hetu',
  idValue: '131189Y902A',
  givenName: null,
  familyName: null,
  name: null,
  birthdate: '1989-11-13',
  level: 'substantial',
  method: 'ftn_bank',
  issuer: 'https://broker.example',
  authTime: 0,
  evidenceId: 'e',
};
const named = (names: Partial<StrongIdentity>) => personOf({ ...identity, ...names }).name;

test('a person is named as the bank can: by both parts, the whole, or what there is', () => {
  const whole = 'von Möttonen Matti Matias';
  expect(named({ givenName: 'Aino Olivia', familyName: 'Virtanen', name: 'Virtanen Aino Olivia' })).toBe(
    'Aino Olivia Virtanen',
  );
  expect(named({ name: whole })).toBe(whole);
  expect(named({ name: whole, givenName: 'Matti Matias' })).toBe(whole);
  expect(named({ familyName: 'Madonna' })).toBe('Madonna');
  expect(named({})).toBeNull();
});
