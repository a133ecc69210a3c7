import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { barAccount, storedAccount } from '../support/inside.ts';
import { becomeUser, newPerson } from '../support/people.ts';
import { startWorld, type World } from '../support/start-world.ts';
import { authorization, goodPassword, mailsTo, noListener, signInWithPassword, stepOf } from '../support/stories.ts';
import { claimsOf, errorOf, relyingParty, tokensOf } from '../support/tokens.ts';
import { type Answer, createVisitor, type Visitor } from '../support/visitor.ts';

const aino = 'aino@oma.example';

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

const atClient = (page: Answer): boolean => page.url.origin === noListener;

/** Aino, signed in with her password in a browser of her own. */
async function signedIn(params: Record<string, string> = {}, email = aino) {
  const visitor = browser();
  const request = authorization(world, params);
  const end = await signInWithPassword(visitor, await visitor.get(request.url), email);
  return { visitor, request, end };
}

test('e-mail and password are enough; tokens say just that, in claims that openid-client accepts', async () => {
  const { request, end } = await signedIn();
  const tokens = await tokensOf(world, request, end);
  const claims = tokens.claims();
  expect(claims).toMatchObject({ acr: 'urn:avain:acr:email', amr: ['pwd'], sub: storedAccount(world, aino)?.id });
  expect(claims).not.toHaveProperty('identified_at');
  expect(claims).not.toHaveProperty('email');
  expect(Math.abs(Date.now() / 1000 - Number(claims?.auth_time))).toBeLessThan(30);
});

test('a device never seen before is told to the mailbox, a known one is not', async () => {
  const person = newPerson();
  const first = browser();
  await becomeUser(world, first, authorization(world).url, person);
  const again = authorization(world, { prompt: 'login' });
  await signInWithPassword(first, await first.get(again.url), person.email);
  const subjects = async (count: number) => (await mailsTo(world, person.email, count)).map(({ subject }) => subject);
  const before = await subjects(2);
  expect(before).not.toContain('Uusi kirjautuminen tilillesi');
  expect(atClient((await signedIn({}, person.email)).end)).toBe(true);
  expect(await subjects(before.length + 1)).toContain('Uusi kirjautuminen tilillesi');
});

test('a wrong password and an unknown address are one and the same answer', async () => {
  const visitor = browser();
  const wrong = await signInWithPassword(visitor, await visitor.get(authorization(world).url), aino, 'Väärä#2024');
  const stranger = newPerson().email;
  const unknown = await signInWithPassword(visitor, await visitor.get(authorization(world).url), stranger);
  expect([wrong.status, unknown.status]).toEqual([422, 422]);
  const bare = (page: Answer, email: string) =>
    page.text
      .replaceAll(email, 'X')
      .replaceAll(/[\w-]{43}/g, 'T')
      .replaceAll(/\/interaction\/[\w-]+/g, 'U');
  expect(bare(wrong, aino)).toBe(bare(unknown, stranger));
  expect(wrong.text).toContain('Sähköpostiosoite tai salasana on väärin');
});

test('single sign-on into a second client shows no form, and auth_time stays what it was', async () => {
  const { visitor, request, end } = await signedIn();
  const first = await claimsOf(world, request, end);
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  const second = authorization(world, { client_id: 'test-public', scope: 'openid email' });
  const claims = await claimsOf(world, second, await visitor.get(second.url));
  expect(claims).toMatchObject({ sub: first.sub, auth_time: first.auth_time, amr: ['pwd'] });
});

test('prompt=login wants the password in spite of the session, and auth_time moves', async () => {
  const { visitor, request, end } = await signedIn();
  const before = await claimsOf(world, request, end);
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  const again = authorization(world, { prompt: 'login' });
  const page = await visitor.get(again.url);
  expect(stepOf(page)).toBe('sign-in');
  expect(page.text).toContain('Varmista vielä, että se olet sinä');
  const claims = await claimsOf(world, again, await signInWithPassword(visitor, page, aino));
  expect(claims.sub).toBe(before.sub);
  expect(Number(claims.auth_time)).toBeGreaterThan(Number(before.auth_time));
});

test('prompt=login may end as somebody else: the session is then that account, with nothing of the first', async () => {
  const { visitor } = await signedIn({ acr_values: '' });
  const other = newPerson();
  await becomeUser(world, browser(), authorization(world).url, other);
  const request = authorization(world, { prompt: 'login' });
  const end = await signInWithPassword(visitor, await visitor.get(request.url), other.email);
  const claims = await claimsOf(world, request, end);
  expect(claims.sub).toBe(storedAccount(world, other.email)?.id);
  const silent = authorization(world, { prompt: 'none' });
  expect((await claimsOf(world, silent, await visitor.get(silent.url))).sub).toBe(claims.sub);
});

test('max_age=0 always asks; a generous one does not; both are told in auth_time', async () => {
  const { visitor } = await signedIn();
  const generous = authorization(world, { max_age: '3600' });
  await claimsOf(world, generous, await visitor.get(generous.url));
  const zero = authorization(world, { max_age: '0' });
  const page = await visitor.get(zero.url);
  expect(stepOf(page)).toBe('sign-in');
  const end = await signInWithPassword(visitor, page, aino);
  expect(errorOf(end)).toBeNull();
  expect(await tokensOf(world, zero, end)).toBeDefined();
});

test('prompt=none never shows a page: what is missing has its own error', async () => {
  const silent = async (visitor: Visitor, params: Record<string, string> = {}) =>
    visitor.get(authorization(world, { prompt: 'none', ...params }).url);
  expect(errorOf(await silent(browser()))).toBe('login_required');
  const { visitor } = await signedIn();
  const good = authorization(world, { prompt: 'none' });
  expect((await claimsOf(world, good, await visitor.get(good.url))).amr).toEqual(['pwd']);
  const level = 'http://ftn.ficora.fi/2017/loatest2';
  expect(errorOf(await silent(visitor, { acr_values: level }))).toBe('interaction_required');
  expect(errorOf(await silent(visitor, { max_age: '0' }))).toBe('login_required');
  const third = await signedIn({ client_id: 'test-third' });
  expect(stepOf(third.end)).toBe('terms');
  const consent = await third.visitor.submit(third.end, { answer: 'accept' });
  expect(stepOf(consent)).toBe('consent');
  expect(errorOf(await silent(visitor, { client_id: 'test-third' }))).toBe('consent_required');
});

test('prompt=none tells a client without a roster entry, and one of a barred account, only access_denied', async () => {
  const person = newPerson();
  const visitor = browser();
  await becomeUser(world, visitor, authorization(world).url, person);
  const silent = (client: string) =>
    visitor.get(authorization(world, { prompt: 'none', client_id: client, scope: 'openid' }).url);
  expect(errorOf(await silent('test-roster'))).toBe('access_denied');
  barAccount(world, person.email, Date.now());
  expect(errorOf(await silent('test-web'))).toBe('access_denied');
  barAccount(world, person.email, null);
  expect(errorOf(await silent('test-web'))).toBeNull();
});

test('a barred account learns it only after the right password, and can go on with another', async () => {
  const visitor = browser();
  const wrong = await signInWithPassword(
    visitor,
    await visitor.get(authorization(world).url),
    'estetty@oma.example',
    'x',
  );
  expect(wrong.text).not.toContain('suljettu');
  const closed = await visitor.submit(wrong, { password: goodPassword });
  expect(stepOf(closed)).toBe('account-closed');
  expect(closed.text).toContain('Tili on suljettu');
  const other = await visitor.submit(closed, { action: 'other-account' }, 'other-account');
  expect(stepOf(other)).toBe('sign-in');
  expect(other.text).not.toContain('estetty');
  expect(atClient(await signInWithPassword(visitor, other, aino))).toBe(true);
});

test('cancel ends in access_denied, from any page', async () => {
  const visitor = browser();
  const page = await visitor.get(authorization(world).url);
  const end = await visitor.submit(page, {}, 'id="cancel"');
  expect(errorOf(end)).toBe('access_denied');
  expect(end.url.searchParams.get('iss')).toBe(world.issuer);
});

test('login_hint fills the address in, ui_locales chooses the language, and the switch wins over it', async () => {
  const visitor = browser();
  const page = await visitor.get(authorization(world, { login_hint: aino, ui_locales: 'sv' }).url);
  expect(page.text).toContain(`value="${aino}"`);
  expect(page.text).toContain('<html lang="sv"');
  const english = await visitor.get(`${page.url.href}?lang=en`);
  expect(english.text).toContain('<html lang="en"');
  const password = await visitor.submit(english, { email: aino });
  expect(password.text).toContain('<html lang="en"');
  expect((await browser().get(authorization(world, { ui_locales: 'de en' }).url)).text).toContain('<html lang="en"');
  expect((await browser().get(authorization(world, { ui_locales: 'de' }).url)).text).toContain('<html lang="fi"');
});

test('id_token_hint or a requested sub of somebody else: login_required after the proof, silent or not', async () => {
  const mine = await signedIn();
  const hint = (await tokensOf(world, mine.request, mine.end)).id_token ?? '';
  const other = newPerson();
  const visitor = browser();
  await becomeUser(world, visitor, authorization(world).url, other);
  const own = authorization(world, { id_token_hint: hint });
  expect(errorOf(await mine.visitor.get(own.url))).toBeNull();
  const sub = JSON.stringify({ id_token: { sub: { value: storedAccount(world, aino)?.id } } });
  for (const wish of [{ id_token_hint: hint }, { claims: sub }]) {
    expect(errorOf(await visitor.get(authorization(world, { prompt: 'none', ...wish }).url))).toBe('login_required');
    const page = await visitor.get(authorization(world, wish).url);
    expect(stepOf(page)).toBe('sign-in');
    expect(errorOf(await signInWithPassword(visitor, page, other.email))).toBe('login_required');
    // The person it names is let in by the very same request.
    const again = authorization(world, wish);
    expect(errorOf(await signInWithPassword(visitor, await visitor.get(again.url), aino))).toBeNull();
    const back = authorization(world, { prompt: 'login' });
    await signInWithPassword(visitor, await visitor.get(back.url), other.email);
  }
});

test('the claims parameter puts what it names into the ID token, and nothing that the client may not have', async () => {
  const claims = JSON.stringify({
    id_token: { email: null, name: { essential: true }, birthdate: null, national_id: null },
  });
  const { request, end } = await signedIn({ claims });
  const told = await claimsOf(world, request, end);
  expect(told).toMatchObject({ email: aino, name: 'Aino Olivia Virtanen' });
  expect(told).not.toHaveProperty('birthdate');
  expect(told).not.toHaveProperty('national_id');
});

test('discovery names what there is', async () => {
  const metadata = (await relyingParty(world)).serverMetadata();
  expect(metadata).toMatchObject({
    issuer: world.issuer,
    response_types_supported: ['code'],
    code_challenge_methods_supported: ['S256'],
    ui_locales_supported: ['fi', 'sv', 'en'],
    authorization_response_iss_parameter_supported: true,
    backchannel_logout_supported: true,
    claims_parameter_supported: true,
  });
});
