/** The rungs of the ladder, twenty times at once: one proof, one link, one record of the terms. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { walkBroker } from '../support/broker-walk.ts';
import { rounds } from '../support/heavy.ts';
import { startWorld, type World } from '../support/start-world.ts';
import {
  authorization,
  codeMailedTo,
  goodPassword,
  identify,
  linkMailedTo,
  noListener,
  signInWithPassword,
  signUp,
  stepOf,
} from '../support/stories.ts';
import { type Answer, createVisitor, type Visitor } from '../support/visitor.ts';
import { atOnce, auditSince, countIn, getOnly, many, newPerson, postForm, rowsIn, statuses, tally } from './at-once.ts';

const repeats = rounds(2, 20);
let world: World;
let number = 0;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.stop());

function newAddress(): string {
  number += 1;
  return `ladder-${number}@oma.example`;
}
const dispatcherOf = (page: Answer): string => page.url.pathname.split('/').slice(0, 3).join('/');
/** Where all are led that is neither the dispatcher (losers, to what is now true) nor the next page itself (the winner). */
function ledAstray(answers: readonly Response[], page: Answer, next: string): string[] {
  const onward = [dispatcherOf(page), `${dispatcherOf(page)}/${next}`];
  return answers.map(({ headers }) => headers.get('location') ?? '').filter((location) => !onward.includes(location));
}

function newVisitor(): Visitor {
  const visitor = createVisitor();
  visitor.unvisited.add(noListener);
  return visitor;
}

/** A new account, at the strong-auth page. */
async function signedUp(visitor: Visitor, email: string): Promise<Answer> {
  return signUp(world, visitor, authorization(world).url, email);
}

const walkOf = (person: string) => ({ person, name: 'Testi Henkilö' });

/** The account was activated elsewhere, so that this browser is asked for the e-mailed code after the bank. */
async function atCodePage(visitor: Visitor, email: string): Promise<Answer> {
  const signIn = await visitor.get(authorization(world).url);
  const form = await visitor.get(new URL(`${dispatcherOf(signIn)}/sign-up`, signIn.url));
  await visitor.submit(form, { email });
  const elsewhere = newVisitor();
  await elsewhere.submit(await elsewhere.get(await linkMailedTo(world, email, 'activate')), { password: goodPassword });
  const strongAuth = await signInWithPassword(visitor, await visitor.get(dispatcherUrl(signIn)), email);
  return identify(visitor, strongAuth, walkOf(newPerson()));
}

const dispatcherUrl = (page: Answer): URL => new URL(dispatcherOf(page), page.url);

test('the right code sent twenty times at once proves the mailbox once and leads all onwards', async () => {
  for (let round = 0; round < repeats; round += 1) {
    const [visitor, email] = [newVisitor(), newAddress()];
    const page = await atCodePage(visitor, email);
    expect(stepOf(page)).toBe('email-code');
    const code = await codeMailedTo(world, email, 2);
    const records = auditSince(world);
    const answers = await atOnce(many, () => postForm(visitor, page, { code }));
    expect(statuses(answers)).toEqual({ 303: many });
    expect(ledAstray(answers, page, 'link-eid')).toEqual([]);
    expect(records()).toEqual({ 'email-code.proved': 1 });
    expect(stepOf(await visitor.get(dispatcherUrl(page)))).toBe('link-eid');
  }
});

test('twenty wrong codes at once have five tries in all, and the right one comes too late', async () => {
  const [visitor, email] = [newVisitor(), newAddress()];
  const page = await atCodePage(visitor, email);
  const code = await codeMailedTo(world, email, 2);
  const wrong = (index: number): string => String((Number(code) + 1 + index) % 1_000_000).padStart(6, '0');
  const answers = await atOnce(many, (index) => postForm(visitor, page, { code: wrong(index) }));
  expect(statuses(answers)).toEqual({ 422: many });
  const sql = "SELECT body ->> '$.wrongTries' AS tries FROM rows WHERE kind = 'challenge' ORDER BY number DESC LIMIT 1";
  expect(rowsIn(world.dataDir, 'expiring.db', sql)).toEqual([{ tries: 5 }]);
  const late = await visitor.submit(page, { code });
  expect([late.status, stepOf(late)]).toEqual([422, 'email-code']);
});

test('two accounts that link one identity at the same moment: one has it, the other sees the conflict', async () => {
  for (let round = 0; round < repeats; round += 1) {
    const person = newPerson();
    const both = [newVisitor(), newVisitor()] as const;
    const pages = await Promise.all(
      both.map(async (visitor) => identify(visitor, await signedUp(visitor, newAddress()), walkOf(person))),
    );
    expect(pages.map(stepOf)).toEqual(['link-eid', 'link-eid']);
    const records = auditSince(world);
    const answers = await atOnce(many, (index) => {
      const [visitor, page] = [both[index % 2], pages[index % 2]] as [Visitor, Answer];
      return postForm(visitor, page, { answer: 'yes' });
    });
    expect(statuses(answers)).toEqual({ 303: many });
    expect(records()).toEqual({ 'link-eid.linked': 1 });
    const next = await Promise.all(both.map((visitor, index) => visitor.get(dispatcherUrl(pages[index] as Answer))));
    expect(next.map(stepOf).sort()).toEqual(['link-eid', 'terms']);
    const loser = next.find((page) => stepOf(page) === 'link-eid');
    expect(loser?.text).toContain('***@oma.example');
  }
  const links =
    "SELECT count(*) - count(DISTINCT body ->> '$.identity.fingerprints[0]') FROM accounts WHERE body ->> '$.identity' IS NOT NULL";
  expect(countIn(world.dataDir, 'avain.db', links)).toBe(0);
});

test('terms accepted twenty times at once are one evidence and one record', async () => {
  const visitor = newVisitor();
  const linking = await identify(visitor, await signedUp(visitor, newAddress()), walkOf(newPerson()));
  const terms = await visitor.submit(linking, { answer: 'yes' });
  expect(stepOf(terms)).toBe('terms');
  const evidence = (): number => countIn(world.dataDir, 'avain.db', 'SELECT count(*) FROM terms_evidence');
  const [records, before] = [auditSince(world), evidence()];
  const answers = await atOnce(many, () => postForm(visitor, terms, { answer: 'accept' }));
  expect([statuses(answers), ledAstray(answers, terms, 'welcome')]).toEqual([{ 303: many }, []]);
  expect([records(), evidence() - before]).toEqual([{ 'terms.accepted': 1 }, 1]);
  const welcome = await visitor.get(dispatcherUrl(terms));
  const greeted = auditSince(world);
  expect(statuses(await atOnce(many, () => postForm(visitor, welcome, {})))).toEqual({ 303: many });
  expect(greeted()).toEqual({ 'welcome.greeted': 1, 'sign-in.finished': 1 });
});

test('one answer of the broker loaded twenty times is one identification and leads all back to the journey', async () => {
  for (let round = 0; round < repeats; round += 1) {
    const visitor = newVisitor();
    const page = await signedUp(visitor, newAddress());
    visitor.unvisited.add(world.addresses.broker.origin);
    const callback = await walkBroker((await visitor.submit(page, { method: 'bank' })).url, walkOf(newPerson()));
    const records = auditSince(world);
    const answers = await atOnce(many, () => getOnly(visitor, callback));
    expect([statuses(answers), ledAstray(answers, page, 'link-eid')]).toEqual([{ 303: many }, []]);
    expect(records()).toEqual({ 'strong-auth.identified': 1 });
    expect(stepOf(await visitor.get(dispatcherUrl(page)))).toBe('link-eid');
    // The back button, later: the journey again, not a complaint.
    expect(stepOf(await visitor.get(callback))).toBe('link-eid');
    expect(records()).toEqual({ 'strong-auth.identified': 1 });
  }
});

test('proofs made on another device are adopted by one of twenty requests', async () => {
  for (let round = 0; round < repeats; round += 1) {
    const [asking, phone, email] = [newVisitor(), newVisitor(), newAddress()];
    const signIn = await asking.get(authorization(world).url);
    await asking.submit(await asking.get(new URL(`${dispatcherOf(signIn)}/sign-up`, signIn.url)), { email });
    await phone.submit(await phone.get(await linkMailedTo(world, email, 'activate')), { password: goodPassword });
    const pages = await atOnce(many, () => phone.get(authorization(world).url));
    expect(tally(pages.map(stepOf))).toEqual({ 'strong-auth': 1, 'sign-in': many - 1 });
  }
});

test.each(['known', 'unknown'])('twenty guesses at once at a %s address are five guesses', async (kind) => {
  const email = newAddress();
  if (kind === 'known') await signedUp(newVisitor(), email);
  const visitors = await atOnce(many, async () => newVisitor());
  const pages = await Promise.all(
    visitors.map(async (visitor) => visitor.submit(await visitor.get(authorization(world).url), { email })),
  );
  const records = auditSince(world);
  const guess = (visitor: Visitor, index: number): Promise<Response> =>
    postForm(visitor, pages[index] as Answer, { password: `Arvaus#${index}#arvaus` });
  const answers = await Promise.all(visitors.map(guess));
  expect(statuses(answers)).toEqual({ 422: 5, 429: many - 5 });
  expect(records()).toEqual({ 'password.refused': 5, 'password.delayed': many - 5 });
  for (const { headers } of answers.filter(({ status }) => status === 429)) {
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(20);
  }
});
