/** Mail links and sign-ups, twenty times at once: one account, one record, and everybody is told what is now true. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { rounds } from '../support/heavy.ts';
import { startWorld, type World } from '../support/start-world.ts';
import {
  authorization,
  goodPassword,
  linkMailedTo,
  mailsTo,
  noListener,
  signInWithPassword,
  signUp,
  stepOf,
} from '../support/stories.ts';
import { type Answer, createVisitor, type Visitor } from '../support/visitor.ts';
import { accountsOf, atOnce, auditSince, countIn, many, postForm, rowsIn, statuses } from './at-once.ts';

const repeats = rounds(2, 20);
let world: World;
let number = 0;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.stop());

function newAddress(): string {
  number += 1;
  return `race-${number}@oma.example`;
}

function newVisitor(): Visitor {
  const visitor = createVisitor();
  visitor.unvisited.add(noListener);
  return visitor;
}

async function atDoor(visitor: Visitor, door: 'sign-up' | 'forgot-password'): Promise<Answer> {
  const signIn = await visitor.get(authorization(world).url);
  return visitor.get(new URL(signIn.url.pathname.replace(/sign-in$/, door), signIn.url));
}

/** Asks for an activation mail; the page that waits, and the link. */
async function askedForLink(visitor: Visitor, email: string): Promise<[waiting: Answer, link: string]> {
  const waiting = await visitor.submit(await atDoor(visitor, 'sign-up'), { email });
  return [waiting, await linkMailedTo(world, email, 'activate')];
}

const spentTokens = (): number => countIn(world.dataDir, 'avain.db', 'SELECT count(*) FROM spent_tokens');

test('one activation link sent twenty times by its own browser makes one account and leads all to the journey', async () => {
  for (let round = 0; round < repeats; round += 1) {
    const [visitor, email] = [newVisitor(), newAddress()];
    const [waiting, link] = await askedForLink(visitor, email);
    const page = await visitor.get(link);
    const [records, before] = [auditSince(world), spentTokens()];
    const answers = await atOnce(many, () => postForm(visitor, page, { password: goodPassword }));
    expect(statuses(answers)).toEqual({ 303: many });
    const journeyPath = waiting.url.pathname.replace(/\/link-sent$/, '');
    expect(new Set(answers.map(({ headers }) => headers.get('location')))).toEqual(new Set([journeyPath]));
    expect(records()).toEqual({ 'account.created': 1, 'account.activated': 1 });
    expect([accountsOf(world, email), spentTokens() - before]).toEqual([1, 1]);
    expect(stepOf(await visitor.get(waiting.url))).toBe('strong-auth');
  }
});

test('one activation link sent by twenty browsers makes one account, and the others are told it was used', async () => {
  for (let round = 0; round < repeats; round += 1) {
    const email = newAddress();
    const [, link] = await askedForLink(newVisitor(), email);
    const visitors = await atOnce(many, async () => newVisitor());
    const pages = await Promise.all(visitors.map((visitor) => visitor.get(link)));
    const records = auditSince(world);
    const answers = await Promise.all(
      visitors.map((visitor, index) =>
        postForm(visitor, pages[index] as Answer, { password: `${goodPassword}${index}` }),
      ),
    );
    expect(statuses(answers)).toEqual({ 303: 1, 410: many - 1 });
    expect(records()).toEqual({ 'account.created': 1, 'account.activated': 1 });
    expect(accountsOf(world, email)).toBe(1);
    const winner = answers.findIndex(({ status }) => status === 303);
    const [right, wrong] = [newVisitor(), newVisitor()];
    const start = authorization(world).url;
    expect(stepOf(await signInWithPassword(right, await right.get(start), email, `${goodPassword}${winner}`))).toBe(
      'strong-auth',
    );
    const loser = `${goodPassword}${(winner + 1) % many}`;
    expect((await signInWithPassword(wrong, await wrong.get(start), email, loser)).status).toBe(422);
  }
});

test('one address asked for by twenty browsers at once gets one mail, and all see the same page', async () => {
  const email = newAddress();
  const visitors = await atOnce(many, async () => newVisitor());
  const forms = await Promise.all(visitors.map((visitor) => atDoor(visitor, 'sign-up')));
  const records = auditSince(world);
  const answers = await Promise.all(
    visitors.map((visitor, index) => postForm(visitor, forms[index] as Answer, { email })),
  );
  expect(statuses(answers)).toEqual({ 303: many });
  expect(records()).toEqual({ 'sign-up.requested': 1 });
  expect(await mailsTo(world, email)).toHaveLength(1);
  const pages = await Promise.all(visitors.map((visitor, index) => visitor.get((forms[index] as Answer).url)));
  expect(new Set(pages.map(({ status }) => status))).toEqual(new Set([200]));
});

test('a double click on sign-up is one request with one mail', async () => {
  const [visitor, email] = [newVisitor(), newAddress()];
  const form = await atDoor(visitor, 'sign-up');
  const answers = await atOnce(2, () => postForm(visitor, form, { email }));
  expect(statuses(answers)).toEqual({ 303: 2 });
  expect(await mailsTo(world, email)).toHaveLength(1);
});

test('twenty requests for a new password send one mail, and its link used twenty times changes it once', async () => {
  for (let round = 0; round < repeats; round += 1) {
    const [owner, email] = [newVisitor(), newAddress()];
    await signUp(world, owner, authorization(world).url, email);
    const visitors = await atOnce(many, async () => newVisitor());
    const forms = await Promise.all(visitors.map((visitor) => atDoor(visitor, 'forgot-password')));
    const asked = await Promise.all(
      visitors.map((visitor, index) => postForm(visitor, forms[index] as Answer, { email })),
    );
    expect(statuses(asked)).toEqual({ 303: many });
    const link = await linkMailedTo(world, email, 'reset', 2);
    const pages = await Promise.all(visitors.map((visitor) => visitor.get(link)));
    const records = auditSince(world);
    const answers = await Promise.all(
      visitors.map((visitor, index) =>
        postForm(visitor, pages[index] as Answer, { password: `${goodPassword}${index}` }),
      ),
    );
    expect(statuses(answers)).toEqual({ 303: 1, 410: many - 1 });
    expect(records()).toEqual({ 'password.reset': 1 });
    const [account] = rowsIn(
      world.dataDir,
      'avain.db',
      "SELECT body FROM accounts WHERE body ->> '$.email' = ?",
      email,
    );
    expect(JSON.parse(String(account?.body)).owedIdentification).toMatchObject({ rule: 'reset' });
    // Activation, reset, and one notice that the password was changed.
    expect(await mailsTo(world, email, 3)).toHaveLength(3);
  }
});

test('a double click on the new password leads to the same end as a single one', async () => {
  const [visitor, email] = [newVisitor(), newAddress()];
  await signUp(world, newVisitor(), authorization(world).url, email);
  await visitor.submit(await atDoor(visitor, 'forgot-password'), { email });
  const page = await visitor.get(await linkMailedTo(world, email, 'reset', 2));
  const answers = await atOnce(2, () => postForm(visitor, page, { password: `${goodPassword}!` }));
  expect(statuses(answers)).toEqual({ 303: 2 });
  const end = await visitor.get(page.url);
  expect([end.status, end.text.includes('Salasana on vaihdettu')]).toEqual([200, true]);
});
