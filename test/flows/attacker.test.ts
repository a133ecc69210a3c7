/** What somebody hostile would try who knows the code: each story ends where the service stops him. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { auditOf, changeAccount as change, storedAccount } from '../support/inside.ts';
import { climbOn } from '../support/people.ts';
import { startWorld, type World } from '../support/start-world.ts';
import {
  authorization,
  codeMailedTo,
  identify,
  linkMailedTo,
  mailsTo,
  noListener,
  signInWithPassword,
  stepOf,
} from '../support/stories.ts';
import { createVisitor, type Visitor } from '../support/visitor.ts';

const vanha = 'vanha@oma.example';
const aino = 'aino@oma.example';
const otherPassword = 'Varas!Uusi#2031';

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

async function signUpFor(visitor: Visitor, email: string): Promise<void> {
  const signIn = await visitor.get(authorization(world).url);
  const form = await visitor.get(signIn.url.href.replace('/sign-in', '/sign-up'));
  expect(stepOf(await visitor.submit(form, { email }))).toBe('link-sent');
}

test('a code proves the mailbox: an imported account in use is active, and nobody activates it once more', async () => {
  const thief = browser();
  await signUpFor(thief, vanha);
  const link = await linkMailedTo(world, vanha, 'activate');
  const owner = browser();
  const strongAuth = await signInWithPassword(owner, await owner.get(authorization(world).url), vanha);
  const code = await identify(owner, strongAuth, { person: '050585X903A' });
  const linking = await owner.submit(code, { code: await codeMailedTo(world, vanha, 2) });
  expect((await climbOn(owner, linking)).url.origin).toBe(noListener);
  expect(storedAccount(world, vanha)?.activatedAt).not.toBeNull();
  expect(auditOf(world, vanha).filter((event) => event === 'account.activated')).toHaveLength(1);
  const elsewhere = browser();
  const tried = await elsewhere.submit(await elsewhere.get(link), { password: otherPassword });
  expect([tried.status, tried.text.includes('Linkki on jo käytetty')]).toEqual([410, true]);
});

test('an activation link of an account that is linked is a reset: a stolen mailbox gets no further than the bank', async () => {
  // As an import could leave it: linked by the earlier system, its mailbox never proved to this one.
  change(world, aino, { activatedAt: null });
  const owner = browser();
  expect((await signInWithPassword(owner, await owner.get(authorization(world).url), aino)).url.origin).toBe(
    noListener,
  );
  const thief = browser();
  await signUpFor(thief, aino);
  const activation = await thief.get(await linkMailedTo(world, aino, 'activate'));
  expect(stepOf(await thief.submit(activation, { password: otherPassword }))).toBe('strong-auth');
  // The owner is told, and no session of before goes on.
  expect((await mailsTo(world, aino, 2)).map(({ subject }) => subject)).toContain('Testi-tilisi salasana on vaihdettu');
  expect(stepOf(await owner.get(authorization(world).url))).toBe('sign-in');
});
