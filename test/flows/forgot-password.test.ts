import { afterAll, beforeAll, expect, test } from '@jest/globals';
import * as client from 'openid-client';
import { auditOf, storedAccount } from '../support/inside.ts';
import { becomeUser, newPerson, type Person } from '../support/people.ts';
import { startWorld, type World } from '../support/start-world.ts';
import {
  authorization,
  goodPassword,
  identify,
  linkMailedTo,
  mailsTo,
  noListener,
  signInWithPassword,
  stepOf,
} from '../support/stories.ts';
import { errorOf, relyingParty, tokensOf } from '../support/tokens.ts';
import { type Answer, createVisitor, type Visitor } from '../support/visitor.ts';

const newPassword = 'Uusi#Kesämökki7';

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

async function forgot(visitor: Visitor, email: string): Promise<Answer> {
  const signIn = await visitor.get(authorization(world).url);
  return visitor.submit(await visitor.get(signIn.url.href.replace('/sign-in', '/forgot-password')), { email });
}

async function user(): Promise<{ person: Person; visitor: Visitor; refreshToken: string }> {
  const person = newPerson();
  const visitor = browser();
  const request = authorization(world, { scope: 'openid offline_access' });
  const end = await becomeUser(world, visitor, request.url, person);
  return { person, visitor, refreshToken: (await tokensOf(world, request, end)).refresh_token ?? '' };
}

/** Asked for and carried out in a browser of its own. */
async function reset({ email }: Person): Promise<Visitor> {
  const visitor = browser();
  await forgot(visitor, email);
  const page = await visitor.get(await linkMailedTo(world, email, 'reset', 3));
  const done = await visitor.submit(page, { password: newPassword });
  expect(done.text).toContain('Salasana on vaihdettu');
  expect(done.text).toContain(`href="${noListener}/start"`);
  return visitor;
}

test('known and unknown addresses see one page and get mails that differ', async () => {
  const stranger = newPerson().email;
  const bare = (page: Answer, email: string) => [
    page.status,
    page.text
      .replaceAll(email, 'X')
      .replaceAll(/[\w-]{43}/g, 'T')
      .replaceAll(/\/interaction\/[\w-]+/g, 'U'),
  ];
  const known = await forgot(browser(), 'aino@oma.example');
  const unknown = await forgot(browser(), stranger);
  expect(stepOf(known)).toBe('reset-sent');
  expect(bare(known, 'aino@oma.example')).toEqual(bare(unknown, stranger));
  expect((await mailsTo(world, 'aino@oma.example'))[0]?.subject).toBe('Vaihda Testi-tilisi salasana');
  const [told] = await mailsTo(world, stranger);
  expect(told?.subject).toBe('Tällä osoitteella ei ole Testi-tiliä');
  expect(told?.text).not.toContain('/links/');
});

test('opening the link, by whomever and however often, changes nothing', async () => {
  const { person } = await user();
  await forgot(browser(), person.email);
  const link = await linkMailedTo(world, person.email, 'reset', 3);
  const before = storedAccount(world, person.email);
  for (let times = 0; times < 5; times += 1) {
    expect((await browser().get(link)).status).toBe(200);
    expect((await browser().head(link)).status).toBe(200);
  }
  expect(storedAccount(world, person.email)).toEqual(before);
});

test('a reset ends every session and refresh token, tells the mailbox, and signs nobody in', async () => {
  const { person, visitor, refreshToken } = await user();
  const party = await relyingParty(world);
  expect((await client.refreshTokenGrant(party, refreshToken)).access_token).toBeTruthy();
  const resetter = await reset(person);
  expect((await mailsTo(world, person.email, 4)).map(({ subject }) => subject)).toContain(
    'Testi-tilisi salasana on vaihdettu',
  );
  await expect(client.refreshTokenGrant(party, refreshToken)).rejects.toMatchObject({ error: 'invalid_grant' });
  for (const somewhere of [visitor, resetter]) {
    expect(errorOf(await somewhere.get(authorization(world, { prompt: 'none' }).url))).toBe('login_required');
  }
  expect(auditOf(world, person.email)).toContain('password.reset');
});

test('the next sign-in always asks strong identification, in every browser, until one has succeeded', async () => {
  const { person } = await user();
  const visitor = await reset(person);
  const signIn = async (at: Visitor) =>
    signInWithPassword(at, await at.get(authorization(world).url), person.email, newPassword);
  expect(stepOf(await signIn(visitor))).toBe('strong-auth');
  expect(stepOf(await signIn(browser()))).toBe('strong-auth');
  const page = await signIn(visitor);
  const end = await identify(visitor, page, { person: person.identityCode, name: person.name });
  expect(errorOf(end)).toBeNull();
  expect((await signIn(browser())).url.origin).toBe(noListener);
});

test('the old password is dead, the link is used: who used it is told that it is done, anybody else that it is over', async () => {
  const { person } = await user();
  const visitor = await reset(person);
  const other = browser();
  const refused = await signInWithPassword(
    other,
    await other.get(authorization(world).url),
    person.email,
    goodPassword,
  );
  expect(refused.status).toBe(422);
  const mail = (await mailsTo(world, person.email, 4)).find(({ text }) => text.includes('/links/reset'));
  const address = /\S+\/links\/reset\?token=[\w-]+/.exec(mail?.text ?? '')?.[0] ?? '';
  const told = await visitor.get(address);
  expect([told.status, told.text.includes('Salasana on vaihdettu')]).toEqual([200, true]);
  const dead = await browser().get(address);
  expect([dead.status, dead.text.includes('Linkki on jo käytetty')]).toEqual([410, true]);
});

test('a link of another account than the one signed in: asked first, then that session ends', async () => {
  const [first, second] = [await user(), await user()];
  await forgot(browser(), second.person.email);
  const link = await linkMailedTo(world, second.person.email, 'reset', 3);
  const asked = await first.visitor.get(link);
  expect(asked.text).toContain('Olet jo kirjautunut');
  expect(asked.text).toContain('t***@oma.example');
  expect(asked.text).not.toContain(first.person.email);
  const page = await first.visitor.submit(asked, { action: 'continue' });
  expect(page.text).toContain('Luo uusi salasana');
  expect(errorOf(await first.visitor.get(authorization(world, { prompt: 'none' }).url))).toBe('login_required');
});

test('one live link: a later mail outdates the earlier one; each lives for half an hour', async () => {
  const { person } = await user();
  await forgot(browser(), person.email);
  const older = await linkMailedTo(world, person.email, 'reset', 3);
  await world.restartAvain({ shiftMs: 61_000 });
  await forgot(browser(), person.email);
  const newer = await linkMailedTo(world, person.email, 'reset', 4);
  const dead = await browser().get(older);
  expect([dead.status, dead.text.includes('Linkki on korvattu uudella')]).toEqual([410, true]);
  expect((await browser().get(newer)).status).toBe(200);
  await world.restartAvain({ shiftMs: 32 * 60_000 });
  const expired = await browser().get(newer);
  expect([expired.status, expired.text.includes('Linkki on vanhentunut')]).toEqual([410, true]);
  expect(expired.text).toContain('30 minuuttia');
});
