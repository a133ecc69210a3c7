import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { walkBroker } from '../support/broker-walk.ts';
import { auditDetailsOf, auditOf, storedAccount } from '../support/inside.ts';
import { becomeUser, climbAs, newPerson } from '../support/people.ts';
import { startWorld, type World } from '../support/start-world.ts';
import {
  authorization,
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
const uusisCode = '010190-999W';

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

/** A new user at the first identification. */
async function atStrongAuth() {
  const visitor = browser();
  const person = newPerson();
  const request = authorization(world);
  const page = await signUp(world, visitor, request.url, person.email);
  expect(stepOf(page)).toBe('strong-auth');
  return { visitor, person, request, page };
}

/** Leaves for the bank and comes to the point where it sends the browser back. */
async function callbackOf(visitor: Visitor, page: Answer, person: string, name?: string): Promise<URL> {
  visitor.unvisited.add(world.addresses.broker.origin);
  const leaving = await visitor.submit(page, { method: 'bank' });
  return walkBroker(leaving.url, { person, ...(name !== undefined && { name }) });
}

test('the first time is always; bank and mobile certificate are offered, each with its own button', async () => {
  const { page } = await atStrongAuth();
  expect(page.text).toContain('Vahva tunnistautuminen tehdään palveluun aina ensimmäisellä kerralla');
  expect(page.text).toContain('Verkkopankki');
  expect(page.text).toContain('Mobiilivarmenne');
});

for (const [fail, said] of [
  ['leave', 'Tunnistautuminen keskeytyi'],
  ['cancel', 'Tunnistautuminen keskeytyi'],
  ['bank-error', 'Tunnistautuminen ei onnistunut'],
  ['no-identity-code', 'Emme saaneet henkilötunnustasi tällä tavalla'],
  ['foreigner', 'Emme saaneet henkilötunnustasi tällä tavalla'],
  ['token-500', 'Tämä tunnistautumistapa ei ole juuri nyt käytettävissä'],
  ['token-html', 'Tämä tunnistautumistapa ei ole juuri nyt käytettävissä'],
  ['wrong-nonce', 'Tunnistautuminen ei onnistunut'],
  ['wrong-audience', 'Tunnistautuminen ei onnistunut'],
  ['wrong-level', 'Tunnistautuminen ei onnistunut'],
  ['stale', 'Tunnistautuminen ei onnistunut'],
  ['unencrypted', 'Tunnistautuminen ei onnistunut'],
] as const) {
  test(`${fail}: the page says so, nothing is proved, and another try gets through`, async () => {
    const { visitor, person, page, request } = await atStrongAuth();
    const back = await identify(visitor, page, { person: uusisCode, fail });
    expect(stepOf(back)).toBe('strong-auth');
    expect(back.text).toContain(said);
    expect(storedAccount(world, person.email)?.identifiedAt).toBeNull();
    expect(auditOf(world, person.email)).toContain('strong-auth.failed');
    const end = await climbAs(visitor, back, person);
    expect((await claimsOf(world, request, end)).acr).toBe(substantial);
  });
}

test('access_denied of the broker is the person saying no', async () => {
  const { visitor, page } = await atStrongAuth();
  const back = await identify(visitor, page, { person: uusisCode, fail: 'access-denied' });
  expect(stepOf(back)).toBe('strong-auth');
  expect(back.text).toMatch(/Tunnistautuminen (keskeytyi|ei onnistunut)/);
});

test('cancelling here ends in access_denied, and it is asked again next time', async () => {
  const { visitor, page, person } = await atStrongAuth();
  expect(errorOf(await visitor.submit(page, {}, 'id="cancel"'))).toBe('access_denied');
  const again = await signInWithPassword(visitor, await visitor.get(authorization(world).url), person.email);
  expect(stepOf(again)).toBe('strong-auth');
});

test('the wrong person is told so and may choose again; the third time ends it, and the owner gets one mail', async () => {
  const person = newPerson();
  await becomeUser(world, browser(), authorization(world).url, person);
  const visitor = browser();
  const request = authorization(world, { acr_values: substantial });
  let page = await signInWithPassword(visitor, await visitor.get(request.url), person.email);
  for (let times = 1; times <= 2; times += 1) {
    page = await identify(visitor, page, { person: uusisCode });
    expect(stepOf(page)).toBe('strong-auth');
    expect(page.text).toContain('Tunnistautunut henkilö on eri kuin tilin aiempi käyttäjä');
    expect(page.text).not.toContain('Uusitalo');
  }
  page = await identify(visitor, page, { person: uusisCode });
  expect(page.text).toContain('Kirjautuminen keskeytettiin');
  expect(page.text).not.toContain('name="method"');
  expect(errorOf(await visitor.submit(page, {}, 'id="cancel"'))).toBe('access_denied');
  const subjects = (await mailsTo(world, person.email, 3)).map(({ subject }) => subject);
  expect(subjects.filter((subject) => subject === 'Tunnistautumisyritys tilillesi')).toHaveLength(1);
  // The right person gets in by a new request.
  const again = authorization(world, { acr_values: substantial });
  const fresh = await signInWithPassword(visitor, await visitor.get(again.url), person.email);
  const end = await identify(visitor, fresh, { person: person.identityCode, name: person.name });
  expect((await claimsOf(world, again, end)).acr).toBe(substantial);
});

test('the right person after a wrong one goes on as if nothing had happened', async () => {
  const person = newPerson();
  await becomeUser(world, browser(), authorization(world).url, person);
  const visitor = browser();
  const request = authorization(world, { acr_values: substantial });
  const page = await signInWithPassword(visitor, await visitor.get(request.url), person.email);
  const wrong = await identify(visitor, page, { person: uusisCode });
  const end = await identify(visitor, wrong, { person: person.identityCode, name: person.name });
  expect((await claimsOf(world, request, end)).acr).toBe(substantial);
});

test('back from the bank in another browser: nothing is accepted, there or here', async () => {
  const { visitor, page, person } = await atStrongAuth();
  const callback = await callbackOf(visitor, page, person.identityCode, person.name);
  const stranger = await browser().get(callback);
  expect([stranger.status, stranger.text.includes('Palasit eri selaimeen')]).toEqual([400, true]);
  expect(stranger.text).toContain(`href="${noListener}/start"`);
  expect(auditOf(world, person.email)).not.toContain('strong-auth.identified');
  // Somebody may have been sent to the bank by the one who left, and be asked for this address next: it is worth nothing now.
  const back = await visitor.get(callback);
  expect(stepOf(back)).toBe('strong-auth');
  expect(back.text).toContain('Tunnistautuminen ei onnistunut');
  expect(auditDetailsOf(world, person.email, 'strong-auth.failed')).toMatchObject([{ cause: 'other_browser' }]);
  await browser().get(callback);
  expect(auditDetailsOf(world, person.email, 'strong-auth.failed')).toHaveLength(1);
  expect((await climbAs(visitor, back, person)).url.origin).toBe(noListener);
});

test('a look at the answer in another browser, as previews take one, uses nothing up', async () => {
  const { visitor, page, person } = await atStrongAuth();
  const callback = await callbackOf(visitor, page, person.identityCode, person.name);
  await fetch(callback, { method: 'HEAD', redirect: 'manual' });
  expect(stepOf(await visitor.get(callback))).toBe('link-eid');
});

test('a callback twice, by a reload or a double click, leads to what is now true', async () => {
  const { visitor, page, person } = await atStrongAuth();
  const callback = await callbackOf(visitor, page, person.identityCode, person.name);
  expect(stepOf(await visitor.get(callback))).toBe('link-eid');
  expect(stepOf(await visitor.get(callback))).toBe('link-eid');
  expect(auditOf(world, person.email).filter((event) => event === 'strong-auth.identified')).toHaveLength(1);
});

test('a forged state, a foreign code or a forged error prove nothing and cost nothing', async () => {
  const { visitor, page, person } = await atStrongAuth();
  const callback = await callbackOf(visitor, page, person.identityCode, person.name);
  const forged = new URL(callback);
  forged.searchParams.set('state', 'x'.repeat(43));
  const refused = await visitor.get(forged);
  expect([refused.status, refused.text.includes('Tämä kirjautuminen on päättynyt')]).toEqual([410, true]);
  const code = new URL(callback);
  code.searchParams.set('code', 'of-somebody-else');
  const failed = await visitor.get(code);
  expect(stepOf(failed)).toBe('strong-auth');
  expect(failed.text).toContain('Tunnistautuminen ei onnistunut');
  expect(storedAccount(world, person.email)?.identity).toBeNull();
});

test('an identification counts for half an hour inside its journey', async () => {
  const { visitor, page, person } = await atStrongAuth();
  const callback = await callbackOf(visitor, page, person.identityCode, person.name);
  const link = await visitor.get(callback);
  expect(stepOf(link)).toBe('link-eid');
  await world.restartAvain({ shiftMs: 31 * 60_000 });
  const late = await visitor.submit(link, { answer: 'yes' });
  expect(stepOf(late)).toBe('strong-auth');
  expect(storedAccount(world, person.email)?.identity).toBeNull();
  await world.restartAvain();
});

test('an outage at the start is told; a demanded identification waits, and works once the broker is back', async () => {
  await world.stopBroker();
  await world.restartAvain();
  const { visitor, page, person, request } = await atStrongAuth();
  const told = await visitor.submit(page, { method: 'bank' });
  expect(stepOf(told)).toBe('strong-auth');
  expect(told.text).toContain('Tämä tunnistautumistapa ei ole juuri nyt käytettävissä');
  await world.restartBroker();
  const end = await climbAs(visitor, told, person);
  expect((await claimsOf(world, request, end)).acr).toBe(substantial);
});
