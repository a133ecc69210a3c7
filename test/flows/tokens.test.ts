import { afterAll, beforeAll, expect, test } from '@jest/globals';
import * as client from 'openid-client';
import { storedAccount } from '../support/inside.ts';
import { climbOn } from '../support/people.ts';
import { startWorld, type World } from '../support/start-world.ts';
import { authorization, noListener, signInWithPassword, stepOf } from '../support/stories.ts';
import { claimsOf, errorOf, relyingParty, tokensOf } from '../support/tokens.ts';
import { createVisitor, type Visitor } from '../support/visitor.ts';

const aino = 'aino@oma.example';
const dayMs = 86_400_000;

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

function browser(): Visitor {
  const visitor = createVisitor();
  visitor.unvisited.add(noListener);
  return visitor;
}

async function signedIn(params: Record<string, string> = {}, visitor = browser()) {
  const request = authorization(world, params);
  const page = await signInWithPassword(visitor, await visitor.get(request.url), aino);
  return { visitor, request, page };
}

async function tokensFor(params: Record<string, string>) {
  const { request, page } = await signedIn(params);
  return tokensOf(world, request, page);
}

test('a third party asks once for consent, sees its own sub, and the same one ever after', async () => {
  const third = { client_id: 'test-third' };
  const { visitor, request, page } = await signedIn(third);
  expect(stepOf(page)).toBe('terms');
  const consent = await visitor.submit(page, { answer: 'accept' });
  expect(stepOf(consent)).toBe('consent');
  expect(consent.text).toContain('Testi kolmas pyytää nämä tiedot');
  expect(consent.text).toContain('Sähköpostiosoitteesi');
  expect(consent.text).not.toContain('Syntymäaikasi');
  const claims = await claimsOf(world, request, await visitor.submit(consent, { answer: 'allow' }));
  expect(claims.sub).not.toBe(storedAccount(world, aino)?.id);
  const again = authorization(world, third);
  expect((await claimsOf(world, again, await visitor.get(again.url))).sub).toBe(claims.sub);
  // In another browser too: what was allowed is the account's.
  const elsewhere = await signedIn(third);
  expect((await claimsOf(world, elsewhere.request, elsewhere.page)).sub).toBe(claims.sub);
  // More than was allowed is asked again, and refusing it ends in access_denied.
  const more = await visitor.get(authorization(world, { ...third, scope: 'openid email profile birthdate' }).url);
  expect(stepOf(more)).toBe('consent');
  expect(more.text).toContain('Syntymäaikasi');
  expect(errorOf(await visitor.submit(more, { answer: 'deny' }))).toBe('access_denied');
  const silent = authorization(world, { ...third, prompt: 'none' });
  expect(errorOf(await visitor.get(silent.url))).toBeNull();
});

test('prompt=consent asks a third party once more and finishes; a first party is never asked', async () => {
  const { visitor } = await signedIn();
  const third = authorization(world, { client_id: 'test-third', prompt: 'consent' });
  let page = await visitor.get(third.url);
  if (stepOf(page) === 'terms') page = await visitor.submit(page, { answer: 'accept' });
  expect(stepOf(page)).toBe('consent');
  await claimsOf(world, third, await visitor.submit(page, { answer: 'allow' }));
  const both = authorization(world, { client_id: 'test-third', prompt: 'login consent' });
  const signIn = await visitor.get(both.url);
  expect(stepOf(signIn)).toBe('sign-in');
  const asked = await signInWithPassword(visitor, signIn, aino);
  expect(stepOf(asked)).toBe('consent');
  await claimsOf(world, both, await visitor.submit(asked, { answer: 'allow' }));
  const first = authorization(world, { prompt: 'consent' });
  await claimsOf(world, first, await visitor.get(first.url));
});

test('userinfo tells by scope, and only verified names', async () => {
  const tokens = await tokensFor({});
  const sub = storedAccount(world, aino)?.id ?? '';
  const told = await client.fetchUserInfo(await relyingParty(world), tokens.access_token, sub);
  expect(told).toMatchObject({ sub, email: aino, email_verified: true, name: 'Aino Olivia Virtanen' });
  expect(told).toMatchObject({ given_name: 'Aino Olivia', family_name: 'Virtanen' });
  for (const hidden of ['birthdate', 'national_id', 'age_over_18']) expect(told).not.toHaveProperty(hidden);
  const bare = await tokensFor({ scope: 'openid' });
  expect(await client.fetchUserInfo(await relyingParty(world), bare.access_token, sub)).not.toHaveProperty('email');
});

test("a confidential client's refresh token stays the same and works again and again", async () => {
  const { refresh_token: token = '' } = await tokensFor({ scope: 'openid offline_access' });
  const party = await relyingParty(world);
  for (let use = 0; use < 3; use += 1) {
    const answer = await client.refreshTokenGrant(party, token);
    expect(answer.refresh_token ?? token).toBe(token);
    expect(answer.claims()?.sub).toBe(storedAccount(world, aino)?.id);
  }
});

test("a public client's refresh token rotates; the second use of a spent one ends the whole family", async () => {
  const { refresh_token: first = '' } = await tokensFor({ client_id: 'test-public', scope: 'openid email' });
  const party = await relyingParty(world, 'test-public');
  const second = await client.refreshTokenGrant(party, first);
  expect(second.refresh_token).not.toBe(first);
  const third = await client.refreshTokenGrant(party, second.refresh_token ?? '');
  await expect(client.refreshTokenGrant(party, first)).rejects.toMatchObject({ error: 'invalid_grant' });
  await expect(client.refreshTokenGrant(party, third.refresh_token ?? '')).rejects.toMatchObject({
    error: 'invalid_grant',
  });
  await expect(client.fetchUserInfo(party, third.access_token, client.skipSubjectCheck)).rejects.toThrow();
});

test('a client learns of its own tokens only, and a revoked one is dead at once', async () => {
  const own = await tokensFor({});
  const party = await relyingParty(world);
  expect(await client.tokenIntrospection(party, own.access_token)).toMatchObject({
    active: true,
    client_id: 'test-web',
  });
  const others = await relyingParty(world, 'test-roster');
  expect(await client.tokenIntrospection(others, own.access_token)).toEqual({ active: false });
  await client.tokenRevocation(party, own.access_token);
  expect(await client.tokenIntrospection(party, own.access_token)).toEqual({ active: false });
  await expect(client.fetchUserInfo(party, own.access_token, client.skipSubjectCheck)).rejects.toThrow();
});

test('a code is good once; its second use ends what the first one gave', async () => {
  const { request, page } = await signedIn();
  const tokens = await tokensOf(world, request, page);
  await expect(tokensOf(world, request, page)).rejects.toMatchObject({ error: 'invalid_grant' });
  expect(await client.tokenIntrospection(await relyingParty(world), tokens.access_token)).toEqual({ active: false });
});

test('signing in again does not end the tokens that the same client already has', async () => {
  const visitor = browser();
  const { request, page } = await signedIn({ scope: 'openid offline_access' }, visitor);
  const { refresh_token: token = '' } = await tokensOf(world, request, page);
  const second = authorization(world, { scope: 'openid email' });
  await tokensOf(world, second, await climbOn(visitor, await visitor.get(second.url)));
  expect((await client.refreshTokenGrant(await relyingParty(world), token)).access_token).toBeTruthy();
});

test('refresh tokens live 14 days from their last use, and outlive the session they came from', async () => {
  const { refresh_token: used = '' } = await tokensFor({ scope: 'openid offline_access' });
  const { refresh_token: unused = '' } = await tokensFor({ scope: 'openid offline_access' });
  await world.restartAvain({ shiftMs: 10 * dayMs });
  await client.refreshTokenGrant(await relyingParty(world, 'test-web', 10 * dayMs), used);
  await world.restartAvain({ shiftMs: 20 * dayMs });
  const party = await relyingParty(world, 'test-web', 20 * dayMs);
  expect((await client.refreshTokenGrant(party, used)).access_token).toBeTruthy();
  await expect(client.refreshTokenGrant(party, unused)).rejects.toMatchObject({ error: 'invalid_grant' });
});
