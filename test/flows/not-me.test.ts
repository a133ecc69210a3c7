/** «En tehnyt tätä» in a notice: thirty days, by a POST only, once; it takes rights away from everybody and gives none. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import * as client from 'openid-client';
import type { ClientId } from '../../src/ids.ts';
import { auditDetailsOf, auditOf, changeAccount, storedAccount } from '../support/inside.ts';
import { browser, keep, signUpAgain, type User, user } from '../support/keeping.ts';
import { climbAs, climbOn } from '../support/people.ts';
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
import { claimsOf, errorOf, relyingParty, tokensOf } from '../support/tokens.ts';
import { formsOf } from '../support/visitor.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.stop());

const dayMs = 86_400_000;

/** Somebody signed in, with the notice of their linking: the activation's mail and this one. */
async function told() {
  const owner = await user(world);
  return { ...owner, link: await linkMailedTo(world, owner.person.email, 'not-me', 2) };
}

const isSignedIn = async ({ visitor }: Pick<User, 'visitor'>): Promise<boolean> =>
  errorOf(await visitor.get(authorization(world, { prompt: 'none' }).url)) === null;

test('opened fifty times, by whomever, the link changes nothing and says what it would do', async () => {
  const { person, link } = await told();
  const before = storedAccount(world, person.email);
  for (let times = 0; times < 50; times += 1) {
    expect((await browser().head(link)).status).toBe(200);
  }
  const page = await browser().get(link);
  for (const words of ['Suojaa tilisi', 'Testi-tilisi on linkitetty', 'kirjataan ulos kaikilla laitteilla']) {
    expect(page.text).toContain(words);
  }
  // Nothing waits on this account, and nobody learns whose it is.
  for (const words of ['osoite ei vaihdu', 'tiliä ei poisteta', person.email]) expect(page.text).not.toContain(words);
  expect(page.url.href).not.toContain('token');
  expect(storedAccount(world, person.email)).toEqual(before);
});

test('pressed: everybody is out, no device is known, and the way back is a new password and the bank', async () => {
  const { person, visitor: owner, request, end, link } = await told();
  const { refresh_token: refreshToken = '' } = await tokensOf(world, request, end);
  const stranger = browser();
  const page = await stranger.submit(await stranger.get(link), {});
  expect([page.status, page.text.includes('Tilisi on suojattu')]).toEqual([200, true]);
  expect(page.text).toContain('Lähetimme sinulle sähköpostilla linkin');

  expect(await isSignedIn({ visitor: owner })).toBe(false);
  await expect(client.refreshTokenGrant(await relyingParty(world), refreshToken)).rejects.toThrow();
  const account = storedAccount(world, person.email);
  expect(account).toMatchObject({ devices: [], owedIdentification: { rule: 'not-me' }, mustChangePassword: true });
  expect(auditDetailsOf(world, person.email, 'notice.denied')).toEqual([
    { message: 'linked', addressStays: false, accountStays: false },
  ]);

  // Whoever knows the password comes no further than the bank, also from a browser that was known.
  const signIn = await owner.get(authorization(world).url);
  const chosen = await signInWithPassword(owner, signIn, person.email, goodPassword);
  expect(stepOf(chosen)).toBe('new-password');
  expect(stepOf(await owner.submit(chosen, { password: 'Murtajan#Salasana1' }))).toBe('strong-auth');
  expect(storedAccount(world, person.email)?.password).toEqual(account?.password);

  const reset = await stranger.get(await linkMailedTo(world, person.email, 'reset', 3));
  await stranger.submit(reset, { password: 'Uusi#Kesämökki7' });
  const again = authorization(world);
  const strongAuth = await signInWithPassword(stranger, await stranger.get(again.url), person.email, 'Uusi#Kesämökki7');
  expect(stepOf(strongAuth)).toBe('strong-auth');
  const { sub } = await claimsOf(world, again, await climbAs(stranger, strongAuth, person));
  expect(sub).toBe(account?.id);
  expect(storedAccount(world, person.email)?.owedIdentification).toBeNull();
});

test('what was asked for in the account is off: a waiting address, which is told, and the deletion', async () => {
  const { person, link } = await told();
  const [email, now] = [`toinen-${person.email}`, Date.now()];
  const waiting = { askedAt: now, dueAt: now + dayMs, undoTokenHash: 'x'.repeat(43) };
  const emailFingerprint = storedAccount(world, person.email)?.emailFingerprint;
  if (emailFingerprint === undefined) throw new Error('no account');
  const clientId = 'test-web' as ClientId;
  const pendingAddress = {
    email,
    emailFingerprint,
    replaces: emailFingerprint,
    clientId,
    ...waiting,
    toldIn: [],
  };
  changeAccount(world, person.email, { pendingAddress, deletion: waiting });
  const visitor = browser();
  const page = await visitor.get(link);
  expect(page.text).toContain('tilin sähköpostiosoite ei vaihdu');
  expect(page.text).toContain('tiliä ei poisteta');
  await visitor.submit(page, {});
  expect(storedAccount(world, person.email)).toMatchObject({ pendingAddress: null, deletion: null });
  expect((await mailsTo(world, email))[0]?.subject).toBe('Tilisi sähköpostiosoitteen vaihto peruttiin');
  expect(auditDetailsOf(world, person.email, 'notice.denied')[0]).toMatchObject({
    addressStays: true,
    accountStays: true,
  });
});

test('pressed in the old mailbox after the address was changed: everybody is out, and no way in goes to the new one', async () => {
  const old = await told();
  const again = await signUpAgain(world, old);
  expect((await keep(again)).url.origin).toBe(noListener);
  const visitor = browser();
  const page = await visitor.submit(await visitor.get(old.link), {});
  expect(page.text).toContain('Tilin sähköpostiosoite on vaihdettu');
  expect(await isSignedIn(again)).toBe(false);
  const subjects = [old.person.email, again.person.email].map(async (to) =>
    (await mailsTo(world, to)).map(({ subject }) => subject),
  );
  expect((await Promise.all(subjects)).flat().filter((subject) => subject.startsWith('Vaihda'))).toEqual([]);
});

test('somebody else who is signed in there is asked first; the account itself is not', async () => {
  const { visitor: owner, link } = await told();
  expect((await owner.get(link)).text).toContain('Suojaa tilisi');
  const other = await user(world);
  const asked = await other.visitor.get(link);
  expect(asked.text).toContain('Olet jo kirjautunut');
  expect((await other.visitor.submit(asked, { action: 'continue' })).text).toContain('Suojaa tilisi');
  expect(await isSignedIn(other)).toBe(false);
});

test('twenty at once: one denial, one mail with a way on; afterwards its browser is told so, any other that it is over', async () => {
  const { person, link } = await told();
  const opened = await Promise.all(
    Array.from({ length: 10 }, async () => {
      const visitor = browser();
      return { visitor, page: await visitor.get(link) };
    }),
  );
  // Twice from each of ten browsers.
  const answers = await Promise.all(
    [...opened, ...opened].map(async ({ visitor, page }) => ({ visitor, answer: await visitor.submit(page, {}) })),
  );
  const winners = new Set(
    answers.filter(({ answer }) => answer.text.includes('Tilisi on suojattu')).map((one) => one.visitor),
  );
  expect(winners.size).toBe(1);
  expect(answers.filter(({ answer }) => ![200, 410].includes(answer.status))).toEqual([]);
  expect(auditOf(world, person.email).filter((event) => event === 'notice.denied')).toHaveLength(1);
  expect((await mailsTo(world, person.email, 3)).filter(({ text }) => text.includes('/links/reset'))).toHaveLength(1);
  const [winner] = winners;
  expect((await winner?.get(link))?.text).toContain('Tilisi on suojattu');
  const over = await browser().get(link);
  expect([over.status, over.text.includes('Linkki on jo käytetty')]).toEqual([410, true]);
});

test('a form of another link, or without its token, does nothing; after thirty days the link is over', async () => {
  const [one, other] = [await told(), await told()];
  const visitor = browser();
  const [page, foreign] = [await visitor.get(one.link), await visitor.get(other.link)];
  const csrf = formsOf(foreign)[0]?.fields.csrf ?? '';
  expect((await visitor.post(page.url, { csrf })).status).toBe(403);
  expect((await visitor.post(page.url, {})).status).toBe(403);
  const token = new URL(one.link).searchParams.get('token');
  expect((await browser().get(`${world.issuer}/links/reset?token=${token}`)).status).toBe(400);
  expect(storedAccount(world, one.person.email)?.owedIdentification).toBeNull();
  await world.restartAvain({ shiftMs: 30 * dayMs + 1_000 });
  const over = await browser().get(one.link);
  expect([over.status, over.text.includes('Linkki oli voimassa')]).toEqual([410, true]);
  await world.restartAvain();
});

test('from the instant an account is to be erased its link is dead, whether it was open already or not', async () => {
  const { person, link } = await told();
  const visitor = browser();
  const page = await visitor.get(link);
  const now = Date.now();
  changeAccount(world, person.email, {
    deletion: { askedAt: now - dayMs, dueAt: now - 1, undoTokenHash: 'x'.repeat(43) },
  });
  const answers = [await visitor.submit(page, {}), await visitor.get(link), await browser().get(link)];
  for (const { status, text } of answers) {
    expect([400, 410]).toContain(status);
    expect(text).not.toMatch(/method="post"[^>]*links|Tilisi on suojattu/);
  }
  expect((await mailsTo(world, person.email)).filter(({ text }) => text.includes('/links/reset'))).toEqual([]);
});

test('a notice speaks the language of its account and names the device it came from', async () => {
  const { person } = await told();
  changeAccount(world, person.email, { locale: 'sv', localeChosen: true });
  const visitor = browser();
  const request = authorization(world);
  const page = await signInWithPassword(visitor, await visitor.get(request.url), person.email, goodPassword);
  const bank = { person: person.identityCode, name: person.name };
  const end = await climbOn(visitor, stepOf(page) === 'strong-auth' ? await identify(visitor, page, bank) : page);
  expect(end.url.origin).toBe(noListener);
  const [notice] = await mailsTo(world, person.email, 3);
  expect(notice?.subject).toBe('Ny inloggning på ditt konto');
  expect(notice?.text).toContain('Enhet: okänd enhet.\nNätverk: eget nätverk.\n');
  expect(notice?.text).toMatch(/^Det var inte jag:\nhttp\S+\/links\/not-me\?token=[\w-]{43}$/m);
});
