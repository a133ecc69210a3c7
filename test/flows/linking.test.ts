import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { auditOf, evidenceOf, storedAccount } from '../support/inside.ts';
import { becomeUser, climbOn, newPerson, type Person } from '../support/people.ts';
import { startWorld, type World } from '../support/start-world.ts';
import {
  authorization,
  codeMailedTo,
  identify,
  mailsTo,
  noListener,
  signInWithPassword,
  signUp,
  stepOf,
} from '../support/stories.ts';
import { claimsOf, errorOf } from '../support/tokens.ts';
import { type Answer, createVisitor, type Visitor } from '../support/visitor.ts';

const substantial = 'http://ftn.ficora.fi/2017/loatest2';
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

/** Identified for the first time, at the consent to linking. */
async function atLink(person: Person = newPerson(), params: Record<string, string> = {}) {
  const visitor = browser();
  const request = authorization(world, params);
  const strongAuth = await signUp(world, visitor, request.url, person.email);
  const { identityCode, name } = person;
  const page = await identify(visitor, strongAuth, { person: identityCode, name });
  return { visitor, request, person, page };
}

async function signInAgain({ email }: Person, visitor = browser(), params: Record<string, string> = {}) {
  const request = authorization(world, params);
  return { visitor, request, page: await signInWithPassword(visitor, await visitor.get(request.url), email) };
}

test('the consent shows address and name, never the code; the mailbox is told once it is linked', async () => {
  const { visitor, person, page } = await atLink();
  expect(page.text).toContain('Kyllä, linkitä sähköpostini eID:hen');
  expect(page.text).toContain(person.email);
  expect(page.text).toContain(person.name);
  expect(page.text).not.toContain(person.identityCode);
  expect(stepOf(await visitor.submit(page, { answer: 'yes' }))).toBe('terms');
  expect(storedAccount(world, person.email)?.identity).not.toBeNull();
  expect(JSON.stringify(storedAccount(world, person.email))).not.toContain(person.identityCode);
  expect(world.output()).not.toContain(person.identityCode);
  expect((await mailsTo(world, person.email, 2)).map(({ subject }) => subject)).toContain('Testi-tilisi on linkitetty');
});

test('declined: own page with a way back; cancelled there, access_denied; asked again next time', async () => {
  const { visitor, person, page } = await atLink();
  const declined = await visitor.submit(page, { answer: 'no' });
  expect(declined.text).toContain('Tiliä ei linkitetty');
  // A stale «yes» of another tab links nothing now.
  await visitor.submit(page, { answer: 'yes' });
  expect(storedAccount(world, person.email)?.identity).toBeNull();
  const back = await visitor.submit(declined, { answer: 'back' });
  expect(back.text).toContain('Kyllä, linkitä');
  const again = await visitor.submit(back, { answer: 'no' });
  expect(errorOf(await visitor.submit(again, {}, 'id="cancel"'))).toBe('access_denied');
  expect(errorOf(await visitor.get(authorization(world, { prompt: 'none' }).url))).not.toBeNull();
  expect(auditOf(world, person.email)).toContain('link-eid.declined');
  const next = await signInAgain(person, visitor);
  expect(stepOf(next.page)).toBe('strong-auth');
});

test("kaksi: Aino's identity is not linked twice; the page masks her address and leads to her account", async () => {
  const kaksi = { email: 'kaksi@oma.example', identityCode: '131189Y902A', name: 'Aino Olivia Virtanen' };
  const { visitor, request, page } = await atLink(kaksi);
  expect(stepOf(page)).toBe('link-eid');
  expect(page.text).toContain('Henkilötunnuksesi on jo linkitetty toiseen tiliin');
  expect(page.text).toContain('a***@oma.example');
  expect(page.text).not.toContain(aino);
  await visitor.submit(page, { answer: 'yes' });
  expect(storedAccount(world, kaksi.email)?.identity).toBeNull();
  const signIn = await visitor.submit(page, { answer: 'sign-in' });
  expect(stepOf(signIn)).toBe('sign-in');
  expect(signIn.text).not.toContain(aino);
  const end = await signInWithPassword(visitor, signIn, aino);
  const claims = await claimsOf(world, request, end);
  // The identity proved a moment ago is hers: the bank is not asked again.
  expect(claims).toMatchObject({ sub: storedAccount(world, aino)?.id, acr: substantial });
  expect(claims.amr).toEqual(['pwd', 'ftn_bank', 'mfa']);
  expect(storedAccount(world, aino)?.identifiedAt).toBeGreaterThan(Date.now() - 60_000);
});

test("the conflict's sign-in with a third account proves nothing for it: somebody else's identity is dropped", async () => {
  const conflict = await atLink({ ...newPerson(), identityCode: '131189Y902A' });
  const third = newPerson();
  await becomeUser(world, browser(), authorization(world).url, third);
  const signIn = await conflict.visitor.submit(conflict.page, { answer: 'sign-in' });
  const end = await signInWithPassword(conflict.visitor, signIn, third.email);
  const stays = storedAccount(world, third.email)?.identity?.fingerprints;
  expect(stays).not.toEqual(storedAccount(world, aino)?.identity?.fingerprints);
  expect((await claimsOf(world, conflict.request, end)).acr).toBe('urn:avain:acr:email');
  expect(auditOf(world, third.email)).toContain('strong-auth.mismatch');
  const subjects = (await mailsTo(world, third.email, 4)).map(({ subject }) => subject);
  expect(subjects).toContain('Tunnistautumisyritys tilillesi');
});

test('terms: declined, they have a page of their own; accepted, evidence of exactly what was shown', async () => {
  const { visitor, request, person, page } = await atLink();
  const terms = await visitor.submit(page, { answer: 'yes' });
  const declined = await visitor.submit(terms, { answer: 'decline' });
  expect(declined.text).toContain('Et hyväksynyt käyttöehtoja');
  const back = await visitor.submit(declined, { answer: 'back' });
  expect(back.text).toContain('Versio 2024-01');
  const swedish = await visitor.get(`${back.url.href}?lang=sv`);
  const hash = /name="hash" value="([^"]+)"/.exec(swedish.text)?.[1];
  const welcome = await visitor.submit(swedish, { answer: 'accept' });
  expect(stepOf(welcome)).toBe('welcome');
  const rows = evidenceOf(world, person.email);
  expect(rows).toHaveLength(1);
  expect(rows[0]).toMatchObject({ terms_id: 'oima', version: '2024-01', locale: 'sv', client_id: 'test-web' });
  expect(rows[0]?.text_hash).toBe(hash);
  expect(Number(rows[0]?.accepted_at)).toBeGreaterThan(Date.now() - 60_000);
  await claimsOf(world, request, await visitor.submit(welcome, {}));
  // Neither terms nor welcome are shown again, nor for another client with the same terms.
  expect((await signInAgain(person)).page.url.origin).toBe(noListener);
  expect(evidenceOf(world, person.email)).toHaveLength(1);
});

test('declined terms end in access_denied, and are asked again', async () => {
  const { visitor, person, page } = await atLink();
  const declined = await visitor.submit(await visitor.submit(page, { answer: 'yes' }), { answer: 'decline' });
  expect(errorOf(await visitor.submit(declined, {}, 'id="cancel"'))).toBe('access_denied');
  const next = await signInAgain(person, visitor);
  expect(stepOf(next.page)).toBe('terms');
  expect(evidenceOf(world, person.email)).toEqual([]);
});

test('the roster lets in whom the county listed, and refuses the others politely, here only', async () => {
  const listed = { email: 'valtuutettu@oma.example', identityCode: '290200A901C', name: 'Valto Eemeli Valtanen' };
  const inside = await atLink(listed, { client_id: 'test-roster', scope: 'openid email' });
  const end = await climbOn(inside.visitor, inside.page);
  expect((await claimsOf(world, inside.request, end)).acr).toBe(substantial);
  const unlisted = { email: 'valtuuttamaton@oma.example', identityCode: '010150U906K', name: 'Veikko Olavi Valtonen' };
  const visitor = browser();
  const request = authorization(world, { client_id: 'test-roster', scope: 'openid email' });
  const strongAuth = await signUp(world, visitor, request.url, unlisted.email);
  const refused = await identify(visitor, strongAuth, { person: unlisted.identityCode });
  expect(stepOf(refused)).toBe('not-authorised');
  expect(refused.text).toContain('Kanta-Hämeen yhteyshenkilö, 010 000 0001');
  expect(stepOf(await visitor.submit(refused, {}))).toBe('not-authorised');
  expect(auditOf(world, unlisted.email)).toContain('roster.refused');
  expect(errorOf(await visitor.submit(refused, {}, 'id="cancel"'))).toBe('access_denied');
  // The other client has no roster.
  const elsewhere = await signInAgain({ ...unlisted }, visitor);
  // A journey of its own, in which the mailbox was not proved yet.
  const code = await identify(visitor, elsewhere.page, { person: unlisted.identityCode });
  expect(stepOf(code)).toBe('email-code');
  const link = await visitor.submit(code, { code: await codeMailedTo(world, unlisted.email, 2) });
  const done = await climbOn(visitor, link);
  await claimsOf(world, elsewhere.request, done);
  // In a running session too the roster is asked, and another account may be chosen there.
  const sso = await visitor.get(request.url);
  expect(stepOf(sso)).toBe('not-authorised');
  const signIn = await visitor.submit(sso, { action: 'other-account' }, 'other-account');
  expect(stepOf(signIn)).toBe('sign-in');
  const other = await signInWithPassword(visitor, signIn, listed.email);
  expect(other.url.origin).toBe(noListener);
});

test('the roster client says on sign-in and sign-up what it takes', async () => {
  const visitor = browser();
  const page = await visitor.get(authorization(world, { client_id: 'test-roster', scope: 'openid' }).url);
  expect(page.text).toContain('Hyvinvointialueen tulee olla valtuuttanut sinut');
  const signUpPage = await visitor.get(page.url.href.replace('/sign-in', '/sign-up'));
  expect(signUpPage.text).toContain('Hyvinvointialueen tulee olla valtuuttanut sinut');
});

test('the welcome after the request is over: the client starts afresh and nothing done is asked again', async () => {
  const { visitor, person, page } = await atLink();
  const welcome = await climbTo('welcome', visitor, page);
  await world.restartAvain({ shiftMs: 25 * 3_600_000 });
  const gone: Answer = await visitor.submit(welcome, {});
  expect(gone.status).toBe(410);
  expect(gone.text).toContain(`href="${noListener}/start"`);
  const next = await signInAgain(person, visitor);
  expect(stepOf(next.page)).toBe('welcome');
  expect((await visitor.submit(next.page, {})).url.origin).toBe(noListener);
  expect((await signInAgain(person)).page.url.origin).toBe(noListener);
  await world.restartAvain();
});

async function climbTo(step: string, visitor: Visitor, page: Answer): Promise<Answer> {
  let at = page;
  if (stepOf(at) === 'link-eid') at = await visitor.submit(at, { answer: 'yes' });
  if (stepOf(at) === 'terms' && step !== 'terms') at = await visitor.submit(at, { answer: 'accept' });
  expect(stepOf(at)).toBe(step);
  return at;
}
