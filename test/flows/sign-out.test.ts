import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startWorld, type World } from '../support/start-world.ts';
import { rememberSessions, storedRows } from '../support/stored-rows.ts';
import { goodPassword, identify, linkMailedTo, signInWithPassword, stepOf } from '../support/stories.ts';
import { type Answer, createVisitor, type Visitor } from '../support/visitor.ts';

const aino = 'aino@oma.example';

/** The whole demo world: its portals are clients made with openid-client, and hear of back-channel logout. */
let world: World;
beforeAll(async () => {
  world = await startWorld({ kind: 'demo', env: { AVAIN_CLIENTS_DIR: '' } });
}, 120_000);
afterAll(() => world.stop());

type PortalName = 'oima' | 'oimaApu' | 'kuitti';
const at = (portal: PortalName, path: string): string => `${world.addresses[portal].origin}${path}`;

type PortalSession = { claims: Record<string, unknown>; userinfo: Record<string, unknown> };

async function sessionAt(portal: PortalName, visitor: Visitor): Promise<PortalSession | null> {
  const answer = await visitor.get(at(portal, '/session.json'));
  return answer.status === 200 ? (JSON.parse(answer.text) as PortalSession) : null;
}

/** Nobody waits for the portals to hear of it, so it may take a moment. */
async function signedOutAt(portal: PortalName, visitor: Visitor): Promise<void> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    if ((await sessionAt(portal, visitor)) === null) return;
    await sleep(100);
  }
  throw new Error(`somebody is still signed in at ${portal}`);
}

async function signIn(visitor: Visitor, portal: PortalName = 'oima', password = goodPassword): Promise<Answer> {
  return signInWithPassword(visitor, await visitor.get(at(portal, '/login')), aino, password);
}

test('the portal shows who is signed in and how, from a token that openid-client accepted', async () => {
  const visitor = createVisitor();
  const end = await signIn(visitor);
  expect(end.url.href).toBe(at('oima', '/'));
  const session = await sessionAt('oima', visitor);
  expect(session?.claims).toMatchObject({ acr: 'urn:avain:acr:email', amr: ['pwd'], aud: 'oima' });
  expect(session?.userinfo).toMatchObject({ email: aino, name: 'Aino Olivia Virtanen' });
});

test('the second portal needs no form, the third party only its terms and consent', async () => {
  const visitor = createVisitor();
  await signIn(visitor);
  expect((await visitor.get(at('oimaApu', '/login'))).url.href).toBe(at('oimaApu', '/'));
  const terms = await visitor.get(at('kuitti', '/login'));
  expect(stepOf(terms)).toBe('terms');
  const consent = await visitor.submit(terms, { answer: 'accept' });
  expect(stepOf(consent)).toBe('consent');
  expect((await visitor.submit(consent, { answer: 'allow' })).url.href).toBe(at('kuitti', '/'));
  const [own, shared] = [await sessionAt('kuitti', visitor), await sessionAt('oimaApu', visitor)];
  expect(shared?.claims.sub).toBe((await sessionAt('oima', visitor))?.claims.sub);
  expect(own?.claims.sub).not.toBe(shared?.claims.sub);
});

test('/vahva asks the bank and gets substantial', async () => {
  const visitor = createVisitor();
  await signIn(visitor);
  const strongAuth = await visitor.get(at('oima', '/vahva'));
  expect(stepOf(strongAuth)).toBe('strong-auth');
  const end = await identify(visitor, strongAuth, { person: '131189Y902A' });
  expect(end.url.href).toBe(at('oima', '/'));
  expect((await sessionAt('oima', visitor))?.claims.acr).toBe('http://ftn.ficora.fi/2017/loatest2');
});

/** From the portal's own page to ours, which asks. */
async function askToLeave(visitor: Visitor): Promise<Answer> {
  return visitor.submit(await visitor.get(at('oima', '/')), {}, '/logout');
}

test('sign-out asks first; «Ei» keeps the session at Avain', async () => {
  const visitor = createVisitor();
  await signIn(visitor);
  const page = await askToLeave(visitor);
  expect(page.text).toContain('Haluatko kirjautua ulos');
  expect(page.text).toMatch(/<button[^>]*name="logout"/);
  const kept = await visitor.submit(page, {});
  expect(kept.status).toBe(200);
  expect((await visitor.get(at('oimaApu', '/login'))).url.href).toBe(at('oimaApu', '/'));
});

test("sign-out ends the other portals' sessions by back-channel, and comes back to the portal", async () => {
  const [visitor, bystander] = [createVisitor(), createVisitor()];
  for (const each of [visitor, bystander]) {
    await signIn(each);
    await each.get(at('oimaApu', '/login'));
  }
  expect(await sessionAt('oimaApu', visitor)).not.toBeNull();
  const end = await visitor.submit(await askToLeave(visitor), { logout: 'yes' });
  expect(end.url.href).toBe(at('oima', '/'));
  await signedOutAt('oima', visitor);
  await signedOutAt('oimaApu', visitor);
  expect(stepOf(await visitor.get(at('oima', '/login')))).toBe('sign-in');
  // The same account in another browser is not touched.
  expect(await sessionAt('oimaApu', bystander)).not.toBeNull();
  expect((await bystander.get(at('oima', '/login'))).url.href).toBe(at('oima', '/'));
});

test('sign-out without a client ends on a page of our own', async () => {
  const visitor = createVisitor();
  await signIn(visitor);
  const proofs = () =>
    storedRows(world).filter((row) => row.startsWith('rows') && row.includes('"kind":"session"')).length;
  const before = proofs();
  const page = await visitor.get(`${world.issuer}/session/end`);
  const done = await visitor.submit(page, { logout: 'yes' });
  expect(done.text).toContain('Olet kirjautunut ulos');
  // Nor is what was proved in it kept, for a session that a request under way brings back.
  expect(proofs()).toBe(before - 1);
  expect(stepOf(await visitor.get(at('oima', '/login')))).toBe('sign-in');
});

test('a reset by mail ends every session of the account at every portal', async () => {
  const [first, second] = [createVisitor(), createVisitor()];
  for (const each of [first, second]) await signIn(each);
  await second.get(at('oimaApu', '/login'));
  const elsewhere = createVisitor();
  const page = await elsewhere.get(at('oima', '/login'));
  const forgot = await elsewhere.get(page.url.href.replace('/sign-in', '/forgot-password'));
  await elsewhere.submit(forgot, { email: aino });
  const reset = await elsewhere.get(await linkMailedTo(world, aino, 'reset'));
  const saveAgain = rememberSessions(world);
  const done = await elsewhere.submit(reset, { password: 'Uusi#Kesämökki7' });
  expect(done.text).toContain('Salasana on vaihdettu');
  await signedOutAt('oima', first);
  await signedOutAt('oima', second);
  await signedOutAt('oimaApu', second);
  expect(stepOf(await first.get(at('oima', '/login')))).toBe('sign-in');
  // The library saves a session at the end of every request: one that was under way brings the ended one back.
  saveAgain();
  expect(stepOf(await second.get(at('oimaApu', '/login')))).toBe('sign-in');
  expect(stepOf(await signIn(first, 'oima', 'Uusi#Kesämökki7'))).toBe('strong-auth');
});
