import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { storedAccount } from '../support/inside.ts';
import { type OwnConfig, ownConfig } from '../support/own-config.ts';
import { startWorld, type World } from '../support/start-world.ts';
import { authorization, identify, noListener, signInWithPassword, stepOf } from '../support/stories.ts';
import { claimsOf, errorOf } from '../support/tokens.ts';
import { createVisitor, type Visitor } from '../support/visitor.ts';

const aino = 'aino@oma.example';
const ainosCode = '131189Y902A';
const email = 'urn:avain:acr:email';
const substantial = 'http://ftn.ficora.fi/2017/loatest2';
const high = 'http://ftn.ficora.fi/2017/loatest3';
const minuteMs = 60_000;

let world: World;
let config: OwnConfig;
beforeAll(async () => {
  // A broker that gives no more than substantial, whatever is asked of it.
  config = await ownConfig((yaml) => yaml.replace(/requestHigh: \[.*\]/, `requestHigh: ['${substantial}']`));
  world = await startWorld({ env: config.env });
});
afterAll(async () => {
  await world.stop();
  await config.remove();
});

function browser(): Visitor {
  const visitor = createVisitor();
  visitor.unvisited.add(noListener);
  return visitor;
}

const wanting = (acr: string, params: Record<string, string> = {}) =>
  authorization(world, { acr_values: acr, ...params });

async function signedIn(params: Record<string, string> = {}) {
  const visitor = browser();
  const request = authorization(world, params);
  const page = await signInWithPassword(visitor, await visitor.get(request.url), aino);
  return { visitor, request, page };
}

/** Aino with a session in which she identified. */
async function identified() {
  const { visitor, request, page } = await signedIn({ acr_values: substantial });
  expect(stepOf(page)).toBe('strong-auth');
  const end = await identify(visitor, page, { person: ainosCode });
  return { visitor, claims: await claimsOf(world, request, end) };
}

test('a client that wants substantial gets an identification, and tokens that say when it was made', async () => {
  const { claims } = await identified();
  expect(claims).toMatchObject({ acr: substantial, amr: ['pwd', 'ftn_bank', 'mfa'] });
  expect(Math.abs(Date.now() / 1000 - Number(claims.identified_at))).toBeLessThan(30);
});

test('the mobile certificate is told apart from a bank', async () => {
  const { visitor, request, page } = await signedIn({ acr_values: substantial });
  const end = await identify(visitor, page, { person: ainosCode, method: 'mobiilivarmenne' }, 'mobile');
  expect((await claimsOf(world, request, end)).amr).toEqual(['pwd', 'ftn_mobile', 'mfa']);
});

test('the level counts for other clients in the same session, without another visit to the bank', async () => {
  const { visitor, claims } = await identified();
  const second = wanting(substantial, { client_id: 'test-public', scope: 'openid' });
  const told = await claimsOf(world, second, await visitor.get(second.url));
  expect(told).toMatchObject({ acr: substantial, identified_at: claims.identified_at, auth_time: claims.auth_time });
});

test("a password in browser B inherits nothing of browser A's bank visit", async () => {
  await identified();
  const { visitor, request, page } = await signedIn();
  const claims = await claimsOf(world, request, page);
  expect(claims.acr).toBe(email);
  expect(claims).not.toHaveProperty('identified_at');
  expect(stepOf(await visitor.get(wanting(substantial).url))).toBe('strong-auth');
});

test('raising the level in a session asks for the identification alone, not for the password again', async () => {
  const { visitor } = await signedIn();
  const request = wanting(substantial);
  const page = await visitor.get(request.url);
  expect(stepOf(page)).toBe('strong-auth');
  const end = await identify(visitor, page, { person: ainosCode });
  expect(await claimsOf(world, request, end)).toMatchObject({ acr: substantial });
});

test('cancelling a demanded level ends in access_denied, and the session is as it was', async () => {
  const { visitor } = await signedIn();
  const page = await visitor.get(wanting(substantial).url);
  expect(errorOf(await visitor.submit(page, {}, 'id="cancel"'))).toBe('access_denied');
  const plain = authorization(world, { prompt: 'none' });
  expect((await claimsOf(world, plain, await visitor.get(plain.url))).acr).toBe(email);
});

test('levels nobody knows are ignored, unless essential: then nothing can meet them', async () => {
  const { visitor, request, page } = await signedIn({ acr_values: 'urn:nobody:knows' });
  expect((await claimsOf(world, request, page)).acr).toBe(email);
  const essential = JSON.stringify({ id_token: { acr: { essential: true, value: 'urn:nobody:knows' } } });
  expect(errorOf(await visitor.get(authorization(world, { claims: essential }).url))).toBe(
    'unmet_authentication_requirements',
  );
  const voluntary = JSON.stringify({ id_token: { acr: { values: ['urn:nobody:knows', substantial] } } });
  expect(stepOf(await visitor.get(authorization(world, { claims: voluntary }).url))).toBe('strong-auth');
});

test('a level above what the bank gives ends in unmet_authentication_requirements, never in a circle', async () => {
  const { visitor, page } = await signedIn({ acr_values: high });
  expect(stepOf(page)).toBe('strong-auth');
  const end = await identify(visitor, page, { person: ainosCode });
  expect(errorOf(end)).toBe('unmet_authentication_requirements');
  // The visit was a good one all the same: what it proved is in the account.
  expect(storedAccount(world, aino)?.identifiedAt).toBeGreaterThan(Date.now() - 30_000);
});

const essential = (...values: string[]) => JSON.stringify({ id_token: { acr: { essential: true, values } } });

test('an essential level that is not reached ends in an error, each time after one visit to the bank', async () => {
  const { visitor, page } = await signedIn({ claims: essential(high) });
  expect(stepOf(page)).toBe('strong-auth');
  expect(errorOf(await identify(visitor, page, { person: ainosCode }))).toBe('unmet_authentication_requirements');
  const again = await signedIn({ claims: essential(high) });
  const back = await identify(again.visitor, again.page, { person: ainosCode });
  expect(errorOf(back)).toBe('unmet_authentication_requirements');
  // In a session that has less: a page with pages, an error without, never a quieter sign-in.
  const { visitor: known } = await identified();
  expect(stepOf(await known.get(authorization(world, { claims: essential(high) }).url))).toBe('strong-auth');
  const silent = authorization(world, { claims: essential(high), prompt: 'none' });
  expect(errorOf(await known.get(silent.url))).toBe('interaction_required');
  const unknown = authorization(world, { claims: essential('urn:nobody:knows'), prompt: 'none' });
  expect(errorOf(await known.get(unknown.url))).toBe('unmet_authentication_requirements');
});

test('an essential level is told as one of the values that were asked for', async () => {
  const { visitor } = await identified();
  const either = authorization(world, { claims: essential('urn:nobody:knows', substantial) });
  expect((await claimsOf(world, either, await visitor.get(either.url))).acr).toBe(substantial);
  // More was proved than this client takes: it gets what it takes, and nothing that belongs to more.
  const modest = authorization(world, { claims: essential(email) });
  const claims = await claimsOf(world, modest, await visitor.get(modest.url));
  expect(claims.acr).toBe(email);
  expect(claims).not.toHaveProperty('identified_at');
});

test('max_age holds for the identification too where a level is demanded', async () => {
  const { visitor } = await identified();
  const strict = wanting(substantial, { max_age: '0' });
  const page = await visitor.get(strict.url);
  expect(stepOf(page)).toBe('sign-in');
  const strongAuth = await signInWithPassword(visitor, page, aino);
  expect(stepOf(strongAuth)).toBe('strong-auth');
  const end = await identify(visitor, strongAuth, { person: ainosCode });
  const claims = await claimsOf(world, strict, end);
  expect(claims.acr).toBe(substantial);
});

test('the level fades: after half an hour the same session is e-mail only, and substantial asks again', async () => {
  const { visitor } = await identified();
  await world.restartAvain({ shiftMs: 31 * minuteMs });
  const plain = authorization(world, { prompt: 'none' });
  const claims = await claimsOf(world, plain, await visitor.get(plain.url), 31 * minuteMs);
  expect(claims).toMatchObject({ acr: email, amr: ['pwd'] });
  expect(claims).not.toHaveProperty('identified_at');
  expect(errorOf(await visitor.get(wanting(substantial, { prompt: 'none' }).url))).toBe('interaction_required');
  expect(stepOf(await visitor.get(wanting(substantial).url))).toBe('strong-auth');
  expect(stepOf(await visitor.get(authorization(world, { max_age: '1000' }).url))).toBe('sign-in');
});
