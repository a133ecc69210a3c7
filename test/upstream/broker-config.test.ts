import { describe, expect, test } from '@jest/globals';
import { brokerConfigSchema } from '../../src/upstream/broker-config.ts';

const real = { issuer: 'https://tunnistus.example/uas', clientId: 'avain' };
const address = 'https://a.example';
const withEndpoints = { endpoints: { authorization: address, token: address, jwks: address } };
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
    ['acr.request', { acr: { request: ['urn:demotunnistus:loatest2'] } }],
    ['acr.accept', { acr: { accept: { 'urn:x:LOATEST3': 'high' } } }],
    ['acr.accept', { acr: { accept: { 'urn:oid:1.2.246.517.3002.110.8test': 'high' } } }],
    ['allowArtificialCodes', { allowArtificialCodes: true }],
    ['issuer', { issuer: 'https://demotunnistus.localhost' }],
    ['issuer', { issuer: 'https://[::1]:3400' }],
    ['issuer', { issuer: 'https://tunnistus-pp.telia.fi/uas' }],
    ['issuer', { issuer: 'https://isb-test.op.fi' }],
    ['issuer', { issuer: 'https://palkka.sandbox.signicat.com/auth/open' }],
    // Its tokens state no level by which a test person could be told from a real one.
    ['issuer', { issuer: 'https://palkka.test.idura.broker' }],
    ['issuer', { issuer: 'https://palkka-test.criipto.id' }],
    [
      'endpoints.pushedAuthorization',
      {
        endpoints: {
          authorization: 'https://a.example',
          token: 'https://a.example',
          jwks: 'https://a.example',
          pushedAuthorization: 'https://localhost/par',
        },
      },
    ],
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
    ['an encryption by a shared key', 'idToken.keyEncryption.0', { idToken: { keyEncryption: ['A128KW'] } }],
    ['a wrapped key', 'idToken.keyEncryption.0', { idToken: { keyEncryption: ['ECDH-ES+A256KW'] } }],
    ['no signature', 'idToken.signing.0', { idToken: { signing: ['none'] } }],
    ['an assumed level high', 'acr.assume.level', { acr: { assume: { level: 'high', when: { scheme: 'x' } } } }],
    ['an assumed level without proof', 'acr.assume.when', { acr: { assume: { level: 'substantial', when: {} } } }],
    ['a raised level', 'acr.accept.urn:x/loa2', { acr: { accept: { 'urn:x/loa2': 'high' } } }],
    ['no level and no means asked for', 'acr.request', { acr: { request: [] } }],
    [
      'endpoints without keys',
      'endpoints.jwks',
      { endpoints: { authorization: 'https://a.example', token: 'https://a.example' } },
    ],
    ['two sources of keys', 'endpoints.jwks', { ...withEndpoints, entityStatement: { file: 'x' } }],
    ['nowhere to push to', 'endpoints.pushedAuthorization', { ...withEndpoints, request: { mode: 'par' } }],
    ['no place of userinfo', 'endpoints.userInfo', { ...withEndpoints, userInfo: 'nested' }],
    ['unsigned userinfo', 'userInfo', { userInfo: 'plain' }],
    ['a hetu of another country', 'identity.country', { identity: { country: 'SE' } }],
    ['a hetu with a pattern', 'identity.pattern', { identity: { pattern: '.*' } }],
    ['an identifier without a pattern', 'identity.pattern', { identity: { country: 'NO', type: 'socialno' } }],
    ['a digest that is none', 'entityStatement.sha256', { entityStatement: { file: 'x', sha256: 'abc' } }],
    ['a level nobody knows', 'acr.accept.x', { acr: { accept: { x: 'low' } } }],
  ])('%s', (_what, path, change) => {
    expect(faults('development', { ...real, ...change })).toEqual([path]);
  });
});
