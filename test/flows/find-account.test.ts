/** «En muista sähköpostiosoitettani»: whoever identifies at a bank is told the masked address of their account. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { auditDetailsOf, auditOf, barAccount, changeAccount, storedAccount } from '../support/inside.ts';
import { browser, user } from '../support/keeping.ts';
import { climbOn, inventedIdentityCode, newPerson } from '../support/people.ts';
import { doorOf, find } from '../support/recovering.ts';
import { says } from '../support/says.ts';
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
import { claimsOf, errorOf } from '../support/tokens.ts';
import { formsOf } from '../support/visitor.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.stop());

test('found: the address is shown masked on every page, the password is asked, and the identification counts', async () => {
  const { person } = await user(world);
  const account = storedAccount(world, person.email);
  // Owed as by a draw: the visit to the bank pays it.
  changeAccount(world, person.email, { owedIdentification: { since: 1, rule: 'rate' }, identifiedAt: 1 });
  const visitor = browser();
  const request = authorization(world, { acr_values: 'http://ftn.ficora.fi/2017/loatest2' });
  const found = await find(world, visitor, person, request.url);
  expect([stepOf(found), says(found.text, 'find-account.found', { maskedEmail: 'e***@oma.example' })]).toEqual([
    'find-account',
    true,
  ]);
  const password = await visitor.submit(found, { answer: 'continue' });
  const pages = [found, password];
  for (const door of ['sign-in', 'sign-up', 'forgot-password', 'find-account']) {
    pages.push(await visitor.get(doorOf(password, door)));
  }
  for (const { text, url } of pages) {
    expect([url.pathname, text.includes(person.email), text.includes(person.identityCode)]).toEqual([
      url.pathname,
      false,
      false,
    ]);
  }
  const wrong = await visitor.submit(password, { password: 'Vaara#Salasana1' });
  expect([wrong.status, wrong.text.includes(person.email)]).toEqual([422, false]);
  // Straight to the client: nothing else is asked.
  const end = await visitor.submit(password, { password: goodPassword });
  expect(end.url.origin).toBe(noListener);
  expect(await claimsOf(world, request, end)).toMatchObject({
    sub: account?.id,
    acr: 'http://ftn.ficora.fi/2017/loatest2',
    amr: ['pwd', 'ftn_bank', 'mfa'],
  });
  expect(storedAccount(world, person.email)?.owedIdentification).toBeNull();
  expect(auditOf(world, person.email)).toContain('address.forgotten-asked');
  expect(auditDetailsOf(world, person.email, 'address.forgotten-asked').at(-1)).toEqual({ found: true });
});

test('a forgotten password too: the link goes to the address that was found, which is not shown', async () => {
  const { person } = await user(world);
  const visitor = browser();
  const password = await visitor.submit(await find(world, visitor, person), { answer: 'continue' });
  const forgot = await visitor.get(doorOf(password, 'forgot-password'));
  const sent = await visitor.submit(forgot, { action: 'found' });
  expect([stepOf(sent), sent.text.includes(person.email), sent.text.includes('e***@oma.example')]).toEqual([
    'reset-sent',
    false,
    true,
  ]);
  const elsewhere = browser();
  const reset = await elsewhere.get(await linkMailedTo(world, person.email, 'reset', 3));
  await elsewhere.submit(reset, { password: 'Uusi#Kesämökki7' });
  expect(storedAccount(world, person.email)?.owedIdentification?.rule).toBe('reset');
  // The reset makes an identification owed: the one made in this journey, minutes ago, pays it here and nowhere else.
  const other = browser();
  const strongAuth = await signInWithPassword(
    other,
    await other.get(authorization(world).url),
    person.email,
    'Uusi#Kesämökki7',
  );
  expect(stepOf(strongAuth)).toBe('strong-auth');
  const signIn = await visitor.submit(await visitor.get(doorOf(password, 'find-account')), { answer: 'continue' });
  expect((await visitor.submit(signIn, { password: 'Uusi#Kesämökki7' })).url.origin).toBe(noListener);
});

test('nobody has it: the page says so, and a new account made in the same journey need not identify again', async () => {
  const visitor = browser();
  const person = newPerson('loytymaton');
  const none = await find(world, visitor, person);
  expect([stepOf(none), says(none.text, 'find-account.none-title')]).toEqual(['find-account', true]);
  const again = await visitor.submit(none, { answer: 'again' });
  expect(says(again.text, 'find-account.intro')).toBe(true);
  await identify(visitor, again, { person: person.identityCode, name: person.name });
  await visitor.submit(await visitor.get(doorOf(none, 'sign-up')), { email: person.email });
  const activation = await visitor.get(await linkMailedTo(world, person.email, 'activate'));
  const linking = await visitor.submit(activation, { password: goodPassword });
  expect(stepOf(linking)).toBe('link-eid');
  expect((await climbOn(visitor, linking)).url.origin).toBe(noListener);
  expect(storedAccount(world, person.email)?.identity).not.toBeNull();
});

test('the identification is no password, and no good for anybody else', async () => {
  const [owner, other] = [await user(world), await user(world)];
  const visitor = browser();
  const found = await find(world, visitor, owner.person);
  // Every page behind the password leads back; the other person's password is of their account only.
  for (const step of ['link-eid', 'welcome', 'strong-auth', 'lost-mailbox', 'new-mailbox-sent']) {
    expect(stepOf(await visitor.get(doorOf(found, step)))).toBe('find-account');
  }
  const signIn = await visitor.get(doorOf(found, 'sign-in'));
  expect(formsOf(signIn)[0]?.fields.email).toBe('');
  const end = await signInWithPassword(visitor, signIn, other.person.email);
  // The wrong person, as at the callback: dropped, and the owner is told.
  expect(end.url.origin).toBe(noListener);
  expect(auditOf(world, other.person.email)).toContain('strong-auth.mismatch');
  expect((await mailsTo(world, other.person.email, 3)).map(({ subject }) => subject).join()).toMatch(/tunnistautu/i);
  expect(storedAccount(world, owner.person.email)?.identity).not.toBeNull();
});

test('cancelled and failed visits come back to the page; without an identification nothing is told', async () => {
  const visitor = browser();
  const page = await visitor.get(doorOf(await visitor.get(authorization(world).url), 'find-account'));
  const cancelled = await identify(visitor, page, { fail: 'leave' });
  expect([stepOf(cancelled), says(cancelled.text, 'strong-auth.cancelled-title')]).toEqual(['find-account', true]);
  for (const answer of ['continue', 'lost']) {
    const answered = await visitor.submit(cancelled, { answer });
    expect([stepOf(answered), answered.text.includes('***')]).toEqual(['find-account', false]);
  }
  // What became of it is not told on another account's page of identification.
  const signIn = await visitor.get(doorOf(cancelled, 'sign-in'));
  const strongAuth = await signInWithPassword(visitor, signIn, 'vanha@oma.example');
  expect([stepOf(strongAuth), says(strongAuth.text, 'strong-auth.cancelled-title')]).toEqual(['strong-auth', false]);
  await world.stopBroker();
  const away = browser();
  const closed = await away.get(doorOf(await away.get(authorization(world).url), 'find-account'));
  away.unvisited.add(world.addresses.broker.origin);
  let told = await away.submit(closed, { method: 'bank' });
  // Heard of a moment ago, it is believed to be well; then the browser is there alone and comes back.
  if (told.url.origin === world.addresses.broker.origin) told = await away.get(closed.url);
  expect(stepOf(told)).toBe('find-account');
  await world.restartBroker();
});

test('a barred owner is told the address, and after the password that the account is closed', async () => {
  const { person } = await user(world);
  barAccount(world, person.email, Date.now());
  const visitor = browser();
  const found = await find(world, visitor, person);
  expect(found.text).toContain('e***@oma.example');
  const password = await visitor.submit(found, { answer: 'continue' });
  expect(stepOf(await visitor.submit(password, { password: goodPassword }))).toBe('account-closed');
});

test('somebody signed in who is asked again can come as another, whom the bank found', async () => {
  const [first, second] = [await user(world), await user(world)];
  const request = authorization(world, { prompt: 'login' });
  const found = await find(world, first.visitor, second.person, request.url);
  const password = await first.visitor.submit(found, { answer: 'continue' });
  const end = await first.visitor.submit(password, { password: goodPassword });
  expect((await claimsOf(world, request, end)).sub).toBe(storedAccount(world, second.person.email)?.id);
  expect(errorOf(await first.visitor.get(authorization(world, { prompt: 'none' }).url))).toBeNull();
});

test('the bank’s answer counts once, in the browser that left; the identity code is stored and logged nowhere', async () => {
  const person = { ...newPerson('jaljet'), identityCode: inventedIdentityCode() };
  const visitor = browser();
  const found = await find(world, visitor, person);
  expect(says(found.text, 'find-account.none-title')).toBe(true);
  const left = ['avain.db', 'avain.db-wal', 'expiring.db', 'expiring.db-wal'].map((file) => {
    try {
      return readFileSync(join(world.dataDir, file), 'latin1');
    } catch {
      return '';
    }
  });
  expect(left.join('').length).toBeGreaterThan(10_000);
  for (const secret of [person.identityCode, person.identityCode.replace('-', '')]) {
    expect([left.some((text) => text.includes(secret)), world.output().includes(secret)]).toEqual([false, false]);
  }
});
