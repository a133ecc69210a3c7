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

describe('a reference that holds the identity code would take it to the audit log', () => {
  test.each([
    ['a subject of some brokers', { jti: undefined, sub: 'FI131189Y902A' }],
    ['in lower case', { jti: undefined, sub: '131189y902a' }],
    ['within more', { jti: 'session 131189Y902A/1', sub: '131189Y902A' }],
  ])('%s', (_name, change) => {
    expect(judge({ ...good, ...change })).toEqual({ outcome: 'failed', cause: 'evidence' });
  });

  test('the next reference that the token has is taken instead', () => {
    expect(judge({ ...good, jti: '131189Y902A-77' })).toMatchObject({ identity: { evidenceId: 'random' } });
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

describe('where a broker states no level', () => {
  const none = { ...without('acr'), identityscheme: 'fitupas', ftn_idp: 'fi-op' };
  const acr = { assume: { level: 'substantial', when: { identityscheme: 'fitupas', ftn_idp: 'fi-[a-z-]+' } } };

  test('it is believed by the means it names, where the configuration says so', () => {
    expect(judge(none)).toEqual({ outcome: 'failed', cause: 'acr' });
    expect(judge(none, { acr })).toMatchObject({ identity: { level: 'substantial' } });
  });

  test.each([
    ['another means', { identityscheme: 'sebankid' }],
    ['no means', { identityscheme: undefined }],
    ['a means that only begins right', { identityscheme: 'fitupas-test' }],
    ['one of two', { ftn_idp: 'xfi-op' }],
    ['a list', { ftn_idp: ['fi-op'] }],
    ['a level all the same, which is not on our list', { acr: 'http://ftn.ficora.fi/2017/loatest2' }],
    ['a level that is no text', { acr: null }],
  ])('%s: it is not', (_what, change) => {
    expect(judge({ ...none, ...change }, { acr })).toEqual({ outcome: 'failed', cause: 'acr' });
  });
});

test('where a broker never states when a person identified, the time of issue may count, but not for a wrong time', () => {
  const idToken = { authTime: 'issued' };
  expect(judge(without('auth_time'), { idToken })).toMatchObject({ identity: { authTime: now } });
  expect(judge({ ...good, auth_time: 'now' }, { idToken })).toEqual({ outcome: 'failed', cause: 'auth_time' });
  expect(judge({ ...good, auth_time: seconds - 900 }, { idToken })).toEqual({
    outcome: 'failed',
    cause: 'auth_time_stale',
  });
});

describe("a neighbour's person is configuration only", () => {
  const identity = { country: 'NO', type: 'socialno', pattern: '\\d{11}' };
  const config = {
    identity,
    dialect: 'plain',
    claims: { identityCode: 'socialno' },
    acr: { accept: { [loa3]: 'high' } },
  };
  const kari = { ...without('urn:oid:1.2.246.21'), acr: loa3, socialno: '17029012345', name: 'Kari Nordmann' };

  test('with the kind of identifier, the birth date as stated, and a method of its own', () => {
    expect(judge({ ...kari, birthdate: '1990-02-17' }, config)).toMatchObject({
      outcome: 'identified',
      identity: {
        country: 'NO',
        idType: 'socialno',
        idValue: '17029012345',
        birthdate: '1990-02-17',
        name: 'Kari Nordmann',
        level: 'high',
        method: 'eid',
      },
    });
    expect(judge({ ...kari, birthdate: '1990-02-30' }, config)).toMatchObject({ identity: { birthdate: null } });
  });

  test('and one spelling for one identifier, so that a link is found again', () => {
    const letters = { ...config, identity: { ...identity, pattern: '[A-Z]{2}\\d{4}' } };
    expect(judge({ ...kari, socialno: ' ab1234 ' }, letters)).toMatchObject({ identity: { idValue: 'AB1234' } });
  });

  test.each(['1702901234', '170290123456', '17029O12345', '17029012345\n1', '', '1'.repeat(65)])(
    'an identifier of another form (%j) is none',
    (socialno) => {
      expect(judge({ ...kari, socialno }, config).outcome).not.toBe('identified');
    },
  );

  test('a Finnish code there is not a Norwegian person', () => {
    expect(judge({ ...kari, socialno: '131189Y902A' }, config)).toEqual({
      outcome: 'failed',
      cause: 'identity_code_pattern',
    });
  });
});

test('a bank that states only a whole name gives that, family name first or not', () => {
  const { 'urn:oid:1.2.246.21': personal_identity_code, ...rest } = good;
  const claims = { ...rest, personal_identity_code, name: 'von Möttonen Matti Matias' };
  expect(judge(claims, { dialect: 'plain' })).toMatchObject({
    identity: { name: 'von Möttonen Matti Matias', givenName: null, familyName: null },
  });
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
