/** The way in to /account, and who is not let in. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { barAccount } from '../support/inside.ts';
import { becomeUser, newPerson } from '../support/people.ts';
import { startWorld, type World } from '../support/start-world.ts';
import { authorization, noListener, signInWithPassword } from '../support/stories.ts';
import { createVisitor, type Visitor } from '../support/visitor.ts';

const aino = 'aino@oma.example';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

const account = (visitor: Visitor) => visitor.get(new URL('/account', world.issuer));

test('whoever is not signed in is led to sign in, and comes back to their own account', async () => {
  const visitor = createVisitor();
  const page = await account(visitor);
  expect(page.url.pathname).toMatch(/^\/interaction\/[\w-]+\/sign-in$/);
  const end = await signInWithPassword(visitor, page, aino);
  expect(end.url.pathname).toBe('/account');
  expect(end.text).toContain(aino);
});

test('a session of a client is enough: the ladder is climbed silently, and ends with the session', async () => {
  const visitor = createVisitor();
  visitor.unvisited.add(noListener);
  const person = newPerson();
  await becomeUser(world, visitor, authorization(world).url, person);
  expect((await account(visitor)).text).toContain(person.email);
  barAccount(world, person.email, Date.now());
  expect((await account(visitor)).url.pathname).not.toBe('/account');
});

test('a cancelled sign-in is told, with a way on; an address of elsewhere is nobody to come back to', async () => {
  const visitor = createVisitor();
  const cancelled = await visitor.get(new URL('/account/return?error=access_denied&state=/account', world.issuer));
  expect(cancelled.status).toBe(200);
  expect(cancelled.text).toContain('href="/account"');
  const elsewhere = await visitor.get(new URL('/account/return?code=x&state=https://evil.example/', world.issuer));
  expect(elsewhere.url.pathname).toMatch(/\/sign-in$/);
});
