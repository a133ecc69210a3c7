/** Tokens that are bound to a key, and tokens for other servers: what each is good for, and what it is not. */
import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createLocalJWKSet, exportJWK, generateKeyPair, type JSONWebKeySet, jwtVerify, SignJWT } from 'jose';
import * as client from 'openid-client';
import { asClient, assertionClaims, type KeyedClients, keyedClients } from '../support/keyed-clients.ts';
import { type OwnConfig, ownConfig } from '../support/own-config.ts';
import { startWorld, type World } from '../support/start-world.ts';
import { authorization, noListener, signInWithPassword } from '../support/stories.ts';
import { errorOf, relyingParty } from '../support/tokens.ts';
import { type Answer, createVisitor } from '../support/visitor.ts';

const aino = 'aino@oma.example';
const api = 'https://api.oma.example/kuitit';
let config: OwnConfig;
let clients: KeyedClients;
let world: World;
let folder: string;
let own: X509Certificate;
let foreign: X509Certificate;

/** As a client makes one for itself; nobody signs it. */
async function selfSigned(name: string): Promise<X509Certificate> {
  const file = join(folder, `${name}.pem`);
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', join(folder, name)];
  execFileSync('openssl', ['req', '-x509', ...key, '-out', file, '-subj', `/CN=${name}`, '-days', '2'], {
    stdio: 'ignore',
  });
  return new X509Certificate(await readFile(file));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'avain-certificates-'));
  [own, foreign] = [await selfSigned('own'), await selfSigned('foreign')];
  config = await ownConfig((yaml) =>
    yaml
      .replace('  trustedHops: 0', '  trustedHops: 1\n  clientCertificateHeader: client-cert')
      .replace(
        /^# (resources:)\n((?:# .*\n){4})/m,
        (_, first: string, rest: string) => `${first}\n${rest.replaceAll(/^# /gm, '')}`,
      ),
  );
  const x5c = [own.raw.toString('base64')];
  clients = await keyedClients({
    'test-mtls': {
      authMethod: 'self_signed_tls_client_auth',
      jwks: { keys: [{ ...own.publicKey.export({ format: 'jwk' }), use: 'sig', x5c }] },
      tokens: { binding: 'mtls' },
      pages: false,
      clientCredentials: true,
    },
    'test-bound': { tokens: { binding: 'mtls' } },
    'test-machine': { pages: false, clientCredentials: true, resources: ['kuitit'] },
    'test-api': { resources: ['kuitit'], offlineAccess: true, tokens: { accessTokenMinutes: 3 } },
    'test-spa': { type: 'public', jwks: null, tokens: { binding: 'dpop' }, offlineAccess: true },
  });
  world = await startWorld({ env: { ...config.env, AVAIN_CLIENTS_DIR: clients.dir } });
});
afterAll(async () => {
  await world?.stop();
  await Promise.all([clients?.remove(), config?.remove(), rm(folder, { recursive: true, force: true })]);
});

const ask = (path: string, body: Record<string, string>, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(new URL(path, world.issuer), { method: 'POST', body: new URLSearchParams(body), headers });

async function partyOf(id: string, auth = client.PrivateKeyJwt(clients.key)): Promise<client.Configuration> {
  return client.discovery(new URL(world.issuer), id, {}, auth, { execute: [client.allowInsecureRequests] });
}

async function signIn(url: URL): Promise<Answer> {
  const visitor = createVisitor();
  visitor.unvisited.add(noListener);
  return signInWithPassword(visitor, await visitor.get(url), aino);
}

/** Through the page to the code, and what redeems it. */
async function codeFor(id: string, params: Record<string, string>) {
  const { url, verifier } = authorization(world, { client_id: id, ...params });
  const end = await signIn(url);
  const { nonce = '', state = '' } = Object.fromEntries(url.searchParams);
  return { end, checks: { pkceCodeVerifier: verifier, expectedNonce: nonce, expectedState: state } };
}

/** Judged as a resource server judges it (RFC 9068 4): by our published keys, and nothing asked of us. */
async function judged(token: string) {
  const keys = (await (await fetch(new URL('/jwks', world.issuer))).json()) as JSONWebKeySet;
  const { payload } = await jwtVerify(token, createLocalJWKSet(keys), {
    issuer: world.issuer,
    audience: api,
    typ: 'at+jwt',
    algorithms: ['ES256'],
  });
  return payload;
}

test("a certificate that the proxy saw proves the client and binds its tokens; nobody else's word does", async () => {
  const body = { grant_type: 'client_credentials', client_id: 'test-mtls' };
  const through = { 'x-forwarded-for': '203.0.113.7' };
  const rfc9440 = ({ raw }: X509Certificate) => `:${raw.toString('base64')}:`;
  const rows: readonly (readonly [what: string, headers: Record<string, string>, status: number])[] = [
    ['RFC 9440', { ...through, 'client-cert': rfc9440(own) }, 200],
    ['a form-encoded PEM', { ...through, 'client-cert': encodeURIComponent(own.toString()) }, 200],
    ['past the proxy', { 'client-cert': rfc9440(own) }, 401],
    ['under another name', { ...through, 'x-client-cert': rfc9440(own) }, 401],
    ['two of them', { ...through, 'client-cert': `${rfc9440(foreign)}, ${rfc9440(own)}` }, 401],
    ["somebody else's", { ...through, 'client-cert': rfc9440(foreign) }, 401],
    ['rubbish', { ...through, 'client-cert': ':AAAA:' }, 401],
    ['none', through, 401],
  ];
  for (const [what, headers, status] of rows)
    expect([what, (await ask('/token', body, headers)).status]).toEqual([what, status]);
  const proved = { ...through, 'client-cert': rfc9440(own) };
  const { access_token: token } = (await (await ask('/token', body, proved)).json()) as { access_token: string };
  const told = await (await ask('/token/introspection', { token, client_id: 'test-mtls' }, proved)).json();
  const thumbprint = Buffer.from(own.fingerprint256.replaceAll(':', ''), 'hex').toString('base64url');
  expect(told).toMatchObject({ active: true, cnf: { 'x5t#S256': thumbprint } });
});

test('the token of a person is bound to the certificate, too', async () => {
  const { end, checks } = await codeFor('test-bound', { scope: 'openid email' });
  const grant = {
    ...asClient(await clients.sign(assertionClaims('test-bound', world.issuer))),
    grant_type: 'authorization_code',
    code: end.url.searchParams.get('code') ?? '',
    redirect_uri: `${noListener}/callback`,
    code_verifier: checks.pkceCodeVerifier,
  };
  const certified = (certificate: X509Certificate) => ({
    'x-forwarded-for': '203.0.113.7',
    'client-cert': `:${certificate.raw.toString('base64')}:`,
  });
  const tokens = (await (await ask('/token', grant, certified(own))).json()) as { access_token: string };
  const me = async (headers: Record<string, string>): Promise<number> => {
    const authorization = `Bearer ${tokens.access_token}`;
    return (await fetch(new URL('/me', world.issuer), { headers: { authorization, ...headers } })).status;
  };
  expect([await me(certified(own)), await me(certified(foreign)), await me({})]).toEqual([200, 401, 401]);
});

test('a client of people gets a JWT for a resource server that its file names, and it is good there only', async () => {
  const party = await partyOf('test-api');
  const scope = 'openid email receipts:read';
  const { end, checks } = await codeFor('test-api', { scope, resource: api });
  const tokens = await client.authorizationCodeGrant(party, end.url, checks, { resource: api });
  const claims = await judged(tokens.access_token);
  const { sub = '', auth_time } = tokens.claims() ?? {};
  expect(claims).toMatchObject({
    sub,
    auth_time,
    client_id: 'test-api',
    scope: 'receipts:read',
    acr: expect.any(String),
  });
  // The shorter of what its file and the resource server say.
  expect(Number(claims.exp) - Number(claims.iat)).toBe(180);
  // One kind is no other (security R19).
  await expect(client.fetchUserInfo(party, tokens.access_token, sub)).rejects.toThrow();
  await expect(client.tokenIntrospection(party, tokens.access_token)).rejects.toMatchObject({
    error: 'unsupported_token_type',
  });
  const hint = authorization(world, { client_id: 'test-api', scope: 'openid', id_token_hint: tokens.access_token });
  const visitor = createVisitor();
  visitor.unvisited.add(noListener);
  expect(errorOf(await visitor.get(hint.url))).toBe('invalid_request');
  // Without `resource` the same grant gives a token for userinfo, which is none for the resource server.
  const plain = await client.refreshTokenGrant(party, tokens.refresh_token ?? '');
  expect(await client.fetchUserInfo(party, plain.access_token, sub)).toMatchObject({ email: aino });
  await expect(judged(plain.access_token)).rejects.toThrow();
  const third = await client.refreshTokenGrant(party, tokens.refresh_token ?? '', { resource: api });
  expect(await judged(third.access_token)).toMatchObject({ sub, scope: 'receipts:read' });
});

test('a resource server that a file does not name is refused, and so is one nobody knows', async () => {
  for (const [id, resource] of [
    ['test-web', api],
    ['test-api', 'https://other.example'],
  ] as const) {
    const visitor = createVisitor();
    visitor.unvisited.add(noListener);
    const { url } = authorization(world, { client_id: id, scope: 'openid', resource });
    expect(errorOf(await visitor.get(url))).toBe('invalid_target');
  }
});

test('a machine gets a JWT for itself, bound to its DPoP key', async () => {
  const party = await partyOf('test-machine');
  const DPoP = client.getDPoPHandle(party, await client.randomDPoPKeyPair());
  const wanted = { resource: api, scope: 'receipts:read receipts:burn' };
  const { access_token: token } = await client.clientCredentialsGrant(party, wanted, { DPoP });
  const claims = await judged(token);
  expect(claims).toMatchObject({ sub: 'test-machine', client_id: 'test-machine', scope: 'receipts:read' });
  expect(claims['cnf']).toEqual({ jkt: expect.stringMatching(/^[\w-]{43}$/) });
  expect(claims).not.toHaveProperty('acr');
  await expect(client.clientCredentialsGrant(party, { resource: 'https://other.example' })).rejects.toMatchObject({
    error: 'invalid_target',
  });
});

test("a page's refresh token is worth nothing without its key", async () => {
  const party = await partyOf('test-spa', client.None());
  const { end, checks } = await codeFor('test-spa', { scope: 'openid email' });
  const DPoP = client.getDPoPHandle(party, await client.randomDPoPKeyPair());
  const tokens = await client.authorizationCodeGrant(party, end.url, checks, {}, { DPoP });
  // From its own pages, and from nobody else's.
  const refresh = { grant_type: 'refresh_token', client_id: 'test-spa', refresh_token: 'unknown' };
  for (const [origin, allowed] of [
    [noListener, noListener],
    ['https://evil.example', null],
  ] as const) {
    const { headers } = await ask('/token', refresh, { origin });
    expect([origin, headers.get('access-control-allow-origin')]).toEqual([origin, allowed]);
  }
  const thief = client.getDPoPHandle(party, await client.randomDPoPKeyPair());
  await expect(client.refreshTokenGrant(party, tokens.refresh_token ?? '', {}, { DPoP: thief })).rejects.toMatchObject({
    error: 'invalid_grant',
  });
  const next = await client.refreshTokenGrant(party, tokens.refresh_token ?? '', {}, { DPoP });
  expect(next.token_type).toBe('dpop');
  // Who sends no proof at all gets nothing, though the code is good.
  const bare = await codeFor('test-spa', { scope: 'openid' });
  await expect(client.authorizationCodeGrant(party, bare.end.url, bare.checks)).rejects.toMatchObject({
    error: 'invalid_grant',
  });
});

test('a client whose clock is wrong is given a nonce, and a proof is good once', async () => {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const jwk = await exportJWK(publicKey);
  const proof = (claims: Record<string, unknown>) =>
    new SignJWT({ htm: 'POST', htu: `${world.issuer}/token`, jti: crypto.randomUUID(), ...claims })
      .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk })
      .sign(privateKey);
  const send = async (dpop: string) =>
    ask('/token', asClient(await clients.sign(assertionClaims('test-machine', world.issuer))), { dpop });
  const late = Math.floor(Date.now() / 1000) - 3_600;
  const refused = await send(await proof({ iat: late }));
  expect([refused.status, await refused.json()]).toEqual([400, expect.objectContaining({ error: 'use_dpop_nonce' })]);
  const nonce = refused.headers.get('dpop-nonce');
  const good = await proof({ iat: late, nonce });
  expect((await send(good)).status).toBe(200);
  const replayed = await send(good);
  expect([replayed.status, await replayed.json()]).toEqual([400, expect.objectContaining({ error: 'invalid_grant' })]);
  const elsewhere = await send(await proof({ iat: late + 3_600, htu: `${world.issuer}/request` }));
  expect([elsewhere.status, await elsewhere.json()]).toEqual([
    400,
    expect.objectContaining({ error: 'invalid_dpop_proof' }),
  ]);
});

test('a token of one kind is none of another, though nobody asked for a proof', async () => {
  const party = await relyingParty(world);
  const { end, checks } = await codeFor('test-web', { scope: 'openid offline_access' });
  const tokens = await client.authorizationCodeGrant(party, end.url, checks);
  expect(tokens.token_type).toBe('bearer');
  const { access_token: access, refresh_token: refresh = '', id_token: id = '' } = tokens;
  await expect(client.refreshTokenGrant(party, access)).rejects.toMatchObject({ error: 'invalid_grant' });
  await expect(client.fetchUserInfo(party, refresh, client.skipSubjectCheck)).rejects.toThrow();
  await expect(client.fetchUserInfo(party, id, client.skipSubjectCheck)).rejects.toThrow();
  const asCode = new URL(end.url);
  asCode.searchParams.set('code', refresh);
  await expect(client.authorizationCodeGrant(party, asCode, checks)).rejects.toMatchObject({ error: 'invalid_grant' });
  // None of the tries took anything away.
  expect((await client.refreshTokenGrant(party, refresh)).access_token).toBeTruthy();
});
