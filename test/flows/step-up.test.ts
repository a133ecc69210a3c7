import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { auditOf, storedAccount } from '../support/inside.ts';
import { climbOn, newPerson, type Person } from '../support/people.ts';
import { startWorld, type World } from '../support/start-world.ts';
import {
  authorization,
  identify,
  type Mail,
  mailsTo,
  noListener,
  signInWithPassword,
  signUp,
  stepOf,
} from '../support/stories.ts';
import { claimsOf, errorOf } from '../support/tokens.ts';
import { type Answer, createVisitor, type Visitor } from '../support/visitor.ts';

const aino = 'aino@oma.example';
const ainosCode = '131189Y902A';
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

let world: World;
beforeAll(async () => {
  world = await startWorld({ chance: 'always' });
});
afterAll(() => world.stop());

function browser(): Visitor {
  const visitor = createVisitor();
  visitor.unvisited.add(noListener);
  return visitor;
}

async function signIn(visitor: Visitor, email: string, params: Record<string, string> = {}) {
  const request = authorization(world, params);
  return { request, page: await signInWithPassword(visitor, await visitor.get(request.url), email) };
}

const typedMails = new Set<string>();

/** The code of the newest mail that was not used before. */
async function typeCode(visitor: Visitor, page: Answer, email: string): Promise<Answer> {
  const isNew = ({ id, subject }: Mail) => subject.startsWith('Turvakoodisi') && !typedMails.has(id);
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const mail = (await mailsTo(world, email, 0)).find(isNew);
    if (mail) {
      typedMails.add(mail.id);
      return visitor.submit(page, { code: /\b(\d{6})$/m.exec(mail.text)?.[1] ?? '' });
    }
    await sleep(50);
  }
  throw new Error(`no new code for ${email}`);
}

/** Service and broker together, so that they agree on what is now. */
async function moveTo(shiftMs: number, chance: 'always' | 'never' = 'always'): Promise<void> {
  await Promise.all([world.restartBroker({ shiftMs }), world.restartAvain({ shiftMs, env: { CHANCE: chance } })]);
}

test('CHANCE=always asks identification and code of a returning user, and the tokens say both', async () => {
  const visitor = browser();
  const { request, page } = await signIn(visitor, aino);
  expect(stepOf(page)).toBe('strong-auth');
  expect(page.text).toContain('satunnaisesti pyytää sinua tunnistautumaan vahvasti uudelleen');
  const code = await identify(visitor, page, { person: ainosCode });
  expect(stepOf(code)).toBe('email-code');
  // Not for linking: the button says so.
  expect(code.text).toContain('>Jatka<');
  expect(code.text).not.toContain('Linkitä tili');
  const end = await typeCode(visitor, code, aino);
  const claims = await claimsOf(world, request, end);
  expect(claims.amr).toEqual(['pwd', 'email_otp', 'ftn_bank', 'mfa']);
  expect(auditOf(world, aino)).toContain('step-up.drawn');
});

test('notWithinHours holds even then: identified today, only the code is asked', async () => {
  await moveTo(61_000);
  const visitor = browser();
  const { request, page } = await signIn(visitor, aino);
  expect(stepOf(page)).toBe('email-code');
  const end = await typeCode(visitor, page, aino);
  expect((await claimsOf(world, request, end, 61_000)).amr).toEqual(['pwd', 'email_otp']);
});

test('silent sign-on and prompt=none never draw', async () => {
  const person = newPerson();
  const visitor = browser();
  await newUser(visitor, person);
  const request = authorization(world, { prompt: 'none' });
  expect(errorOf(await visitor.get(request.url))).toBeNull();
  const other = authorization(world, { client_id: 'test-public', scope: 'openid' });
  expect((await visitor.get(other.url)).url.origin).toBe(noListener);
});

/** Under `always` a new user is asked the code too, although the mailbox was proved right here. */
async function newUser(visitor: Visitor, person: Person): Promise<void> {
  const strongAuth = await signUp(world, visitor, authorization(world).url, person.email);
  const code = await identify(visitor, strongAuth, { person: person.identityCode, name: person.name });
  expect(stepOf(code)).toBe('email-code');
  const end = await climbOn(visitor, await typeCode(visitor, code, person.email));
  expect(end.url.origin).toBe(noListener);
}

test('what the draw asked is owed: cancelling, a private window or another client never re-rolls it', async () => {
  const person = newPerson();
  await newUser(browser(), person);
  const aheadMs = 13 * hourMs;
  await moveTo(aheadMs);
  const visitor = browser();
  const { page } = await signIn(visitor, person.email);
  expect(stepOf(page)).toBe('strong-auth');
  expect(storedAccount(world, person.email)?.owedIdentification).toMatchObject({ rule: 'rate' });
  expect(errorOf(await visitor.submit(page, {}, 'id="cancel"'))).toBe('access_denied');
  // The dice would now say no; what is owed stays owed.
  await world.restartAvain({ shiftMs: aheadMs, env: { CHANCE: 'never' } });
  expect(stepOf((await signIn(visitor, person.email)).page)).toBe('strong-auth');
  expect(stepOf((await signIn(browser(), person.email)).page)).toBe('strong-auth');
  const elsewhere = browser();
  const owed = await signIn(elsewhere, person.email, { client_id: 'test-public', scope: 'openid' });
  expect(stepOf(owed.page)).toBe('strong-auth');
  const code = await identify(elsewhere, owed.page, { person: person.identityCode, name: person.name });
  // Paid by a success; the code was drawn in the same throw and is owed by itself.
  expect(storedAccount(world, person.email)?.owedIdentification).toBeNull();
  expect(stepOf(code)).toBe('email-code');
  expect((await typeCode(elsewhere, code, person.email)).url.origin).toBe(noListener);
  expect(storedAccount(world, person.email)?.owedCode).toBeNull();
  expect((await signIn(browser(), person.email)).page.url.origin).toBe(noListener);
});

test('atMostDays: after ninety days the identification is asked whatever the dice say', async () => {
  await moveTo(61_000);
  const person = newPerson();
  await newUser(browser(), person);
  await world.restartAvain({ shiftMs: 89 * dayMs, env: { CHANCE: 'never' } });
  const visitor = browser();
  expect((await signIn(visitor, person.email)).page.url.origin).toBe(noListener);
  const aheadMs = 90 * dayMs + hourMs;
  await moveTo(aheadMs, 'never');
  const late = browser();
  const { request, page } = await signIn(late, person.email);
  expect(stepOf(page)).toBe('strong-auth');
  const end = await identify(late, page, { person: person.identityCode, name: person.name });
  expect((await claimsOf(world, request, end, aheadMs)).amr).toEqual(['pwd', 'ftn_bank', 'mfa']);
});

test('a broker that our server sees failing postpones a sampled identification to the next sign-in', async () => {
  expect(storedAccount(world, aino)?.owedIdentification).toBeNull();
  const aheadMs = 13 * hourMs;
  await moveTo(aheadMs);
  const visitor = browser();
  const { request, page } = await signIn(visitor, aino);
  expect(stepOf(page)).toBe('strong-auth');
  // What the browser carries postpones nothing.
  const denied = await identify(visitor, page, { person: ainosCode, fail: 'bank-error' });
  expect(stepOf(denied)).toBe('strong-auth');
  const next = await identify(visitor, denied, { person: ainosCode, fail: 'token-500' });
  expect(stepOf(next)).toBe('email-code');
  const end = await typeCode(visitor, next, aino);
  expect((await claimsOf(world, request, end, aheadMs)).amr).toEqual(['pwd', 'email_otp']);
  expect(auditOf(world, aino)).toContain('strong-auth.postponed');
  // Not asked again in this session, owed at the next sign-in.
  const silent = authorization(world, { prompt: 'none' });
  expect(errorOf(await visitor.get(silent.url))).toBeNull();
  expect(stepOf((await signIn(browser(), aino)).page)).toBe('strong-auth');
});

test('a demanded identification is never postponed', async () => {
  const visitor = browser();
  const { page } = await signIn(visitor, aino, { acr_values: 'http://ftn.ficora.fi/2017/loatest2' });
  const back = await identify(visitor, page, { person: ainosCode, fail: 'token-500' });
  expect(stepOf(back)).toBe('strong-auth');
  expect(back.text).toContain('Tämä tunnistautumistapa ei ole juuri nyt käytettävissä');
});
