/** What clients redeem, twenty times at once: one wins, and what the race left behind is one change. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { personas } from '../../src/demo/personas.ts';
import { rounds } from '../support/heavy.ts';
import { auditOf } from '../support/inside.ts';
import { asClient, assertionClaims, type KeyedClients, keyedClients } from '../support/keyed-clients.ts';
import { startWorld, type World } from '../support/start-world.ts';
import { type Authorization, authorization, noListener, redeem, signInWithPassword } from '../support/stories.ts';
import { createVisitor } from '../support/visitor.ts';
import { atOnce, countIn, getOnly, many, statuses, tally } from './at-once.ts';

const aino = personas.find(({ key }) => key === 'aino');
const repeats = rounds(2, 20);
/** src/provider/refresh-reuse.ts, which cannot be loaded here beside the library. */
const graceMs = 10_000;
let world: World;
let clients: KeyedClients;

beforeAll(async () => {
  clients = await keyedClients({ 'test-assertion': { clientCredentials: true } });
  world = await startWorld({ env: { AVAIN_CLIENTS_DIR: clients.dir } });
});
afterAll(async () => {
  await world?.stop();
  await clients?.remove();
});

const signAssertion = () => clients.sign(assertionClaims('test-assertion', world.issuer));

/** Aino signs in at a client; the request and the address with the code. */
async function codeFor(client: string, params: Record<string, string> = {}): Promise<[Authorization, URL]> {
  const visitor = createVisitor();
  visitor.unvisited.add(noListener);
  const request = authorization(world, { client_id: client, ...params });
  const page = await signInWithPassword(visitor, await visitor.get(request.url), aino?.email ?? '');
  expect(page.url.searchParams.get('code')).toBeTruthy();
  return [request, page.url];
}

const artifacts = (model: string): number =>
  countIn(world.dataDir, 'expiring.db', 'SELECT count(*) FROM artifacts WHERE model = ?', model);

const codesOf = async (answers: readonly Response[]): Promise<Record<string, number>> =>
  tally(
    await Promise.all(
      answers.filter(({ ok }) => !ok).map(async (answer) => ((await answer.json()) as { error: string }).error),
    ),
  );

test('one code redeemed twenty times at once gives tokens once', async () => {
  for (let round = 0; round < repeats; round += 1) {
    const [request, callback] = await codeFor('test-web', { scope: 'openid email' });
    const before = artifacts('AccessToken');
    const answers = await atOnce(many, () => redeem(world, request, callback));
    expect(statuses(answers)).toEqual({ 200: 1, 400: many - 1 });
    expect(await codesOf(answers)).toEqual({ invalid_grant: many - 1 });
    expect(artifacts('AccessToken') - before).toBeLessThanOrEqual(1);
    expect((await redeem(world, request, callback)).status).toBe(400);
  }
});

function refresh(token: string): Promise<Response> {
  const body = { grant_type: 'refresh_token', client_id: 'test-public', refresh_token: token };
  return fetch(new URL('/token', world.issuer), { method: 'POST', body: new URLSearchParams(body) });
}

type Tokens = { access_token: string; refresh_token: string };

const userinfo = async ({ access_token }: Tokens): Promise<number> =>
  (await fetch(new URL('/me', world.issuer), { headers: { authorization: `Bearer ${access_token}` } })).status;

const rotated = async (answer: Response): Promise<Tokens> => (await answer.json()) as Tokens;

test('a refresh token of a public client used twenty times at once gives two, and nobody is signed out', async () => {
  for (let round = 0; round < repeats; round += 1) {
    const [request, callback] = await codeFor('test-public', { scope: 'openid email offline_access' });
    const first = await rotated(await redeem(world, request, callback));
    expect(first.refresh_token).toBeTruthy();
    const answers = await atOnce(many, () => refresh(first.refresh_token));
    expect(statuses(answers)).toEqual({ 200: 2, 400: many - 2 });
    expect(await codesOf(answers)).toEqual({ invalid_grant: many - 2 });
    for (const tokens of await Promise.all(answers.filter(({ ok }) => ok).map(rotated))) {
      expect(await userinfo(tokens)).toBe(200);
      expect((await refresh(tokens.refresh_token)).status).toBe(200);
    }
  }
});

test('a spent refresh token is good once more while its successor is unused; later its second use ends the family', async () => {
  const [request, callback] = await codeFor('test-public', { scope: 'openid email offline_access' });
  const first = await rotated(await redeem(world, request, callback));
  const second = await rotated(await refresh(first.refresh_token));
  expect(second.refresh_token).not.toBe(first.refresh_token);
  const twin = await rotated(await refresh(first.refresh_token));
  expect((await refresh(first.refresh_token)).status).toBe(400);
  expect(await userinfo(twin)).toBe(200);
  const third = await rotated(await refresh(second.refresh_token));
  expect(await userinfo(third)).toBe(200);
  expect((await refresh(first.refresh_token)).status).toBe(400);
  for (const tokens of [twin, third]) expect((await refresh(tokens.refresh_token)).status).toBe(400);
  expect(await userinfo(third)).toBe(401);
});

test('one client assertion sent twenty times at once is believed once', async () => {
  for (let round = 0; round < repeats; round += 1) {
    const body = asClient(await signAssertion());
    const url = new URL('/token', world.issuer);
    const before = artifacts('ClientCredentials');
    const answers = await atOnce(many, () => fetch(url, { method: 'POST', body: new URLSearchParams(body) }));
    expect(statuses(answers)).toEqual({ 200: 1, 401: many - 1 });
    expect(await codesOf(answers)).toEqual({ invalid_client: many - 1 });
    expect(artifacts('ClientCredentials') - before).toBe(1);
  }
});

test('a thief who comes with a spent refresh token after its grace ends the family, which the audit log tells', async () => {
  const [request, callback] = await codeFor('test-public', { scope: 'openid email offline_access' });
  const stolen = await rotated(await redeem(world, request, callback));
  const owner = await rotated(await refresh(stolen.refresh_token));
  const before = auditOf(world, aino?.email ?? '').filter((event) => event === 'refresh-token.reused').length;
  await world.restartAvain({ shiftMs: graceMs + 1_000 });
  expect((await refresh(stolen.refresh_token)).status).toBe(400);
  expect((await refresh(owner.refresh_token)).status).toBe(400);
  expect(await userinfo(owner)).toBe(401);
  const after = auditOf(world, aino?.email ?? '').filter((event) => event === 'refresh-token.reused').length;
  expect(after - before).toBe(1);
});

test('one DPoP proof sent twenty times at once is believed once', async () => {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const header = { alg: 'ES256', typ: 'dpop+jwt', jwk: await exportJWK(publicKey) };
  const url = new URL('/token', world.issuer);
  for (let round = 0; round < repeats; round += 1) {
    const claims = { htm: 'POST', htu: url.href, jti: crypto.randomUUID() };
    const dpop = await new SignJWT(claims).setIssuedAt().setProtectedHeader(header).sign(privateKey);
    const assertions = await Promise.all(Array.from({ length: many }, signAssertion));
    const answers = await atOnce(many, (index) =>
      fetch(url, { method: 'POST', body: new URLSearchParams(asClient(assertions[index] ?? '')), headers: { dpop } }),
    );
    expect(statuses(answers)).toEqual({ 200: 1, 400: many - 1 });
    expect(await codesOf(answers)).toEqual({ invalid_grant: many - 1 });
  }
});

test('a pushed request opened twenty times at once in a session gives one code', async () => {
  const visitor = createVisitor();
  visitor.unvisited.add(noListener);
  const { url } = authorization(world, { client_id: 'test-assertion', scope: 'openid' });
  await signInWithPassword(visitor, await visitor.get(url), aino?.email ?? '');
  for (let round = 0; round < repeats; round += 1) {
    const params = Object.fromEntries(authorization(world, { client_id: 'test-assertion' }).url.searchParams);
    const body = { ...params, scope: 'openid', prompt: 'none', ...asClient(await signAssertion()) };
    const pushed = await fetch(new URL('/request', world.issuer), { method: 'POST', body: new URLSearchParams(body) });
    const { request_uri } = (await pushed.json()) as { request_uri: string };
    const opened = new URL('/auth', world.issuer);
    opened.search = new URLSearchParams({ client_id: 'test-assertion', request_uri }).toString();
    const before = artifacts('AuthorizationCode');
    const answers = await atOnce(many, () => getOnly(visitor, opened));
    const codes = answers.filter((answer) => (answer.headers.get('location') ?? '').includes('code='));
    expect(codes).toHaveLength(1);
    expect(artifacts('AuthorizationCode') - before).toBe(1);
  }
});
