/** What integrators.md tells of endpoints, errors and refresh tokens, asked of a running Avain. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startWorld, type World } from '../support/start-world.ts';
import { authorization, goodPassword, noListener, redeem, signInWithPassword, stepOf } from '../support/stories.ts';
import { type Answer, createVisitor, type Visitor } from '../support/visitor.ts';
import { coded, page, table } from './pages.ts';

const integrators = 'docs/integrators.md';
let world: World;
let discovery: Record<string, unknown>;

beforeAll(async () => {
  world = await startWorld();
  discovery = (await (await fetch(`${world.issuer}/.well-known/openid-configuration`)).json()) as typeof discovery;
}, 120_000);
afterAll(() => world?.stop());

const strings = (key: string): readonly string[] => {
  const value = discovery[key];
  return Array.isArray(value) ? value.map(String) : [];
};

/** Pages of the ladder answered until the client is reached, or the page that asks for consent. */
async function through(visitor: Visitor, page: Answer): Promise<Answer> {
  let at = page;
  for (let step = 0; step < 8 && at.url.origin !== noListener && stepOf(at) !== 'consent'; step += 1) {
    const name = stepOf(at);
    if (name === 'sign-in') at = await signInWithPassword(visitor, at, 'aino@oma.example');
    else if (name === 'password') at = await visitor.submit(at, { password: goodPassword });
    else if (name === 'terms') at = await visitor.submit(at, { answer: 'accept' });
    else throw new Error(`stopped at ${at.url.pathname}`);
  }
  return at;
}

function stranger(): Visitor {
  const visitor = createVisitor();
  visitor.unvisited.add(noListener);
  return visitor;
}

const listed = (table_: readonly (readonly string[])[]) => table_.map(([first = '']) => coded(first)[0]);
const redirectErrors = listed(table(integrators, '`error`', '## Errors'));

test('the endpoints are where discovery says', () => {
  const told = table(integrators, 'in discovery').map(([key = '', path = '']) => [coded(key)[0], coded(path)[0]]);
  const found = Object.entries(discovery)
    .filter(([key, value]) => (key.endsWith('_endpoint') || key === 'jwks_uri') && typeof value === 'string')
    .map(([key, value]) => [key, new URL(String(value)).pathname]);
  expect(Object.fromEntries(told)).toEqual(Object.fromEntries(found));
});

test('discovery offers what the page tells, and no other way in', () => {
  expect(strings('response_types_supported')).toEqual(['code']);
  expect(strings('code_challenge_methods_supported')).toEqual(['S256']);
  // What a client file can say, and nothing else.
  const methods = ['client_secret_basic', 'client_secret_post', 'none', 'private_key_jwt'];
  expect([...strings('token_endpoint_auth_methods_supported')].sort()).toEqual(methods);
  expect(strings('ui_locales_supported')).toEqual(['fi', 'sv', 'en']);
  const claims = table('docs/claims.md', 'claim', '## Claims');
  const scopes = [...new Set(claims.map(([, scope = '']) => coded(scope)[0]))];
  expect(
    strings('scopes_supported')
      .filter((scope) => scope !== 'offline_access')
      .sort(),
  ).toEqual([...scopes].sort());
  const told = table('docs/claims.md', '`acr`', '## Levels: acr and amr');
  const levels = listed(told).map((acr) => acr?.replace('/loa', '/loatest'));
  expect(strings('acr_values_supported')).toEqual(levels);
});

test('every amr that a token can name is told, and no other', () => {
  const quoted = (text: string) => [...text.matchAll(/'(\w+)'/g)].map(([, word]) => word);
  const pushed = page('src/journey/next-step.ts')
    .split('\n')
    .filter((line) => line.includes('amr.push('));
  const methods = /type IdentificationMethod = .*/.exec(page('src/journey/facts.ts'))?.[0] ?? '';
  // What is compared with is no value of `amr`.
  const named = quoted(pushed.join(' ').replaceAll(/=== '\w+'/g, ''));
  const told = listed(table('docs/claims.md', '`amr`', '## Levels: acr and amr'));
  expect([...told].sort()).toEqual([...new Set([...named, ...quoted(methods)])].sort());
  expect(told.length).toBeGreaterThan(6);
});

test.each<readonly [string, Record<string, string>]>([
  ['invalid_request', { code_challenge: '', code_challenge_method: '' }],
  ['invalid_request', { code_challenge_method: 'plain' }],
  ['unsupported_response_type', { response_type: 'token' }],
  ['invalid_scope', { scope: 'openid national_id' }],
  ['invalid_request_object', { request: 'e30.e30.' }],
  ['request_uri_not_supported', { request_uri: 'https://client.example/request' }],
  ['invalid_request_uri', { request_uri: 'urn:ietf:params:oauth:request_uri:unknown' }],
  ['invalid_target', { resource: 'https://api.example' }],
  ['login_required', { prompt: 'none' }],
])('%s is what a client gets for %j', async (error, params) => {
  const { url } = await stranger().get(authorization(world, params).url);
  const answer = new URLSearchParams(url.hash === '' ? url.search : url.hash.slice(1));
  expect(answer.get('error')).toBe(error);
  expect(answer.get('iss')).toBe(world.issuer);
  expect(redirectErrors).toContain(error);
});

test('an unknown client and an unregistered redirect URI get a page and no redirect', async () => {
  for (const params of [{ client_id: 'nobody' }, { redirect_uri: `${noListener}/elsewhere` }]) {
    const { status, url } = await stranger().get(authorization(world, params).url);
    expect([status, url.origin]).toEqual([400, world.issuer]);
  }
});

test('in a session: each silent request has the error the page lists, an unknown level is ignored', async () => {
  const visitor = stranger();
  const request = authorization(world);
  const callback = await through(visitor, await visitor.get(request.url));
  expect(callback.url.searchParams.has('code')).toBe(true);
  const third = { client_id: 'test-third', scope: 'openid email' };
  // Its terms come first; the consent is left open.
  expect(stepOf(await through(visitor, await visitor.get(authorization(world, third).url)))).toBe('consent');
  const essential = JSON.stringify({ id_token: { acr: { essential: true, value: 'nobody:knows' } } });
  const rows: readonly (readonly [string | null, Record<string, string>])[] = [
    ['interaction_required', { acr_values: 'http://ftn.ficora.fi/2017/loatest2' }],
    ['consent_required', third],
    ['unmet_authentication_requirements', { claims: essential }],
    ['login_required', { max_age: '0' }],
    [null, { acr_values: 'nobody:knows' }],
  ];
  for (const [error, params] of rows) {
    const { url } = await visitor.get(authorization(world, { ...params, prompt: 'none' }).url);
    expect([params, url.searchParams.get('error')]).toEqual([params, error]);
    if (error !== null) expect(redirectErrors).toContain(error);
  }
  const cancelled = await visitor.submit(
    await visitor.get(authorization(world, { prompt: 'login' }).url),
    {},
    'id="cancel"',
  );
  expect(cancelled.url.searchParams.get('error')).toBe('access_denied');
});

test('a refresh token comes with every code of a client that may have one, and consent says so', async () => {
  const visitor = stranger();
  const request = authorization(world);
  const first = await through(visitor, await visitor.get(request.url));
  const tokens = (await (await redeem(world, request, first.url)).json()) as Record<string, unknown>;
  expect(tokens).toHaveProperty('refresh_token');
  expect(String(tokens['access_token'])).not.toContain('.');
  const third = authorization(world, { client_id: 'test-third', scope: 'openid email' });
  const consent = await through(visitor, await visitor.get(third.url));
  expect(stepOf(consent)).toBe('consent');
  expect(consent.text).toContain('myös silloin, kun et käytä palvelua');
});

test('errors of the token and userinfo endpoints are those of the page', async () => {
  const post = (body: Record<string, string>, headers: Record<string, string> = {}) =>
    fetch(`${world.issuer}/token`, { method: 'POST', body: new URLSearchParams(body), headers });
  const wrong = { authorization: `Basic ${Buffer.from('test-web:wrong').toString('base64')}` };
  const answers = await Promise.all([
    post(
      { grant_type: 'authorization_code', code: 'x', redirect_uri: noListener, code_verifier: 'a'.repeat(43) },
      wrong,
    ),
    post({ grant_type: 'refresh_token', refresh_token: 'x', client_id: 'test-public' }),
    post({ grant_type: 'password', client_id: 'test-public' }),
  ]);
  const got = await Promise.all(
    answers.map(async (answer) => [((await answer.json()) as { error: string }).error, String(answer.status)]),
  );
  const told = table(integrators, '`error` | status').map(([error = '', status = '']) => [coded(error)[0], status]);
  expect(got).toEqual(told);
  const me = await fetch(`${world.issuer}/me`, { headers: { authorization: 'Bearer nothing' } });
  expect([me.status, ((await me.json()) as { error: string }).error]).toEqual([401, 'invalid_token']);
});
