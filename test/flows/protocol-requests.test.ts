/** How modern clients ask: pushed, signed, by one word for FAPI 2.0; and how they are answered. Through openid-client 6. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import * as client from 'openid-client';
import { asClient, assertionClaims, type KeyedClients, keyedClients } from '../support/keyed-clients.ts';
import { type OwnConfig, ownConfig } from '../support/own-config.ts';
import { startWorld, type World } from '../support/start-world.ts';
import { authorization, noListener, signInWithPassword } from '../support/stories.ts';
import { errorOf } from '../support/tokens.ts';
import { type Answer, createVisitor, formsOf } from '../support/visitor.ts';

const aino = 'aino@oma.example';
const encryption = { alg: 'ECDH-ES', enc: 'A128CBC-HS256' };
let config: OwnConfig;
let clients: KeyedClients;
let world: World;

beforeAll(async () => {
  config = await ownConfig((yaml) => yaml.replace('  # documentation:', '  documentation:'));
  clients = await keyedClients({
    'test-fapi': { profile: 'fapi2', offlineAccess: true },
    'test-signed': {
      requests: { signed: true, responseModes: ['query', 'jwt'] },
      tokens: { idTokenEncryption: encryption },
      userinfo: { encryption },
    },
    'test-jarm': { requests: { responseModes: ['query.jwt', 'fragment.jwt', 'form_post.jwt'] } },
    'test-machine': { pages: false, clientCredentials: true },
  });
  world = await startWorld({ env: { ...config.env, AVAIN_CLIENTS_DIR: clients.dir } });
});
afterAll(async () => {
  await world?.stop();
  await Promise.all([clients?.remove(), config?.remove()]);
});

async function partyOf(id: string): Promise<client.Configuration> {
  const insecure = { execute: [client.allowInsecureRequests] };
  return client.discovery(new URL(world.issuer), id, {}, client.PrivateKeyJwt(clients.key), insecure);
}

const paramsOf = (url: URL): Record<string, string> => Object.fromEntries(url.searchParams);

/** Aino signs in; `end` is the way back to the client. */
async function signIn(url: URL): Promise<Answer> {
  const visitor = createVisitor();
  visitor.unvisited.add(noListener);
  return signInWithPassword(visitor, await visitor.get(url), aino);
}

/** What the client hears of a request at which no page is shown. */
async function refusalOf(url: URL): Promise<string | null> {
  const visitor = createVisitor();
  visitor.unvisited.add(noListener);
  return errorOf(await visitor.get(url));
}

test('one word makes a client speak FAPI 2.0: pushed, bound to a key, not rotated', async () => {
  const party = await partyOf('test-fapi');
  const { url, verifier } = authorization(world, { client_id: 'test-fapi', scope: 'openid email' });
  expect(await refusalOf(url)).toBe('invalid_request');
  const DPoP = client.getDPoPHandle(party, await client.randomDPoPKeyPair());
  const pushed = await client.buildAuthorizationUrlWithPAR(party, paramsOf(url), { DPoP });
  expect([...pushed.searchParams.keys()].sort()).toEqual(['client_id', 'request_uri']);
  const end = await signIn(pushed);
  expect(end.url.searchParams.get('iss')).toBe(world.issuer);
  const { nonce = '', state = '' } = paramsOf(url);
  const checks = { pkceCodeVerifier: verifier, expectedNonce: nonce, expectedState: state };
  const tokens = await client.authorizationCodeGrant(party, end.url, checks, {}, { DPoP });
  expect(tokens.token_type).toBe('dpop');
  const sub = tokens.claims()?.sub ?? '';
  expect(await client.fetchUserInfo(party, tokens.access_token, sub, { DPoP })).toMatchObject({ email: aino });
  // Whoever has the token and not its key has nothing.
  await expect(client.fetchUserInfo(party, tokens.access_token, sub)).rejects.toThrow();
  const other = client.getDPoPHandle(party, await client.randomDPoPKeyPair());
  await expect(client.fetchUserInfo(party, tokens.access_token, sub, { DPoP: other })).rejects.toThrow();
  const again = await client.refreshTokenGrant(party, tokens.refresh_token ?? '', {}, { DPoP });
  expect(again.refresh_token ?? tokens.refresh_token).toBe(tokens.refresh_token);
  await expect(client.refreshTokenGrant(party, tokens.refresh_token ?? '')).rejects.toMatchObject({
    error: 'invalid_grant',
  });
});

test('a request_uri is good for one sign-in, and for its own client', async () => {
  const party = await partyOf('test-fapi');
  const { url } = authorization(world, { client_id: 'test-fapi', scope: 'openid' });
  const pushed = await client.buildAuthorizationUrlWithPAR(party, paramsOf(url));
  const stolen = new URL(pushed);
  stolen.searchParams.set('client_id', 'test-web');
  stolen.searchParams.set('redirect_uri', `${noListener}/callback`);
  expect(await refusalOf(stolen)).toBe('invalid_request_object');
  expect((await signIn(pushed)).url.searchParams.has('code')).toBe(true);
  const { status, text } = await createVisitor().get(pushed);
  expect([status, text.includes('<h1>')]).toEqual([400, true]);
});

test('a signed request is answered in kind: JARM, an encrypted ID token, a signed and encrypted userinfo', async () => {
  const party = await partyOf('test-signed');
  client.enableDecryptingResponses(party, [encryption.enc], clients.opens);
  client.useJwtResponseMode(party);
  const { url, verifier } = authorization(world, { client_id: 'test-signed', scope: 'openid email' });
  const { nonce = '', state = '', ...params } = paramsOf(url);
  const whole = { ...params, nonce, state, response_mode: 'jwt' };
  const end = await signIn(await client.buildAuthorizationUrlWithJAR(party, whole, clients.key));
  expect([...end.url.searchParams.keys()]).toEqual(['response']);
  const checks = { pkceCodeVerifier: verifier, expectedNonce: nonce, expectedState: state };
  const tokens = await client.authorizationCodeGrant(party, end.url, checks);
  expect(tokens.id_token?.split('.')).toHaveLength(5);
  const headers = { authorization: `Bearer ${tokens.access_token}` };
  const raw = await fetch(new URL('/me', world.issuer), { headers });
  expect(raw.headers.get('content-type')).toContain('application/jwt');
  expect((await raw.text()).split('.')).toHaveLength(5);
  const told = await client.fetchUserInfo(party, tokens.access_token, tokens.claims()?.sub ?? '');
  expect(told).toMatchObject({ email: aino });
});

test('a request object is refused unless it is signed by the client, of our time and for us', async () => {
  const { url } = authorization(world, { client_id: 'test-signed', scope: 'openid' });
  expect(await refusalOf(url)).toBe('invalid_request');
  const now = Math.floor(Date.now() / 1000);
  const good = { ...paramsOf(url), iss: 'test-signed', aud: world.issuer, nbf: now, exp: now + 60 };
  const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify(good)).toString('base64url')}.`;
  const [head = '', body = ''] = (await clients.sign(good)).split('.');
  const rows: readonly (readonly [what: string, request: string, error: string | null])[] = [
    ['good', await clients.sign(good, { typ: 'oauth-authz-req+jwt' }), null],
    ['without exp', await clients.sign({ ...good, exp: undefined }), 'invalid_request_object'],
    ['without nbf', await clients.sign({ ...good, nbf: undefined }), 'invalid_request_object'],
    ['for too long', await clients.sign({ ...good, exp: now + 3_700 }), 'invalid_request_object'],
    ['over', await clients.sign({ ...good, nbf: now - 120, exp: now - 60 }), 'invalid_request_object'],
    ['for another server', await clients.sign({ ...good, aud: 'https://other.example' }), 'invalid_request_object'],
    ['by another client', await clients.sign({ ...good, iss: 'test-fapi' }), 'invalid_request_object'],
    ['of another kind', await clients.sign(good, { typ: 'logout+jwt' }), 'invalid_request_object'],
    ['unsigned', unsigned, 'invalid_request_object'],
    ['with a broken signature', `${head}.${body}.AAAA`, 'invalid_request_object'],
  ];
  for (const [what, request, error] of rows) {
    const asked = new URL(url);
    asked.searchParams.set('request', request);
    expect([what, await refusalOf(asked)]).toEqual([what, error]);
  }
});

test('an answer can be posted: a page of ours carries it, in the language of the person', async () => {
  const { url } = authorization(world, { response_mode: 'form_post', ui_locales: 'en' });
  const page = await signIn(url);
  expect(page.status).toBe(200);
  expect(page.text).toContain('Continue</button>');
  const [form] = formsOf(page);
  expect(form?.action).toBe(`${noListener}/callback`);
  expect(form?.fields).toMatchObject({ state: url.searchParams.get('state'), iss: world.issuer });
  expect(form?.fields['code']).toBeTruthy();
  const { url: silent } = authorization(world, { response_mode: 'form_post', prompt: 'none' });
  expect(formsOf(await createVisitor().get(silent))[0]?.fields['error']).toBe('login_required');
  // A mode that its file does not name.
  const visitor = createVisitor();
  visitor.unvisited.add(noListener);
  const { url: refused } = await visitor.get(authorization(world, { response_mode: 'jwt' }).url);
  expect(decodeJwt(refused.searchParams.get('response') ?? '')).toMatchObject({ error: 'invalid_request' });
});

test('a signed answer comes by the way that its mode names: in the query, in the fragment, or posted', async () => {
  const keys = createRemoteJWKSet(new URL('/jwks', world.issuer));
  const visitor = createVisitor();
  visitor.unvisited.add(noListener);
  const web = authorization(world).url;
  await signInWithPassword(visitor, await visitor.get(web), aino);
  const responses: Readonly<Record<string, (answer: Answer) => string | null | undefined>> = {
    'query.jwt': ({ url }) => (url.hash === '' ? url.searchParams.get('response') : null),
    'fragment.jwt': ({ url }) => (url.search === '' ? new URLSearchParams(url.hash.slice(1)).get('response') : null),
    'form_post.jwt': (answer) => {
      const [form] = formsOf(answer);
      expect(form?.action).toBe(`${noListener}/callback`);
      return form?.fields['response'];
    },
  };
  for (const [mode, responseOf] of Object.entries(responses)) {
    const { url, verifier } = authorization(world, { client_id: 'test-jarm', scope: 'openid', response_mode: mode });
    const answer = await visitor.get(url);
    const response = responseOf(answer) ?? '';
    const { payload } = await jwtVerify(response, keys, { issuer: world.issuer, audience: 'test-jarm' });
    expect([mode, payload['state'], payload.exp]).toEqual([mode, url.searchParams.get('state'), expect.any(Number)]);
    // Nothing of it beside the signature, where anybody could change it.
    expect(answer.url.search + answer.url.hash + answer.text).not.toContain(String(payload['code']));
    const party = await partyOf('test-jarm');
    const redeemed = await client.genericGrantRequest(party, 'authorization_code', {
      code: String(payload['code']),
      redirect_uri: `${noListener}/callback`,
      code_verifier: verifier,
    });
    expect(redeemed.access_token).toBeTruthy();
  }
  // And what was refused is told in the same way.
  const refused = authorization(world, { client_id: 'test-jarm', response_mode: 'fragment.jwt', prompt: 'none login' });
  const { hash } = (await visitor.get(refused.url)).url;
  const told = new URLSearchParams(hash.slice(1)).get('response') ?? '';
  expect((await jwtVerify(told, keys, { audience: 'test-jarm' })).payload).toMatchObject({ error: 'invalid_request' });
});

test('an assertion is for us alone, soon over, and believed once', async () => {
  const send = async (assertion: string): Promise<number> =>
    (await fetch(new URL('/token', world.issuer), { method: 'POST', body: new URLSearchParams(asClient(assertion)) }))
      .status;
  const claims = (changed = {}) => assertionClaims('test-machine', world.issuer, changed);
  const now = Math.floor(Date.now() / 1000);
  const good = await clients.sign(claims(), { typ: 'client-authentication+jwt' });
  const rows: readonly (readonly [what: string, assertion: string, status: number])[] = [
    ['good', good, 200],
    ['again', good, 401],
    ['for the token endpoint', await clients.sign(claims({ aud: `${world.issuer}/token` })), 401],
    ['for a list of one', await clients.sign(claims({ aud: [world.issuer] })), 401],
    ['for two hours', await clients.sign(claims({ exp: now + 7_200 })), 401],
    ['from the future', await clients.sign(claims({ iat: now + 600 })), 401],
    ['without jti', await clients.sign(claims({ jti: undefined })), 401],
    ['of another kind', await clients.sign(claims(), { typ: 'at+jwt' }), 401],
    ['by an RSA key', await clients.sign(claims(), { alg: 'RS256' }), 200],
    ["in another's name", await clients.sign(claims({ iss: 'test-fapi' })), 401],
  ];
  for (const [what, assertion, status] of rows) expect([what, await send(assertion)]).toEqual([what, status]);
  // What FAPI 2.0 leaves out.
  const { grant_type: _grant, ...params } = {
    ...paramsOf(authorization(world, { scope: 'openid' }).url),
    ...asClient(''),
  };
  for (const [alg, status] of [
    ['PS256', 201],
    ['RS256', 401],
  ] as const) {
    const assertion = await clients.sign(assertionClaims('test-fapi', world.issuer), { alg });
    const body = new URLSearchParams({ ...params, client_id: 'test-fapi', client_assertion: assertion });
    const pushed = await fetch(new URL('/request', world.issuer), { method: 'POST', body });
    expect([alg, pushed.status]).toEqual([alg, status]);
  }
});

test('discovery says what is so', async () => {
  const told = (await (await fetch(new URL('/.well-known/openid-configuration', world.issuer))).json()) as Record<
    string,
    unknown
  >;
  expect(told['service_documentation']).toBe('https://oma.example/developers');
  expect(Object.values(told).filter((value) => Array.isArray(value) && value.length === 0)).toEqual([]);
  const claims = ['sub', 'acr', 'amr', 'auth_time', 'identified_at', 'email', 'given_name', 'national_id'];
  expect(told['claims_supported']).toEqual(expect.arrayContaining(claims));
  // Each is tried: what is told is not refused as unknown, and what is not told is.
  for (const mode of [...(told['response_modes_supported'] as string[]), 'web_message']) {
    const visitor = createVisitor();
    visitor.unvisited.add(noListener);
    const { url, text } = await visitor.get(authorization(world, { response_mode: mode, prompt: 'none' }).url);
    const unknown =
      (url.search + text).includes('unsupported_response_mode') || text.includes('unsupported_response_mode');
    expect([mode, unknown]).toEqual([mode, mode === 'web_message']);
  }
  for (const prompt of [...(told['prompt_values_supported'] as string[]), 'nonsense']) {
    const visitor = createVisitor();
    visitor.unvisited.add(noListener);
    const error = errorOf(await visitor.get(authorization(world, { prompt }).url));
    expect([prompt, error === 'invalid_request']).toEqual([prompt, prompt === 'nonsense']);
  }
  expect(told).toMatchObject({
    request_parameter_supported: true,
    request_uri_parameter_supported: false,
    authorization_response_iss_parameter_supported: true,
    code_challenge_methods_supported: ['S256'],
    dpop_signing_alg_values_supported: ['ES256', 'PS256', 'Ed25519', 'EdDSA'],
    revocation_endpoint_auth_methods_supported: told['token_endpoint_auth_methods_supported'],
  });
  const algs = Object.entries(told).filter(([name]) => /(signing|encryption)_alg_values/.test(name));
  expect(algs.length).toBeGreaterThan(6);
  expect(algs.filter(([, values]) => (values as string[]).some((alg) => /^(none|HS|A\d|dir)/.test(alg)))).toEqual([]);
  // Encrypted are the ID token and userinfo, as a client file can say; nothing else.
  const encrypted = Object.keys(told).filter((name) => name.endsWith('encryption_alg_values_supported'));
  expect(encrypted.sort()).toEqual(['id_token', 'userinfo'].map((name) => `${name}_encryption_alg_values_supported`));
});
