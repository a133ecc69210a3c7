import { describe, expect, test } from '@jest/globals';
import { brokerConfigSchema } from '../../src/upstream/broker-config.ts';

const real = { issuer: 'https://tunnistus.example/uas', clientId: 'avain' };
const faults = (profile: 'development' | 'production', config: object) =>
  (brokerConfigSchema(profile).safeParse(config).error?.issues ?? []).map((issue) => issue.path.join('.'));

test('issuer and client id are enough for a broker like Telia', () => {
  expect(faults('production', real)).toEqual([]);
});

describe('production refuses', () => {
  test.each([
    ['issuer', { issuer: 'http://localhost:3400' }],
    ['issuer', { issuer: 'https://localhost:3400' }],
    [
      'endpoints.token',
      { endpoints: { authorization: 'https://a.example', token: 'http://127.0.0.1', jwks: 'https://a.example' } },
    ],
    ['acr.request', { acr: { request: ['http://ftn.ficora.fi/2017/loatest2'] } }],
    ['acr.requestHigh', { acr: { requestHigh: ['http://ftn.ficora.fi/2017/loatest3'] } }],
    ['acr.accept', { acr: { accept: { 'http://ftn.ficora.fi/2017/loatest2': 'substantial' } } }],
    ['allowArtificialCodes', { allowArtificialCodes: true }],
  ])('%s %j', (path, change) => {
    expect(faults('production', { ...real, ...change })).toEqual([path]);
  });
});

describe('every profile refuses', () => {
  test.each([
    ['a key nobody knows', '', { clientSecret: 'x' }],
    ['a weak signature', 'idToken.signing.0', { idToken: { signing: ['HS256'] } }],
    ['a weak encryption', 'idToken.keyEncryption.0', { idToken: { keyEncryption: ['RSA1_5'] } }],
    ['plain http to another machine', 'issuer', { issuer: 'http://broker.example' }],
    ['a method without its name', 'method.bank', { method: { parameter: 'ftn_idp_id', mobile: 'm' } }],
    ['a pattern that is none', 'method.mobilePattern', { method: { mobilePattern: '(' } }],
    ['a request object that lives long', 'request.ttlSeconds', { request: { ttlSeconds: 3600 } }],
    ['a level nobody knows', 'acr.accept.x', { acr: { accept: { x: 'low' } } }],
  ])('%s', (_what, path, change) => {
    expect(faults('development', { ...real, ...change })).toEqual([path]);
  });
});
