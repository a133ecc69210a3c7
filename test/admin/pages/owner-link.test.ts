/** The first owner: by a link that an operator prints, and only with strong identification. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { runAvain } from '../../cli/avain.ts';
import { auditDetailsOf, changeAccount, storedAccount } from '../../support/inside.ts';
import { says } from '../../support/says.ts';
import { startWorld, type World } from '../../support/start-world.ts';
import { identify, signInWithPassword, stepOf } from '../../support/stories.ts';
import type { Answer, Visitor } from '../../support/visitor.ts';
import { aino, browser, hoitaja, kunta } from './stories.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
  changeAccount(world, hoitaja.email, { adminRole: null });
});
afterAll(() => world.stop());

const create = (...args: string[]) => runAvain(['admin', 'create-owner', '--by', 'Ylläpito', ...args], world.env);
const linkIn = (out: string): string => /^http\S+\/links\/owner\?token=[\w-]{43}$/m.exec(out)?.[0] ?? '';

/** Through the password and the bank, to the page behind the link. */
async function open(visitor: Visitor, link: string, person: typeof aino | typeof kunta): Promise<Answer> {
  const signIn = await visitor.get(link);
  expect(stepOf(signIn)).toBe('sign-in');
  return identify(visitor, await signInWithPassword(visitor, signIn, person.email), { person: person.identityCode });
}

test('a link makes one owner, once, after password and bank; a newer link voids it, a second owner is asked for by name', async () => {
  const first = create();
  expect([first.status, first.told, linkIn(first.out)]).toEqual([0, '', expect.stringContaining('token=')]);
  const second = create();
  const dead = await browser().get(linkIn(first.out));
  expect([dead.status, says(dead.text, 'dead-link.owner-replaced')]).toEqual([410, true]);

  const visitor = browser();
  const page = await open(visitor, linkIn(second.out), aino);
  expect([page.status, page.url.pathname]).toEqual([200, expect.stringMatching(/^\/links\/owner\/[\w-]{16}$/)]);
  expect([says(page.text, 'owner.title'), page.text.includes(aino.email)]).toEqual([true, true]);
  expect(storedAccount(world, aino.email)?.adminRole).toBe(null);

  const [done, twice] = await Promise.all([visitor.submit(page, {}), visitor.submit(page, {})]);
  for (const answer of [done, twice]) expect([answer.status, answer.url.pathname]).toEqual([200, '/admin']);
  expect(storedAccount(world, aino.email)?.adminRole).toBe('owner');
  expect(auditDetailsOf(world, aino.email, 'admin-role.changed')).toEqual([{ from: null, to: 'owner', by: 'link' }]);

  const spent = await browser().get(linkIn(second.out));
  expect([spent.status, says(spent.text, 'dead-link.owner-used')]).toEqual([410, true]);
  const refused = create();
  expect([refused.status, refused.out, refused.told]).toEqual([1, '', expect.stringContaining('--another')]);
  const another = create('--another');
  const other = browser();
  const theirs = await other.submit(await open(other, linkIn(another.out), kunta), {});
  expect([theirs.url.pathname, storedAccount(world, kunta.email)?.adminRole]).toEqual(['/admin', 'owner']);
  for (const { out } of [first, second, another]) {
    expect(world.output()).not.toContain(new URL(linkIn(out)).searchParams.get('token'));
  }
});

test('after a day it is over, and somebody who made a token up learns nothing', async () => {
  const link = linkIn(create('--another').out);
  const invented = await browser().get(link.replace(/token=.*/, `token=${'a'.repeat(43)}`));
  expect([invented.status, says(invented.text, 'dead-link.owner-invalid')]).toEqual([400, true]);
  await world.restartAvain({ shiftMs: 24 * 3_600_000 + 1_000 });
  const late = await browser().get(link);
  expect([late.status, says(late.text, 'dead-link.owner-expired', { duration: '24 tuntia' })]).toEqual([410, true]);
});
