/** Whoever has got into an account for a while: what they prepared there is worth nothing once its owner says so. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { accountPage, addAuthenticator, appCode, userWithApp } from '../support/factors.ts';
import { changeAccount, storedAccount } from '../support/inside.ts';
import { browser, user } from '../support/keeping.ts';
import { askAddress } from '../support/leaving.ts';
import { newPerson } from '../support/people.ts';
import { startWorld, type World } from '../support/start-world.ts';
import { authorization, linkMailedTo, noListener, signInWithPassword, stepOf } from '../support/stories.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.stop());

const minuteMs = 60_000;

test('an address that a thief asked for cannot be confirmed any more once the owner has said «En tehnyt tätä»', async () => {
  const owner = await user(world);
  const { email } = owner.person;
  const address = newPerson('varas').email;
  await askAddress(world, owner, address);
  const confirm = await linkMailedTo(world, address, 'change-address');
  const early = browser();
  const open = await early.get(confirm);
  const denying = browser();
  await denying.submit(await denying.get(await linkMailedTo(world, email, 'not-me', 2)), {});
  expect((await early.submit(open, {})).status).toBe(410);
  expect((await browser().get(confirm)).status).toBe(410);
  expect([storedAccount(world, address), storedAccount(world, email)?.owedIdentification?.rule]).toEqual([
    null,
    'not-me',
  ]);
});

test('nor after the owner has chosen another password', async () => {
  const owner = await user(world);
  const address = newPerson('varas').email;
  await askAddress(world, owner, address);
  const confirm = await linkMailedTo(world, address, 'change-address');
  changeAccount(world, owner.person.email, { passwordSetAt: Date.now() });
  expect((await browser().get(confirm)).status).toBe(410);
  expect(storedAccount(world, address)).toBeNull();
});

test('a sign-in begun with the old password is not finished with it', async () => {
  const { email } = (await user(world)).person;
  const visitor = browser();
  const demanding = authorization(world, { client_id: 'test-two-step' });
  const held = await signInWithPassword(visitor, await visitor.get(demanding.url), email);
  expect(stepOf(held)).toBe('strong-auth');
  changeAccount(world, email, { passwordSetAt: Date.now() });
  expect(['sign-in', 'password']).toContain(stepOf(await visitor.get(held.url)));
});

test('a factor that somebody else added goes with «En tehnyt tätä» of its notice; those from before stay', async () => {
  const owner = await user(world);
  const { email } = owner.person;
  await addAuthenticator(world, owner.visitor);
  const { factors } = storedAccount(world, email) ?? {};
  const link = await linkMailedTo(world, email, 'not-me', 3);
  const before = { id: 'own', publicKey: 'AA', signCount: 0, transports: [], name: 'Oma', backedUp: false };
  const passkey = { ...before, addedAt: Date.now() - 60 * minuteMs, lastUsedAt: null };
  if (factors === undefined) throw new Error('no account');
  changeAccount(world, email, { factors: { ...factors, passkeys: [passkey] } });
  const denying = browser();
  const page = await denying.get(link);
  expect(page.text).toContain('viestin jälkeen lisätyt kirjautumistavat ja varakoodit poistetaan');
  await denying.submit(page, {});
  expect(storedAccount(world, email)?.factors).toEqual({
    authenticator: null,
    passkeys: [passkey],
    recoveryCodes: null,
    always: true,
  });
});

test('what an account tells its owner about itself does not tell which addresses have an account', async () => {
  const [owner, other] = [await user(world), await user(world)];
  const copyAfter = async (address: string) => {
    await askAddress(world, owner, address);
    const copy = JSON.parse((await accountPage(world, owner.visitor, '/data.json')).text) as {
      activity: { event: string; details: unknown }[];
      mails: { message: string }[];
    };
    expect(copy.mails.map(({ message }) => message)).not.toContain('confirm-address');
    return { asked: copy.activity.find(({ event }) => event === 'address.change-asked'), mails: copy.mails.length };
  };
  const [free, taken] = [await copyAfter(newPerson('vapaa').email), await copyAfter(other.person.email)];
  expect(taken.asked).toMatchObject({ details: {} });
  expect([taken.asked?.details, taken.mails]).toEqual([free.asked?.details, free.mails]);
});

test('a session and the password are not enough to take a factor away that was shown long ago', async () => {
  const { email, app } = await userWithApp(world);
  const visitor = browser();
  const page = await signInWithPassword(visitor, await visitor.get(authorization(world).url), email);
  expect((await visitor.submit(page, { code: appCode(app.secret) })).url.origin).toBe(noListener);
  expect((await accountPage(world, visitor, '/factors')).url.pathname).toBe('/account/factors');
  const { factors } = storedAccount(world, email) ?? {};
  if (factors === undefined) throw new Error('no account');
  // Their owner wants them at the account's own pages only.
  changeAccount(world, email, { factors: { ...factors, always: false } });
  await world.restartAvain({ shiftMs: 11 * minuteMs });
  const again = await visitor.get(authorization(world, { max_age: '60' }).url);
  expect((await signInWithPassword(visitor, again, email)).url.origin).toBe(noListener);
  const asked = await accountPage(world, visitor, '/factors');
  expect(stepOf(asked)).toBe('second-factor');
  const shown = await visitor.submit(asked, { code: appCode(app.secret, 0, Date.now() + 11 * minuteMs) });
  expect(shown.url.pathname).toBe('/account/factors');
  await world.restartAvain();
});
