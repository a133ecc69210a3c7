import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { auditOf, storedAccount } from '../support/inside.ts';
import { becomeUser, climbAs, climbOn, newPerson, type Person } from '../support/people.ts';
import { startWorld, type World } from '../support/start-world.ts';
import {
  authorization,
  codeMailedTo,
  goodPassword,
  identify,
  linkMailedTo,
  noListener,
  stepOf,
} from '../support/stories.ts';
import { claimsOf } from '../support/tokens.ts';
import { type Answer, createVisitor, type Visitor } from '../support/visitor.ts';

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

async function askForLink(visitor: Visitor, email: string): Promise<Answer> {
  const signIn = await visitor.get(authorization(world).url);
  return visitor.submit(await visitor.get(signIn.url.href.replace('/sign-in', '/sign-up')), { email });
}

/** Asked for at the desk, opened on the phone, password saved there. */
async function activatedElsewhere(person: Person) {
  const [desk, phone] = [browser(), browser()];
  const sent = await askForLink(desk, person.email);
  const activation = await phone.get(await linkMailedTo(world, person.email, 'activate'));
  expect(activation.text).toContain('Avasit linkin eri selaimessa');
  const done = await phone.submit(activation, { password: goodPassword });
  return { desk, phone, sent, done };
}

test('a link opened on another device activates the account there and sends that device to the client', async () => {
  const person = newPerson();
  const { done } = await activatedElsewhere(person);
  expect(done.status).toBe(200);
  expect(done.text).toContain('Tilisi on aktivoitu');
  expect(done.text).toContain(`href="${noListener}/start"`);
  expect(auditOf(world, person.email)).toEqual(['account.created', 'account.activated']);
});

test("the device's own request adopts the proofs, asks the mailed code before linking, and ends with tokens", async () => {
  const person = newPerson();
  const { phone } = await activatedElsewhere(person);
  const request = authorization(world);
  const strongAuth = await phone.get(request.url);
  expect(stepOf(strongAuth)).toBe('strong-auth');
  const code = await identify(phone, strongAuth, { person: person.identityCode, name: person.name });
  expect(stepOf(code)).toBe('email-code');
  expect(code.text).toContain('Linkitä tili');
  // Nothing is linked before the code, whatever is posted.
  const jumped = await phone.post(code.url.href.replace('/email-code', '/link-eid'), { answer: 'yes' });
  expect(storedAccount(world, person.email)?.identity).toBeNull();
  expect(jumped.status).toBe(403);
  const link = await phone.submit(code, { code: await codeMailedTo(world, person.email, 2) });
  expect(stepOf(link)).toBe('link-eid');
  const end = await climbOn(phone, link);
  const claims = await claimsOf(world, request, end);
  expect(claims.amr).toEqual(['pwd', 'email_otp', 'ftn_bank', 'mfa']);
});

test('proofs are adopted once, by that browser and that client only', async () => {
  const { phone } = await activatedElsewhere(newPerson());
  expect(stepOf(await phone.get(authorization(world, { client_id: 'test-public', scope: 'openid email' }).url))).toBe(
    'sign-in',
  );
  expect(stepOf(await browser().get(authorization(world).url))).toBe('sign-in');
  expect(stepOf(await phone.head(authorization(world).url))).not.toBe('strong-auth');
  expect(stepOf(await phone.get(authorization(world).url))).toBe('strong-auth');
  expect(stepOf(await phone.get(authorization(world).url))).toBe('sign-in');
});

test('a request that demands a fresh sign-in adopts nothing', async () => {
  const { phone } = await activatedElsewhere(newPerson());
  expect(stepOf(await phone.get(authorization(world, { prompt: 'login' }).url))).toBe('sign-in');
  expect(stepOf(await phone.get(authorization(world).url))).toBe('strong-auth');
});

test('the tab that asked is told and never let in: sign-in with the address filled in', async () => {
  const person = newPerson();
  const { desk, sent } = await activatedElsewhere(person);
  expect(JSON.parse((await desk.get(`${sent.url.href}/opened`)).text)).toEqual({ opened: true });
  const told = await desk.submit(sent, {});
  expect(stepOf(told)).toBe('sign-in');
  expect(told.text).toContain('Tilisi on aktivoitu toisessa selaimessa');
  expect(told.text).toContain(`value="${person.email}"`);
  const password = await desk.submit(told, { email: person.email });
  expect(stepOf(await desk.submit(password, { password: goodPassword }))).toBe('strong-auth');
});

test('whoever signs in at the desk instead is asked the code too: the mailbox was not proved in that browser', async () => {
  const person = newPerson();
  const { desk, sent } = await activatedElsewhere(person);
  const password = await desk.submit(await desk.submit(sent, {}), { email: person.email });
  const strongAuth = await desk.submit(password, { password: goodPassword });
  const next = await identify(desk, strongAuth, { person: person.identityCode, name: person.name });
  expect(stepOf(next)).toBe('email-code');
});

test("a thief who forwards his own link gains nothing: the victim's bank visit is not linked without his mailbox", async () => {
  const thief = newPerson('varas');
  const victim = newPerson('uhri');
  const { phone: victimsPhone } = await activatedElsewhere(thief);
  const strongAuth = await victimsPhone.get(authorization(world).url);
  const code = await identify(victimsPhone, strongAuth, { person: victim.identityCode, name: victim.name });
  expect(stepOf(code)).toBe('email-code');
  for (const guess of ['000000', '111111', '222222']) await victimsPhone.submit(code, { code: guess });
  expect(storedAccount(world, thief.email)?.identity).toBeNull();
});

test('a link opened where somebody else is signed in: that session ends first, and the sign-up still gets through', async () => {
  const [first, person] = [newPerson(), newPerson()];
  const visitor = browser();
  await becomeUser(world, visitor, authorization(world).url, first);
  // A request of its own, begun in the session that is about to end.
  const signIn = await visitor.get(authorization(world, { prompt: 'login' }).url);
  await visitor.submit(await visitor.get(signIn.url.href.replace('/sign-in', '/sign-up')), { email: person.email });
  const asked = await visitor.get(await linkMailedTo(world, person.email, 'activate'));
  expect(asked.text).toContain('Olet jo kirjautunut');
  const activation = await visitor.submit(asked, { action: 'continue' });
  const done = await visitor.submit(activation, { password: goodPassword });
  expect(done.text).toContain('Tilisi on aktivoitu');
  const request = authorization(world);
  const strongAuth = await visitor.get(request.url);
  expect(stepOf(strongAuth)).toBe('strong-auth');
  // The same browser asked and opened: no code.
  const claims = await claimsOf(world, request, await climbAs(visitor, strongAuth, person));
  expect(claims.sub).toBe(storedAccount(world, person.email)?.id);
});

test('proofs wait an hour for their request, no longer', async () => {
  const { phone } = await activatedElsewhere(newPerson());
  await world.restartAvain({ shiftMs: 61 * 60_000 });
  expect(stepOf(await phone.get(authorization(world).url))).toBe('sign-in');
});
