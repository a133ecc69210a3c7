/** journey.md §4: the identity belongs to another account, which is kept and given the address just proved. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { auditOf, storedAccount } from '../support/inside.ts';
import { browser, type Conflict, keep, signUpAgain, user } from '../support/keeping.ts';
import { newPerson } from '../support/people.ts';
import { startWorld, type World } from '../support/start-world.ts';
import {
  authorization,
  clientSecret,
  goodPassword,
  identify,
  linkMailedTo,
  mailsTo,
  noListener,
  redeem,
  signInWithPassword,
  signUp,
  stepOf,
} from '../support/stories.ts';
import { claimsOf, errorOf } from '../support/tokens.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.stop());

async function refresh(token: string, client: string): Promise<number> {
  const secret = encodeURIComponent(await clientSecret(world, client));
  const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: token });
  const headers = { authorization: `Basic ${Buffer.from(`${client}:${secret}`).toString('base64')}` };
  return (await fetch(new URL('/token', world.issuer), { method: 'POST', body, headers })).status;
}

test('kept: the client sees the old sub, new address and password count, everything that stood on the old ones has ended', async () => {
  const old = await user(world);
  const tokens = (await (await redeem(world, old.request, old.end.url)).json()) as { refresh_token: string };
  const before = storedAccount(world, old.person.email);
  const again = await signUpAgain(world, old);
  const end = await keep(again);
  const claims = await claimsOf(world, again.request, end);
  // The identification just made is the kept account's.
  expect(claims).toMatchObject({ sub: before?.id, acr: 'http://ftn.ficora.fi/2017/loatest2' });
  const kept = storedAccount(world, again.person.email);
  expect([kept?.id, kept?.identity, storedAccount(world, old.person.email)]).toEqual([
    before?.id,
    before?.identity,
    null,
  ]);
  expect(errorOf(await old.visitor.get(authorization(world, { prompt: 'none' }).url))).toBe('login_required');
  expect(await refresh(tokens.refresh_token, old.request.client)).toBe(400);
  const [here, there] = [browser(), browser()];
  const refused = await signInWithPassword(here, await here.get(authorization(world).url), old.person.email);
  expect(refused.status).toBe(422);
  const signedIn = await signInWithPassword(there, await there.get(authorization(world).url), again.person.email);
  expect(signedIn.url.origin).toBe(noListener);
  expect(auditOf(world, again.person.email)).toContain('account.absorbed');
});

test('the pages say what will happen, with the other address masked, and nothing happens before the last yes', async () => {
  const old = await user(world);
  const { visitor, person, page } = await signUpAgain(world, old);
  expect(page.text).toContain('Henkilötunnuksesi on jo linkitetty toiseen tiliin');
  expect(page.text).toContain(`Pidä tuo tili ja vaihda sen osoitteeksi ${person.email}`);
  expect(page.text).toContain('muutoksen voi perua 7 päivän ajan');
  // Not asked yet, so there is nothing to say yes to.
  await visitor.submit(page, { answer: 'confirm' });
  const confirmation = await visitor.submit(page, { answer: 'keep' });
  expect(confirmation.text).toContain('Pidä tilisi ja vaihda sen osoite');
  for (const { text } of [page, confirmation]) {
    expect(text).toContain('e***@oma.example');
    expect(text).not.toContain(old.person.email);
    expect(text).not.toContain(old.person.identityCode);
  }
  const stale = await visitor.submit(confirmation, { answer: 'confirm', textHash: 'x'.repeat(43) });
  expect([stale.status, stale.text.includes('Sivun teksti on juuri muuttunut')]).toEqual([422, true]);
  const back = await visitor.submit(confirmation, { answer: 'back' });
  expect(back.text).toContain('Henkilötunnuksesi on jo linkitetty toiseen tiliin');
  expect([storedAccount(world, old.person.email), storedAccount(world, person.email)]).not.toContain(null);
  // In another language the same pages, and the words agreed to are kept in it.
  const swedish = await visitor.get(`${(await visitor.submit(back, { answer: 'keep' })).url.href}?lang=sv`);
  expect(swedish.text).toContain('Behåll ditt konto och byt dess adress');
  expect((await visitor.submit(swedish, { answer: 'confirm' })).url.origin).toBe(noListener);
});

test('both mailboxes are told, the old one with the link that puts it back', async () => {
  const old = await user(world);
  const again = await signUpAgain(world, old);
  await keep(again);
  const [told] = await mailsTo(world, again.person.email, 2);
  expect(told?.subject).toBe('Testi-tilisi osoite on vaihdettu');
  const [warned] = await mailsTo(world, old.person.email, 3);
  expect(warned?.subject).toBe('Tilisi sähköpostiosoite vaihdettiin');
  expect(warned?.text).toContain('Tilisi uusi osoite on u***@oma.example');
  expect(warned?.text).not.toContain(again.person.email);
  expect(told?.text).not.toContain(old.person.email);
});

async function offersToKeep({ visitor, page }: Conflict): Promise<boolean> {
  expect(page.text).toContain('Henkilötunnuksesi on jo linkitetty toiseen tiliin');
  const shown = page.text.includes('value="keep"');
  // Whatever the page shows: a form made by hand gets no further.
  const answer = await visitor.submit(page, { answer: 'keep' });
  expect(answer.text.includes('value="confirm"')).toBe(shown);
  return shown;
}

test('not offered to an account that was born in an earlier journey, or whose link was opened in another browser', async () => {
  const old = await user(world);
  const { identityCode, name } = old.person;
  const earlier = browser();
  const person = newPerson();
  await signUp(world, earlier, authorization(world).url, person.email);
  const request = authorization(world);
  const strongAuth = await signInWithPassword(earlier, await earlier.get(request.url), person.email);
  const page = await identify(earlier, strongAuth, { person: identityCode, name });
  expect(await offersToKeep({ visitor: earlier, person, request, page })).toBe(false);
  const [asking, phone, other] = [browser(), browser(), newPerson()];
  const signIn = await asking.get(authorization(world).url);
  await asking.submit(await asking.get(signIn.url.href.replace(/sign-in$/, 'sign-up')), { email: other.email });
  await phone.submit(await phone.get(await linkMailedTo(world, other.email, 'activate')), { password: goodPassword });
  const there = await phone.get(authorization(world).url);
  const conflict = await identify(phone, there, { person: identityCode, name });
  expect(await offersToKeep({ visitor: phone, person: other, request, page: conflict })).toBe(false);
  // The asking browser proves the password, not the mailbox: its address is not given to anybody's account.
  const here = await signInWithPassword(
    asking,
    await asking.get(signIn.url.href.replace(/\/sign-in$/, '')),
    other.email,
  );
  const thief = await identify(asking, here, { person: identityCode, name });
  expect(await offersToKeep({ visitor: asking, person: other, request, page: thief })).toBe(false);
});

test('the sign-in with the old account stays the first way, with its address not told', async () => {
  const old = await user(world);
  const { visitor, request, page } = await signUpAgain(world, old);
  const signIn = await visitor.submit(page, { answer: 'sign-in' });
  expect([stepOf(signIn), signIn.text.includes(old.person.email)]).toEqual(['sign-in', false]);
  const end = await signInWithPassword(visitor, signIn, old.person.email);
  expect((await claimsOf(world, request, end)).sub).toBe(storedAccount(world, old.person.email)?.id);
});
