/** The link in the mail to the old address of an account: seven days, by a POST only, once. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { auditOf, storedAccount } from '../support/inside.ts';
import { browser, keep, signUpAgain, type User, user } from '../support/keeping.ts';
import { climbAs } from '../support/people.ts';
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

/** An account under its second address. */
async function changed(old?: User) {
  const before = old ?? (await user(world));
  const again = await signUpAgain(world, before);
  const end = await keep(again);
  expect(end.url.origin).toBe(noListener);
  return { old: before, again, link: await linkMailedTo(world, before.person.email, 'undo-address', 3) };
}

test('opened a hundred times, by whomever, the link changes nothing', async () => {
  const { again, old, link } = await changed();
  const before = storedAccount(world, again.person.email);
  for (let times = 0; times < 50; times += 1) {
    const page = await browser().get(link);
    expect([page.status, page.text.includes('Peru osoitteen vaihto')]).toEqual([200, true]);
    expect((await browser().head(link)).status).toBe(200);
  }
  const page = await browser().get(link);
  expect(page.text).toContain(`Tilisi osoite oli ${old.person.email}. Se vaihdettiin osoitteeksi u***@oma.example`);
  expect(page.text).not.toContain(again.person.email);
  expect(page.url.href).not.toContain('token');
  expect(storedAccount(world, again.person.email)).toEqual(before);
});

test('undone: the old address is back, no password is good any more, everybody is out, both mailboxes are told', async () => {
  const { again, old, link } = await changed();
  const account = storedAccount(world, again.person.email);
  const visitor = browser();
  const done = await visitor.submit(await visitor.get(link), {});
  expect([done.status, done.text.includes('Muutos on peruttu')]).toEqual([200, true]);
  const restored = storedAccount(world, old.person.email);
  expect(restored).toMatchObject({
    id: account?.id,
    password: null,
    previousAddresses: [],
    identity: account?.identity,
  });
  expect(storedAccount(world, again.person.email)).toBeNull();
  expect(errorOf(await again.visitor.get(authorization(world, { prompt: 'none' }).url))).toBe('login_required');
  for (const email of [old.person.email, again.person.email]) {
    const at = browser();
    const refused = await signInWithPassword(at, await at.get(authorization(world).url), email, goodPassword);
    expect(refused.status).toBe(422);
  }
  expect((await mailsTo(world, old.person.email, 4))[0]?.subject).toBe('Tilisi sähköpostiosoite palautettiin');
  expect((await mailsTo(world, again.person.email, 3))[0]?.subject).toBe('Osoitteen vaihto Testi-tilille peruttiin');
  expect(auditOf(world, old.person.email)).toContain('address.restored');
  // The same browser again is told that it is done, any other that the link is over.
  expect((await visitor.get(link)).text).toContain('Muutos on peruttu');
  const over = await browser().get(link);
  expect([over.status, over.text.includes('Linkki on jo käytetty')]).toEqual([410, true]);
});

test('after the undo the owner gets in by a new password from the mail and by the bank, as the same account', async () => {
  const { old, link } = await changed();
  const visitor = browser();
  await visitor.submit(await visitor.get(link), {});
  const page = await visitor.get(authorization(world).url);
  await visitor.submit(await visitor.get(page.url.href.replace(/sign-in$/, 'forgot-password')), {
    email: old.person.email,
  });
  const reset = await visitor.get(await linkMailedTo(world, old.person.email, 'reset', 5));
  await visitor.submit(reset, { password: 'Uusi#Kesämökki7' });
  const request = authorization(world);
  const signIn = await visitor.get(request.url);
  const strongAuth = await signInWithPassword(visitor, signIn, old.person.email, 'Uusi#Kesämökki7');
  expect(stepOf(strongAuth)).toBe('strong-auth');
  const end = await climbAs(visitor, strongAuth, old.person);
  expect((await claimsOf(world, request, end)).sub).toBe(storedAccount(world, old.person.email)?.id);
});

test('a second change of address leaves the first link good: it puts the oldest address back and outdates the others', async () => {
  const first = await changed();
  const second = await changed({ ...first.again, end: first.again.page });
  const visitor = browser();
  expect((await visitor.submit(await visitor.get(first.link), {})).text).toContain('Muutos on peruttu');
  expect(storedAccount(world, first.old.person.email)?.previousAddresses).toEqual([]);
  const dead = await browser().get(second.link);
  expect([dead.status, dead.text.includes('Linkkiä ei enää tarvita')]).toEqual([410, true]);
  const swedish = browser();
  await swedish.get(`${world.issuer}/?lang=sv`);
  expect((await swedish.get(second.link)).text).toContain('Länken behövs inte längre');
});

test('an address that another account has by now is not taken away from it: the page leads to support', async () => {
  const { again, old, link } = await changed();
  const visitor = browser();
  const form = await visitor.get(link);
  // One mail a minute.
  await world.restartAvain({ shiftMs: 61_000 });
  const newcomer = browser();
  const signIn = await newcomer.get(authorization(world).url);
  const { email } = old.person;
  await newcomer.submit(await newcomer.get(signIn.url.href.replace(/sign-in$/, 'sign-up')), { email });
  const activation = await newcomer.get(await linkMailedTo(world, email, 'activate', 4));
  expect(stepOf(await newcomer.submit(activation, { password: goodPassword }))).toBe('strong-auth');
  const answers = [await visitor.submit(form, {}), await browser().get(link)];
  for (const { status, text } of answers) {
    expect([status, text.includes('Osoite on toisella tilillä'), text.includes('href="mailto:')]).toEqual([
      410,
      true,
      true,
    ]);
  }
  expect(storedAccount(world, again.person.email)?.identity).not.toBeNull();
  expect(storedAccount(world, email)?.identity).toBeNull();
  await world.restartAvain();
});

test('somebody else who is signed in there is asked first; the account itself is not', async () => {
  const { again, link } = await changed();
  expect((await again.visitor.get(link)).text).toContain('Peru osoitteen vaihto');
  const stranger = await user(world);
  const asked = await stranger.visitor.get(link);
  expect(asked.text).toContain('Olet jo kirjautunut');
  const page = await stranger.visitor.submit(asked, { action: 'continue' });
  expect(page.text).toContain('Peru osoitteen vaihto');
  expect(errorOf(await stranger.visitor.get(authorization(world, { prompt: 'none' }).url))).toBe('login_required');
});

test('a form of another link, or without its token, undoes nothing', async () => {
  const [one, other] = [await changed(), await changed()];
  const visitor = browser();
  const [page, foreign] = [await visitor.get(one.link), await visitor.get(other.link)];
  const csrf = formsOf(foreign)[0]?.fields.csrf ?? '';
  expect((await visitor.post(page.url, { csrf })).status).toBe(403);
  expect((await visitor.post(page.url, {})).status).toBe(403);
  expect(storedAccount(world, one.again.person.email)).not.toBeNull();
  // A link of another purpose neither.
  const token = new URL(one.link).searchParams.get('token');
  expect((await browser().get(`${world.issuer}/links/reset?token=${token}`)).status).toBe(400);
});

test('twenty at once: it is undone once; after seven days it cannot be any more', async () => {
  const [one, late] = [await changed(), await changed()];
  const opened = Array.from({ length: 10 }, async () => {
    const visitor = browser();
    return { visitor, page: await visitor.get(one.link) };
  });
  // Twice from each of ten browsers.
  const posts = (await Promise.all(opened)).flatMap((each) => [each, each]);
  const answers = await Promise.all(posts.map(({ visitor, page }) => visitor.submit(page, {})));
  expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
  expect(auditOf(world, one.old.person.email).filter((event) => event === 'address.restored')).toHaveLength(1);
  await world.restartAvain({ shiftMs: 7 * 86_400_000 + 1_000 });
  const over = await browser().get(late.link);
  expect([over.status, over.text.includes('Muutoksen perumiseen varattu aika on päättynyt')]).toEqual([410, true]);
  // What nobody can undo any more is forgotten at the next sign-in.
  const visitor = browser();
  const { identityCode, name, email } = late.again.person;
  const page = await signInWithPassword(visitor, await visitor.get(authorization(world).url), email);
  if (stepOf(page) === 'strong-auth') await identify(visitor, page, { person: identityCode, name });
  expect(storedAccount(world, email)?.previousAddresses).toEqual([]);
  await world.restartAvain();
});
