/** What a client may ask for by `prompt` beside a sign-in: another account, or a new one. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { climbAs, climbOn, newPerson } from '../support/people.ts';
import { says } from '../support/says.ts';
import { startWorld, type World } from '../support/start-world.ts';
import {
  authorization,
  goodPassword,
  linkMailedTo,
  noListener,
  signInWithPassword,
  stepOf,
} from '../support/stories.ts';
import { claimsOf, errorOf } from '../support/tokens.ts';
import { createVisitor, formsOf, type Visitor } from '../support/visitor.ts';

const [aino, other] = ['aino@oma.example', 'kunta@oma.example'];

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

async function signedIn(email: string): Promise<Visitor> {
  const visitor = browser();
  const end = await signInWithPassword(visitor, await visitor.get(authorization(world).url), email);
  expect(end.url.origin).toBe(noListener);
  return visitor;
}

async function whoIsIt(visitor: Visitor): Promise<string> {
  const silent = authorization(world, { prompt: 'none' });
  return (await claimsOf(world, silent, await visitor.get(silent.url))).sub;
}

test('discovery names every value, and one that it does not name is refused', async () => {
  const metadata = (await (await fetch(new URL('/.well-known/openid-configuration', world.issuer))).json()) as {
    prompt_values_supported: string[];
  };
  expect(new Set(metadata.prompt_values_supported)).toEqual(
    new Set(['none', 'login', 'consent', 'select_account', 'create']),
  );
  expect(errorOf(await browser().get(authorization(world, { prompt: 'register' }).url))).toBe('invalid_request');
});

test('select_account asks in a session only, and going on changes nothing', async () => {
  const fresh = await browser().get(authorization(world, { prompt: 'select_account' }).url);
  expect(stepOf(fresh)).toBe('sign-in');
  const visitor = await signedIn(aino);
  const before = await whoIsIt(visitor);
  const request = authorization(world, { prompt: 'select_account' });
  const page = await visitor.get(request.url);
  expect([stepOf(page), says(page.text, 'select-account.title')]).toEqual(['select-account', true]);
  expect(page.text).toContain('a***@oma.example');
  expect(page.text).not.toContain(aino);
  const end = await visitor.submit(page, { answer: 'continue' });
  expect((await claimsOf(world, request, end)).sub).toBe(before);
  // Beside `login` there is nothing to choose: the address is asked for anyway.
  const both = authorization(world, { prompt: 'select_account login' });
  const again = await signInWithPassword(visitor, await visitor.get(both.url), aino);
  expect((await claimsOf(world, both, again)).sub).toBe(before);
});

test('select_account with another account: a new sign-in, the session of before is over, and nothing goes in circles', async () => {
  const visitor = await signedIn(aino);
  const before = await whoIsIt(visitor);
  const request = authorization(world, { prompt: 'select_account', scope: 'openid email' });
  const signIn = await visitor.submit(await visitor.get(request.url), { answer: 'other' });
  expect(stepOf(signIn)).toBe('sign-in');
  expect(formsOf(signIn)[0]?.fields['email']).toBe('');
  const end = await climbOn(visitor, await signInWithPassword(visitor, signIn, other));
  const { sub } = await claimsOf(world, request, end);
  expect(sub).not.toBe(before);
  expect(await whoIsIt(visitor)).toBe(sub);
});

test('create leads straight to the sign-up with the address filled in, also out of somebody’s session', async () => {
  const person = newPerson('uusi');
  const visitor = await signedIn(aino);
  const before = await whoIsIt(visitor);
  const request = authorization(world, { prompt: 'create', login_hint: person.email });
  const page = await visitor.get(request.url);
  expect(stepOf(page)).toBe('sign-up');
  expect(formsOf(page)[0]?.fields['email']).toBe(person.email);
  await visitor.submit(page, { email: person.email });
  const whose = await visitor.get(await linkMailedTo(world, person.email, 'activate'));
  // The link is of another account than the browser is signed in to.
  const activation = await visitor.submit(whose, { action: 'continue' });
  const strongAuth = await visitor.submit(activation, { password: goodPassword });
  const { sub } = await claimsOf(world, request, await climbAs(visitor, strongAuth, person));
  expect(sub).not.toBe(before);
  expect(await whoIsIt(visitor)).toBe(sub);
});

test('who has an account already goes from there to the sign-in as ever', async () => {
  const visitor = browser();
  const request = authorization(world, { prompt: 'create' });
  const page = await visitor.get(request.url);
  const signIn = await visitor.get(new URL(page.url.pathname.replace(/sign-up$/, 'sign-in'), page.url));
  const end = await signInWithPassword(visitor, signIn, aino);
  expect((await claimsOf(world, request, end)).sub).toBeTruthy();
});
