/** «En pääse enää tähän sähköpostiin»: an identification, a new mailbox, seven days in which the old one can stop it. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { auditOf, barAccount, changeAccount, storedAccount } from '../support/inside.ts';
import { browser, user } from '../support/keeping.ts';
import { newPerson } from '../support/people.ts';
import { askNewMailbox, doorOf, find, loseMailbox } from '../support/recovering.ts';
import { says } from '../support/says.ts';
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
import { claimsOf, errorOf } from '../support/tokens.ts';

const dayMs = 86_400_000;
const newPassword = 'Uusi#Kesämökki7';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.stop());

/** So much later than now, here and at the bank. */
async function later(shiftMs: number): Promise<void> {
  await Promise.all([world.restartAvain({ shiftMs }), world.restartBroker({ shiftMs })]);
}

/** Somebody who has lost the mailbox, and the address they want instead. */
async function lost() {
  const { person, visitor } = await user(world);
  const { email: wanted } = newPerson('vaihdettu');
  return { person, visitor, wanted, before: storedAccount(world, person.email) };
}

/** By the link in the mail to the present mailbox. */
async function stop(email: string): Promise<void> {
  const owner = browser();
  const done = await owner.submit(await owner.get(await linkMailedTo(world, email, 'undo-mailbox')), {});
  expect(says(done.text, 'undo-mailbox-done.title')).toBe(true);
}

async function subjects(email: string, count: number): Promise<string> {
  return (await mailsTo(world, email, count)).map(({ subject }) => subject).join(' | ');
}

test('the owner who reads the old mailbox stops it at once, and both mailboxes are told', async () => {
  const { person, wanted, before } = await lost();
  await loseMailbox(world, browser(), person, wanted);
  const link = await linkMailedTo(world, person.email, 'undo-mailbox');
  for (let times = 0; times < 10; times += 1) {
    expect([(await browser().head(link)).status, (await browser().get(link)).status]).toEqual([200, 200]);
  }
  expect(storedAccount(world, person.email)?.pendingAddress).not.toBeNull();
  const owner = browser();
  const page = await owner.get(link);
  expect(page.text).toContain('v***@oma.example');
  expect(page.text).not.toContain(wanted);
  const done = await owner.submit(page, {});
  expect(says(done.text, 'undo-mailbox-done.title')).toBe(true);
  expect(storedAccount(world, person.email)).toMatchObject({ pendingAddress: null, password: before?.password });
  for (const [email, count] of [
    [person.email, 4],
    [wanted, 3],
  ] as const) {
    expect(await subjects(email, count)).toContain('Tilisi sähköpostiosoitteen vaihto peruttiin');
  }
  expect(auditOf(world, person.email)).toContain('mailbox.lost-undone');
  const again = await browser().get(link);
  expect([again.status, says(again.text, 'dead-link.undo-mailbox-used')]).toEqual([410, true]);
});

test('the owner who signs in is told, once in each browser, and can stop it there', async () => {
  const { person, visitor, wanted } = await lost();
  await loseMailbox(world, browser(), person, wanted);
  const told = await visitor.get(authorization(world).url);
  expect([stepOf(told), told.text.includes('v***@oma.example'), told.text.includes(wanted)]).toEqual([
    'pending-address',
    true,
    false,
  ]);
  expect((await visitor.submit(told, { answer: 'known' })).url.origin).toBe(noListener);
  expect((await visitor.get(authorization(world).url)).url.origin).toBe(noListener);
  const other = browser();
  const again = await signInWithPassword(other, await other.get(authorization(world).url), person.email);
  expect(stepOf(again)).toBe('pending-address');
  expect((await other.submit(again, { answer: 'cancel' })).url.origin).toBe(noListener);
  expect(storedAccount(world, person.email)?.pendingAddress).toBeNull();
  expect(auditOf(world, person.email).filter((event) => event === 'mailbox.lost-undone')).toHaveLength(1);
});

test('on the account’s own pages it is told and can be stopped; the slower of two tabs is told what is true', async () => {
  const { person, visitor, wanted } = await lost();
  await loseMailbox(world, browser(), person, wanted);
  const account = await visitor.get(new URL('/account', world.issuer));
  const overview = await visitor.submit(account, { answer: 'known' });
  expect([overview.url.pathname, overview.text.includes('href="/account/address-change"')]).toEqual(['/account', true]);
  const page = await visitor.get(new URL('/account/address-change', world.issuer));
  const [first, second] = await Promise.all([
    visitor.submit(page, { answer: 'cancel' }),
    visitor.submit(page, { answer: 'cancel' }),
  ]);
  const told = [first, second].map(({ text }) =>
    says(text, 'address-change.done') ? 'done' : says(text, 'address-change.none') ? 'none' : text.slice(0, 300),
  );
  expect(told.toSorted()).toEqual(['done', 'none']);
  expect(storedAccount(world, person.email)?.pendingAddress).toBeNull();
});

test('a second wish replaces the first, whose mailbox is told; the link of the first mail stops the second too', async () => {
  const { person, wanted } = await lost();
  const { email: second } = newPerson('toinen');
  await loseMailbox(world, browser(), person, wanted);
  const firstLink = await linkMailedTo(world, person.email, 'undo-mailbox');
  await loseMailbox(world, browser(), person, second);
  expect(storedAccount(world, person.email)?.pendingAddress?.email).toBe(second);
  expect(await subjects(wanted, 3)).toContain('Tilisi sähköpostiosoitteen vaihto peruttiin');
  const owner = browser();
  await owner.submit(await owner.get(firstLink), {});
  expect(storedAccount(world, person.email)?.pendingAddress).toBeNull();
  const over = await browser().get(await linkMailedTo(world, person.email, 'undo-mailbox', 5));
  expect([over.status, says(over.text, 'dead-link.undo-mailbox-replaced-title')]).toEqual([410, true]);
});

test('an address that has an account gets the same page, and a mail that says so; its own is refused at once', async () => {
  const [{ person }, { person: taken }] = [await user(world), await user(world)];
  const visitor = browser();
  const found = await find(world, visitor, person);
  const form = await visitor.submit(found, { answer: 'lost' }, 'lost-hint');
  const own = await visitor.submit(form, { email: person.email.toUpperCase() });
  expect([own.status, says(own.text, 'error.address-same')]).toEqual([422, true]);
  const odd = await visitor.submit(form, { email: 'ei osoite' });
  expect([odd.status, says(odd.text, 'error.email-invalid')]).toEqual([422, true]);
  const sent = await visitor.submit(form, { email: taken.email });
  expect(stepOf(sent)).toBe('new-mailbox-sent');
  expect(await subjects(taken.email, 3)).toContain('Sinulla on jo Testi-tili');
  expect((await mailsTo(world, taken.email, 3))[0]?.text).not.toContain('/links/new-mailbox');
  const other = await visitor.submit(sent, { action: 'other-address' }, 'other-address');
  expect(stepOf(other)).toBe('lost-mailbox');
});

test('what happened since the link was asked makes it worthless: barred, unlinked, linked anew, address taken', async () => {
  const changes: readonly ((email: string, wanted: string) => unknown)[] = [
    (email) => barAccount(world, email, Date.now()),
    (email) => changeAccount(world, email, { identity: null }),
    (email) => {
      const identity = storedAccount(world, email)?.identity;
      if (identity) changeAccount(world, email, { identity: { ...identity, linkedAt: Date.now() + 1_000 } });
    },
    async (_email, wanted) => signUp(world, browser(), authorization(world).url, wanted),
  ];
  for (const [number, change] of changes.entries()) {
    const { person, wanted } = await lost();
    const visitor = browser();
    await askNewMailbox(visitor, await find(world, visitor, person), wanted);
    const form = await visitor.get(await linkMailedTo(world, wanted, 'new-mailbox'));
    await change(person.email, wanted);
    const answer = await visitor.submit(form, {});
    expect([number, answer.status, says(answer.text, 'dead-link.new-mailbox-replaced-title')]).toEqual([
      number,
      410,
      true,
    ]);
    expect(storedAccount(world, person.email)?.pendingAddress).toBeNull();
  }
});

test('the link to the new mailbox: elsewhere, by scanners, twenty at once; it is confirmed once', async () => {
  const { person, wanted } = await lost();
  const visitor = browser();
  await askNewMailbox(visitor, await find(world, visitor, person), wanted);
  const link = await linkMailedTo(world, wanted, 'new-mailbox');
  expect((await browser().head(link)).status).toBe(200);
  const opened = await Promise.all(
    Array.from({ length: 10 }, async () => {
      const elsewhere = browser();
      return { elsewhere, page: await elsewhere.get(link) };
    }),
  );
  expect(storedAccount(world, person.email)?.pendingAddress).toBeNull();
  expect(opened[0]?.page.text).toContain('e***@oma.example');
  const posts = opened.flatMap((each) => [each, each]);
  const answers = await Promise.all(posts.map(({ elsewhere, page }) => elsewhere.submit(page, {})));
  expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
  expect(auditOf(world, person.email).filter((event) => event === 'mailbox.lost-confirmed')).toHaveLength(1);
  expect(await mailsTo(world, wanted, 2)).toHaveLength(2);
});

// The last one, as its clock stays where it is.
test('seven days on: it has taken effect, or was stopped in the last moment, or comes to nothing; never before', async () => {
  const { person, visitor, wanted, before } = await lost();
  const done = await loseMailbox(world, browser(), person, wanted);
  expect([done.status, says(done.text, 'new-mailbox-done.title')]).toEqual([200, true]);
  const waiting = storedAccount(world, person.email);
  expect(waiting).toMatchObject({ email: person.email, password: before?.password, devices: before?.devices });
  const { askedAt = 0, dueAt = 0 } = waiting?.pendingAddress ?? {};
  expect(dueAt - askedAt).toBe(7 * dayMs);
  expect(await subjects(person.email, 3)).toContain('Tilisi sähköpostiosoite vaihtuu');
  expect(await subjects(wanted, 2)).toContain('Tästä tulee Testi-tilisi osoite');
  // The session that stood goes on, but says so at its next request.
  expect(errorOf(await visitor.get(authorization(world, { prompt: 'none' }).url))).toBe('interaction_required');
  // Three more wait: one whose new address is taken meanwhile, one who stops it late, one who stopped it at once.
  const [taken, late, stopped] = [await lost(), await lost(), await lost()];
  for (const one of [taken, late, stopped]) await loseMailbox(world, browser(), one.person, one.wanted);
  await signUp(world, browser(), authorization(world).url, taken.wanted);
  await stop(stopped.person.email);
  // Identified again an hour before: nothing.
  await later(7 * dayMs - 3_600_000);
  expect((await find(world, browser(), person)).text).toContain('e***@oma.example');
  expect(storedAccount(world, wanted)).toBeNull();
  // And a minute after.
  await later(7 * dayMs + 60_000);
  const back = browser();
  const request = authorization(world);
  const found = await find(world, back, person, request.url);
  expect(says(found.text, 'find-account.found', { maskedEmail: 'v***@oma.example' })).toBe(true);
  const changed = storedAccount(world, wanted);
  expect(changed).toMatchObject({ id: before?.id, password: null, devices: [], identity: before?.identity });
  expect(auditOf(world, wanted)).toEqual(
    expect.arrayContaining(['mailbox.lost-asked', 'mailbox.lost-confirmed', 'mailbox.lost-applied']),
  );
  expect(await subjects(person.email, 4)).toContain('Tilisi sähköpostiosoite vaihdettiin');
  expect(await subjects(wanted, 3)).toContain('Testi-tilisi osoite on vaihdettu');
  // No password is good until one is set by the new mailbox.
  const password = await back.submit(found, { answer: 'continue' });
  expect((await back.submit(password, { password: goodPassword })).status).toBe(422);
  await back.submit(await back.get(doorOf(password, 'forgot-password')), { action: 'found' });
  const elsewhere = browser();
  await elsewhere.submit(await elsewhere.get(await linkMailedTo(world, wanted, 'reset', 4)), { password: newPassword });
  // The identification of this journey was for this very account: it is not asked again.
  const end = await back.submit(password, { password: newPassword });
  expect((await claimsOf(world, request, end)).sub).toBe(before?.id);
  // Due, but nobody has looked yet: the old mailbox can still stop it.
  await stop(late.person.email);
  for (const one of [taken, late, stopped]) {
    expect((await find(world, browser(), one.person)).text).toContain('e***@oma.example');
    const left = storedAccount(world, one.person.email);
    expect([left?.pendingAddress, left?.password]).toEqual([null, one.before?.password]);
  }
  expect(await subjects(taken.person.email, 4)).toContain('Tilisi sähköpostiosoitteen vaihto peruttiin');
  expect(auditOf(world, taken.person.email)).toContain('mailbox.lost-void');
  // And from the old mailbox it can be undone for seven days more.
  const undo = await browser().get(await linkMailedTo(world, person.email, 'undo-address', 4));
  expect([undo.status, undo.text.includes('Peru osoitteen vaihto')]).toEqual([200, true]);
});
