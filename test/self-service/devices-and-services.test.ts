/** Devices, services with access, activity and signing out: who is let out, and who is not. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { auditOf, changeAccount, storedAccount } from '../support/inside.ts';
import { climbOn } from '../support/people.ts';
import { says } from '../support/says.ts';
import { startWorld, type World } from '../support/start-world.ts';
import { authorization, stepOf } from '../support/stories.ts';
import { type Answer, formsOf, type Visitor } from '../support/visitor.ts';
import { at, newUser, signInElsewhere } from './stories.ts';

const firefox = 'Firefox, Linux';
const minuteMs = 60_000;

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

const isIn = async (visitor: Visitor): Promise<boolean> =>
  (await at(world, visitor, '/account')).url.pathname === '/account';
const shown = (page: Answer): string => `${page.url.pathname}${page.url.search}`;
/** The cards of a page by their headings. */
const cards = (page: Answer): readonly string[] =>
  [...page.text.matchAll(/<li>\s*<h2[^>]*>([\s\S]*?)<\/h2>([\s\S]*?)(?=<li>\s*<h2|<\/main>)/g)].map(([card]) => card);
const card = (page: Answer, heading: string): string =>
  cards(page).find((one) => one.includes(`>${heading}</h2>`)) ?? '';

/** Presses the button with this value on the card of a device. */
async function press(visitor: Visitor, page: Answer, heading: string, action: string): Promise<Answer> {
  const device = /name="device" value="([^"]+)"/.exec(card(page, heading))?.[1] ?? 'none';
  return visitor.submit(page, { action, device }, `value="${device}"`);
}

test('a device is told from others, signed out from afar, and forgotten; nobody’s device but one’s own', async () => {
  const user = await newUser(world);
  const { person, visitor } = user;
  const there = (await signInElsewhere(world, user)).visitor;
  const page = await at(world, visitor, '/account/devices');
  expect(cards(page)).toHaveLength(2);
  expect(card(page, 'Chrome, Windows')).toContain('Tämä laite');
  expect(card(page, 'Chrome, Windows')).not.toContain('<form');
  expect(card(page, firefox)).toContain('Kirjautuneena nyt');
  // Neither what a session is found by nor the browser's own hash is on the page.
  const stored = storedAccount(world, person.email)?.devices.map(({ browser: hash }) => hash) ?? [];
  expect(stored.filter((hash) => page.text.includes(hash))).toEqual([]);

  const stranger = await newUser(world);
  const device = /name="device" value="([^"]+)"/.exec(card(page, firefox))?.[1] ?? '';
  const own = formsOf(await at(world, stranger.visitor, '/account'))[0]?.fields ?? {};
  await stranger.visitor.post(new URL('/account/devices', world.issuer), { ...own, action: 'forget', device });
  expect(await isIn(there)).toBe(true);

  const out = await press(visitor, page, firefox, 'sign-out');
  expect(shown(out)).toBe('/account/devices?done=device-out');
  expect(card(out, firefox)).toContain('Ei kirjautuneena');
  expect([await isIn(there), await isIn(visitor)]).toEqual([false, true]);
  const forgotten = await Promise.all([
    press(visitor, page, firefox, 'forget'),
    press(visitor, page, firefox, 'forget'),
  ]);
  expect(forgotten.map(shown)).toEqual(Array(2).fill('/account/devices?done=device-forgotten'));
  expect(storedAccount(world, person.email)?.devices).toHaveLength(1);
  const events = auditOf(world, person.email);
  expect(['sessions.ended', 'device.forgotten'].map((event) => events.filter((one) => one === event).length)).toEqual([
    1, 1,
  ]);
});

test('all others at once: every other browser is out, and the page of many devices is read in parts', async () => {
  const user = await newUser(world);
  const { person, visitor } = user;
  const others = [await signInElsewhere(world, user), await signInElsewhere(world, user)];
  const known = storedAccount(world, person.email)?.devices ?? [];
  const many = Array.from({ length: 20 }, (_, n) => ({ ...known[0], browser: `nobody-${n}`, lastSeenAt: n }));
  changeAccount(world, person.email, { devices: [...known, ...many] } as Parameters<typeof changeAccount>[2]);
  const page = await at(world, visitor, '/account/devices');
  expect(cards(page)).toHaveLength(20);
  const rest = await visitor.get(new URL(/href="([^"]*page=2)"/.exec(page.text)?.[1] ?? '', page.url));
  expect(cards(rest)).toHaveLength(3);
  expect(says(rest.text, 'paging.previous')).toBe(true);
  for (const odd of ['0', '-1', '1e9', 'x', '99999999999']) {
    expect((await at(world, visitor, `/account/devices?page=${odd}`)).status).toBe(200);
  }
  const done = await visitor.submit(page, { action: 'sign-out-others' }, 'sign-out-others');
  expect(says(done.text, 'devices.done-others')).toBe(true);
  expect(await Promise.all([visitor, ...others.map((other) => other.visitor)].map(isIn))).toEqual([true, false, false]);
});

async function redeemThird(request: ReturnType<typeof authorization>, end: URL): Promise<{ refresh_token: string }> {
  const { verifier: code_verifier, redirectUri: redirect_uri } = request;
  const body = {
    grant_type: 'authorization_code',
    client_id: 'test-third',
    code: end.searchParams.get('code') ?? '',
    code_verifier,
    redirect_uri,
  };
  // A cast: the token endpoint's own form.
  return (await (
    await fetch(new URL('/token', world.issuer), { method: 'POST', body: new URLSearchParams(body) })
  ).json()) as {
    refresh_token: string;
  };
}

async function refreshThird(refresh_token: string): Promise<number> {
  const body = new URLSearchParams({ grant_type: 'refresh_token', client_id: 'test-third', refresh_token });
  return (await fetch(new URL('/token', world.issuer), { method: 'POST', body })).status;
}

test('a third party loses its consent and its tokens in every browser, and must ask again', async () => {
  const user = await newUser(world);
  const { person, visitor } = user;
  const request = authorization(world, { client_id: 'test-third', scope: 'openid email birthdate' });
  const consent = await visitor.submit(await visitor.get(request.url), { answer: 'accept' });
  const end = await climbOn(visitor, consent);
  const tokens = await redeemThird(request, end.url);
  const page = await at(world, visitor, '/account/apps');
  expect(cards(page)).toHaveLength(2);
  expect(card(page, 'Testi kolmas')).toMatch(/Sähköpostiosoitteesi[\s\S]*Syntymäaikasi/);
  expect(says(card(page, 'Testi kolmas'), 'apps.offline')).toBe(true);
  // Avain's own pages are no service that was let in.
  expect(page.text).not.toContain('value="avain-account"');

  const before = authorization(world, { client_id: 'test-third', scope: 'openid email birthdate', prompt: 'none' });
  expect((await visitor.get(before.url)).url.searchParams.get('code')).not.toBeNull();
  const revoked = await visitor.submit(page, {}, 'value="test-third"');
  expect(shown(revoked)).toBe('/account/apps?done=access-revoked');
  expect(cards(revoked).map((one) => one.includes('Testi kolmas'))).toEqual([false]);
  expect(await refreshThird(tokens.refresh_token)).toBe(400);
  expect(storedAccount(world, person.email)?.consents).toEqual({});
  const silent = authorization(world, { client_id: 'test-third', scope: 'openid email birthdate', prompt: 'none' });
  expect((await visitor.get(silent.url)).url.searchParams.get('error')).toBe('consent_required');
  expect(stepOf(await visitor.get(authorization(world, { client_id: 'test-third' }).url))).toBe('consent');
  // The other service keeps what it has.
  expect(await isIn(visitor)).toBe(true);
  expect(auditOf(world, person.email).filter((event) => event === 'access.revoked')).toHaveLength(1);
  expect(shown(await visitor.submit(page, {}, 'value="test-third"'))).toBe('/account/apps?done=access-revoked');
  expect(auditOf(world, person.email).filter((event) => event === 'access.revoked')).toHaveLength(1);
});

test('what happened is told in words, page by page, for 90 days; and signing out is the end of the session everywhere', async () => {
  const user = await newUser(world);
  const { visitor } = user;
  await signInElsewhere(world, user, 'Väärä#Salasana1');
  const page = await at(world, visitor, '/account/activity');
  for (const key of [
    'activity.signed-in',
    'activity.linked',
    'activity.identified',
    'activity.password-refused',
  ] as const) {
    expect([key, says(page.text, key)]).toEqual([key, true]);
  }
  expect(page.text).toMatch(/· Testi/);
  expect(says((await at(world, visitor, '/account/terms')).text, 'accepted-terms.read')).toBe(true);

  const out = await visitor.submit(await at(world, visitor, '/account'), { action: 'sign-out' });
  expect([out.url.pathname, says(out.text, 'signed-out.title')]).toEqual(['/account/signed-out', true]);
  expect(await isIn(visitor)).toBe(false);
  expect((await visitor.get(authorization(world, { prompt: 'none' }).url)).url.searchParams.get('error')).toBe(
    'login_required',
  );
});

test('ten minutes after the last proof a page that matters asks for a new one, and leads back; the others do not', async () => {
  const { visitor } = await newUser(world);
  await at(world, visitor, '/account');
  await world.restartAvain({ shiftMs: 9 * minuteMs });
  expect((await at(world, visitor, '/account/password')).url.pathname).toBe('/account/password');
  await world.restartAvain({ shiftMs: 11 * minuteMs });
  const asked = await at(world, visitor, '/account/password');
  expect(stepOf(asked)).toBe('sign-in');
  expect(says(asked.text, 'sign-in.reauthentication')).toBe(true);
  expect((await at(world, visitor, '/account/devices')).url.pathname).toBe('/account/devices');
  expect((await at(world, visitor, '/account/profile')).url.pathname).toBe('/account/profile');
  await world.restartAvain();
}, 60_000);
