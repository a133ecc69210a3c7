import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseHetu } from '../../src/identity/hetu.ts';
import { brokerConfigSchema } from '../../src/upstream/broker-config.ts';
import { type Claims, judgeIdToken } from '../../src/upstream/id-token.ts';

const now = Date.UTC(2026, 10, 22, 12);
const seconds = now / 1000;
const issuer = 'https://broker.example';
const base = { issuer, clientId: 'avain', allowArtificialCodes: true };
const loa2 = 'http://ftn.ficora.fi/2017/loa2';
const loa3 = 'http://ftn.ficora.fi/2017/loa3';

const good: Claims = {
  iss: issuer,
  sub: 'random',
  aud: 'avain',
  iat: seconds,
  nonce: 'n',
  acr: loa2,
  auth_time: seconds - 60,
  jti: 'event-1',
  amr: ['https://broker.example/names/ac/oidc.aktia.1'],
  'urn:oid:1.2.246.21': '131189Y902A',
  'urn:oid:1.2.246.575.1.14': 'Aino Olivia',
  'urn:oid:2.5.4.4': 'Virtanen',
  'urn:oid:1.3.6.1.5.5.7.9.1': '1989-11-13',
};

const exchange = { nonce: 'n', method: 'bank', startedAt: now - 120_000 } as const;

function judge(claims: Claims, config: object = {}) {
  const parsed = brokerConfigSchema('development').parse({ ...base, ...config });
  return judgeIdToken(claims, { config: parsed, exchange, parseHetu, now });
}

const without = (name: string): Claims => Object.fromEntries(Object.entries(good).filter(([key]) => key !== name));

test('a sound token is believed as it stands', () => {
  expect(judge(good)).toMatchObject({
    outcome: 'identified',
    identity: { idValue: '131189Y902A', level: 'substantial', method: 'ftn_bank', evidenceId: 'event-1', name: null },
  });
});

describe('an absent claim is a failure', () => {
  test.each(['iss', 'aud', 'iat', 'nonce', 'acr', 'auth_time'])('%s', (name) => {
    expect(judge(without(name))).toMatchObject({ outcome: 'failed' });
  });
});

describe('a claim that says something else', () => {
  test.each([
    ['token_issuer', { iss: 'https://other.example' }],
    ['token_audience', { aud: ['avain', 'somebody-else'] }],
    ['token_audience', { aud: [] }],
    ['token_nonce', { nonce: 'other' }],
    ['token_stale', { iat: seconds - 700 }],
    ['token_issued_at', { iat: seconds + 60 }],
    ['token_issued_at', { iat: String(seconds) }],
    ['auth_time', { auth_time: seconds + 60 }],
    ['auth_time_stale', { auth_time: seconds - 200 }],
    ['acr', { acr: 'http://ftn.ficora.fi/2017/loatest2' }],
    ['acr', { acr: '__proto__' }],
    ['acr', { acr: 'constructor' }],
    ['acr', { acr: [loa2] }],
    ['identity_code_check-character', { 'urn:oid:1.2.246.21': '131189Y902B' }],
    ['birthdate_mismatch', { 'urn:oid:1.3.6.1.5.5.7.9.1': '1989-11-14' }],
  ])('%s', (cause, change) => {
    expect(judge({ ...good, ...change })).toEqual({ outcome: 'failed', cause });
  });
});

test('a level is never raised, and high is high', () => {
  expect(judge(good)).toMatchObject({ identity: { level: 'substantial' } });
  expect(judge({ ...good, acr: loa3 })).toMatchObject({ identity: { level: 'high' } });
});

test('an identification older than the exchange is believed only as far as the configuration says', () => {
  const older = { ...good, auth_time: seconds - 300 };
  expect(judge(older)).toEqual({ outcome: 'failed', cause: 'auth_time_stale' });
  expect(judge(older, { maxAgeSeconds: 200 })).toMatchObject({ outcome: 'identified' });
});

test('names are cut and cleaned, never guessed', () => {
  const outcome = judge({ ...good, 'urn:oid:2.5.4.4': `  ${'Ä'.repeat(500)}\u0000`, 'urn:oid:1.2.246.575.1.14': 7 });
  expect(outcome).toMatchObject({ identity: { familyName: 'Ä'.repeat(200), givenName: null } });
});

test('whatever a broker sends: no throw, and no cause that quotes it', () => {
  const anything = fc.dictionary(fc.constantFrom(...Object.keys(good)), fc.anything());
  fc.assert(
    fc.property(anything, (change) => {
      const outcome = judge({ ...good, ...change });
      if (outcome.outcome === 'failed') expect(outcome.cause).toMatch(/^[a-z_-]{1,40}$/);
    }),
    { numRuns: 300 },
  );
});
