/**
 * How the real brokers differ, as the simulator plays them: this table, and nothing of it anywhere else. What each
 * does was read in its guide (docs of Telia Tunnistus, OP Identity Service Broker, Idura Verify, Signicat eID Hub);
 * hosts, levels and persons are invented.
 */
import type { DialectRules, SimulatedDialect } from './dialect-rules.ts';

/** Levels of assurance that only tests know; production of any service refuses them. */
export const testLevels = ['http://ftn.ficora.fi/2017/loatest2', 'http://ftn.ficora.fi/2017/loatest3'] as const;

const plainNames = {
  familyName: 'family_name',
  givenName: 'given_name',
  name: 'name',
  birthdate: 'birthdate',
} as const;

/** The four brokers. */
export const dialects: Readonly<Record<SimulatedDialect, DialectRules>> = {
  telia: {
    paths: {
      authorization: '/oauth2/authorization',
      token: '/oauth2/token',
      jwks: '/oauth2/metadata.jwks',
      signedJwks: '/openid_provider/signed_jwks.jwt',
      pushed: null,
      userinfo: null,
    },
    discovery: true,
    requests: 'by-value',
    requestAudience: 'issuer',
    assertionAudience: 'token_endpoint',
    scopes: {
      openid: ['identityCode', 'electronicId', 'familyName', 'givenName', 'name', 'birthdate', 'method', 'session'],
    },
    claims: {
      identityCode: 'urn:oid:1.2.246.21',
      electronicId: 'urn:oid:1.2.246.22',
      familyName: 'urn:oid:2.5.4.4',
      givenName: 'urn:oid:1.2.246.575.1.14',
      name: 'urn:oid:2.16.840.1.113730.3.1.241',
      birthdate: 'urn:oid:1.3.6.1.5.5.7.9.1',
      method: 'amr',
      session: 'session_index',
    },
    familyNameFirst: false,
    methodValue: (method, kind) => [
      `https://demotunnistus.example/names/ac/${kind === 'mobile' ? 'mpki.demo' : `oidc.${method}`}.1`,
    ],
    hints: { 'oidc.demopankki.1': 'bank', 'oidc.pankki-kaksi.1': 'bank', 'mpki.demo.1': 'mobile' },
    levels: testLevels,
    authTime: true,
    audienceList: true,
    clientKeys: 'plain',
    cancelError: 'access_denied',
    responseIssuer: false,
    encryption: { alg: 'RSA-OAEP', enc: 'A128CBC-HS256' },
    userinfo: 'none',
  },
  op: {
    paths: {
      authorization: '/oauth/authorize',
      token: '/oauth/token',
      jwks: null,
      signedJwks: '/jwks/broker-signed',
      pushed: null,
      userinfo: '/oauth/profile',
    },
    discovery: false,
    requests: 'by-value',
    requestAudience: 'authorization_endpoint',
    assertionAudience: 'token_endpoint',
    scopes: {
      openid: [],
      profile: ['familyName', 'givenName', 'name', 'birthdate'],
      personal_identity_code: ['identityCode'],
      // The purpose: a weak or strong means is made from this identification. They bring no claims.
      weak: [],
      strong: [],
    },
    claims: { ...plainNames, identityCode: 'personal_identity_code' },
    familyNameFirst: true,
    methodValue: () => [],
    hints: { 'fi-demopankki': 'bank', 'fi-pankki-kaksi': 'bank', 'fi-mobiilivarmenne': 'mobile' },
    levels: testLevels,
    authTime: true,
    audienceList: false,
    clientKeys: 'signed',
    cancelError: 'cancel',
    responseIssuer: false,
    encryption: { alg: 'RSA-OAEP', enc: 'A128CBC-HS256' },
    userinfo: 'also',
  },
  idura: {
    paths: {
      authorization: '/oauth2/authorize',
      token: '/oauth2/token',
      jwks: '/.well-known/jwks',
      signedJwks: null,
      pushed: '/oauth2/par',
      userinfo: null,
    },
    discovery: true,
    requests: 'both',
    requestAudience: 'issuer',
    assertionAudience: 'issuer',
    scopes: {
      openid: ['identityCode', 'electronicId', 'familyName', 'givenName', 'name', 'birthdate', 'scheme', 'method'],
    },
    claims: {
      ...plainNames,
      identityCode: 'hetu',
      electronicId: 'satu',
      scheme: 'identityscheme',
      method: 'authenticationtype',
    },
    familyNameFirst: false,
    methodValue: (_method, kind) => `urn:grn:authn:fi:${kind === 'mobile' ? 'mobile' : 'bank'}-id`,
    hints: { 'urn:grn:authn:fi:bank-id': 'bank', 'urn:grn:authn:fi:mobile-id': 'mobile' },
    levels: null,
    authTime: false,
    audienceList: false,
    clientKeys: 'plain',
    cancelError: 'access_denied',
    responseIssuer: false,
    encryption: { alg: 'RSA-OAEP-256', enc: 'A256GCM' },
    userinfo: 'none',
  },
  signicat: {
    paths: {
      authorization: '/connect/authorize',
      token: '/connect/token',
      jwks: '/.well-known/openid-configuration/jwks',
      signedJwks: null,
      pushed: '/connect/par',
      userinfo: '/connect/userinfo',
    },
    discovery: true,
    requests: 'pushed',
    requestAudience: 'issuer',
    assertionAudience: null,
    scopes: {
      openid: [],
      profile: ['familyName', 'givenName', 'name', 'birthdate'],
      'idp-id': ['method'],
      nin: ['identityCode'],
      'ftn-extra': ['electronicId', 'session'],
    },
    claims: {
      ...plainNames,
      identityCode: 'nin',
      electronicId: 'ftn_satu',
      method: 'ftn_idp',
      session: 'ftn_transaction',
    },
    familyNameFirst: false,
    methodValue: (method) => `fi-${method}`,
    hints: {},
    levels: null,
    authTime: true,
    audienceList: false,
    clientKeys: 'plain',
    cancelError: 'access_denied',
    responseIssuer: true,
    encryption: { alg: 'RSA-OAEP', enc: 'A256CBC-HS512' },
    userinfo: 'only',
  },
};
