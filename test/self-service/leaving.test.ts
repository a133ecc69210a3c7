/** Another address, one's own data, and the end of an account: as its owner, and as an operator, ask for it. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { fetchUserInfo, refreshTokenGrant, tokenIntrospection } from 'openid-client';
import type { PersonalData } from '../../src/lifecycle/personal-data.ts';
import { runAvain } from '../cli/avain.ts';
import { auditDetailsOf, auditOf, evidenceOf, storedAccount } from '../support/inside.ts';
import { askAddress, askDeletion } from '../support/leaving.ts';
import { climbAs, newPerson } from '../support/people.ts';
import { startWorld, type World } from '../support/start-world.ts';
import {
  authorization,
  goodPassword,
  identify,
  linkMailedTo,
  type Mail,
  mailsTo,
  signInWithPassword,
  signUp,
  stepOf,
} from '../support/stories.ts';
import { claimsOf, errorOf, relyingParty, type Tokens, tokensOf } from '../support/tokens.ts';
import { formsOf, type Visitor } from '../support/visitor.ts';
import { at, browser, newUser, otherBrowser, signInElsewhere } from './stories.ts';

const dayMs = 86_400_000;

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.stop());

const avain = (...args: string[]) => runAvain(args, world.env);
const passwordPageOf = async (visitor: Visitor, email: string) =>
  signInWithPassword(visitor, await visitor.get(authorization(world).url), email);
/** Waits for the mail of that subject. */
async function told(email: string, subject: string | RegExp): Promise<Mail> {
  for (let count = 1; count < 20; count += 1) {
    const found = (await mailsTo(world, email, count)).find((mail) => mail.subject.match(subject));
    if (found) return found;
  }
  throw new Error(`no mail to ${email}: ${subject}`);
}
/** The newest of so many links of that kind. */
async function nthLink(email: string, purpose: string, nth: number): Promise<string> {
  const form = new RegExp(`\\S+/links/${purpose}\\?token=[\\w-]+`);
  for (let count = 1; count < 20; count += 1) {
    const links = (await mailsTo(world, email, count)).flatMap(({ text }) => form.exec(text)?.[0] ?? []);
    if (links.length >= nth) return links[0] ?? '';
  }
  throw new Error(`fewer than ${nth} links to ${email}`);
}
/** Everybody's clock, the bank's too. */
async function later(ms: number): Promise<void> {
  await world.restartAvain({ shiftMs: ms });
  await world.restartBroker({ shiftMs: ms });
}
const isIn = async (visitor: Visitor): Promise<boolean> =>
  (await at(world, visitor, '/account')).url.pathname === '/account';

/** What a service gets with tokens that it has: whether each of the three is still answered. */
async function works(tokens: Tokens) {
  const party = await relyingParty(world);
  const yes = (asked: Promise<unknown>) => asked.then(Boolean, () => false);
  return {
    userinfo: await yes(fetchUserInfo(party, tokens.access_token, tokens.claims()?.sub ?? '')),
    introspection: (await tokenIntrospection(party, tokens.access_token)).active,
    refresh: await yes(refreshTokenGrant(party, tokens.refresh_token ?? '')),
  };
}
const nothingWorks = { userinfo: false, introspection: false, refresh: false };

test('another address: its mailbox says yes in any browser; `sub` stays, others are out, both mailboxes are told', async () => {
  const owner = await newUser(world);
  const { person, visitor } = owner;
  const before = storedAccount(world, person.email);
  const elsewhere = await signInElsewhere(world, owner);
  const address = newPerson('vaihto').email;
  const asked = await askAddress(world, owner, address);
  expect([asked.status, asked.url.pathname]).toEqual([200, '/account/email']);
  expect(asked.text).toContain(`Lähetimme vahvistuslinkin osoitteeseen ${address}`);
  const link = await linkMailedTo(world, address, 'change-address');
  for (let times = 0; times < 5; times += 1) expect((await browser().get(link)).status).toBe(200);
  expect(storedAccount(world, address)).toBeNull();

  const confirming = otherBrowser();
  const page = await confirming.get(link);
  expect(page.text).toContain(
    `Tilin ${person.email.slice(0, 1)}***@oma.example sähköpostiosoitteeksi vaihdetaan ${address}`,
  );
  expect(page.text).not.toContain(person.email);
  const done = await confirming.submit(page, {});
  expect(done.text).toContain('Sähköpostiosoite on vaihdettu');
  expect((await confirming.get(link)).text).toContain('Sähköpostiosoite on vaihdettu');
  expect((await browser().get(link)).status).toBe(410);
  const after = storedAccount(world, address);
  expect([after?.id, after?.password]).toEqual([before?.id, before?.password]);
  expect(auditOf(world, address)).toEqual(expect.arrayContaining(['address.change-asked', 'address.changed']));
  expect(errorOf(await elsewhere.visitor.get(authorization(world, { prompt: 'none' }).url))).toBe('login_required');
  expect(await isIn(visitor)).toBe(false);
  expect((await told(address, 'Testi-tilisi osoite on vaihdettu')).text).toContain('entisellä salasanallasi');

  const undo = await browser().get(await linkMailedTo(world, person.email, 'undo-address', 3));
  expect(undo.text).toContain('Peru osoitteen vaihto');
  const request = authorization(world);
  const signIn = browser();
  const end = await signInWithPassword(signIn, await signIn.get(request.url), address);
  expect((await claimsOf(world, request, end)).sub).toBe(before?.id);
  expect(stepOf(await passwordPageOf(browser(), person.email))).toBe('password');
});

test('in the browser that is signed in the owner stays in; the newest of two requests counts; a reset link of the old box is dead', async () => {
  const owner = await newUser(world);
  const [first, second] = [newPerson('eka').email, newPerson('toka').email];
  const forgot = browser();
  const signIn = await forgot.get(authorization(world).url);
  await forgot.submit(await forgot.get(signIn.url.href.replace(/sign-in$/, 'forgot-password')), {
    email: owner.person.email,
  });
  const reset = await linkMailedTo(world, owner.person.email, 'reset', 3);
  await askAddress(world, owner, first);
  const asked = await askAddress(world, owner, second);
  expect([asked.text.includes(second), asked.text.includes(first)]).toEqual([true, false]);
  const dead = await owner.visitor.get(await linkMailedTo(world, first, 'change-address'));
  expect([dead.status, dead.text.includes('Linkkiä ei enää tarvita')]).toEqual([410, true]);
  const { visitor } = owner;
  // All opened before any is sent: whoever opens it later finds it done.
  const link = await linkMailedTo(world, second, 'change-address');
  const opened = await Promise.all([link, link, link].map((each) => visitor.get(each)));
  const answers = await Promise.all(opened.map((page) => visitor.submit(page, {})));
  expect(answers.map(({ text }) => text.includes('Sähköpostiosoite on vaihdettu'))).toEqual([true, true, true]);
  expect(auditOf(world, second).filter((event) => event === 'address.changed')).toHaveLength(1);
  expect(await isIn(visitor)).toBe(true);
  expect((await browser().get(reset)).status).toBe(410);
});

test('an address that has an account gives the same answer, and only its owner is told; one taken meanwhile is nobody else’s', async () => {
  const [owner, other] = [await newUser(world), await newUser(world)];
  const before = storedAccount(world, owner.person.email);
  const asked = await askAddress(world, owner, other.person.email);
  expect(asked.text).toContain(`Lähetimme vahvistuslinkin osoitteeseen ${other.person.email}`);
  expect((await told(other.person.email, 'Sähköpostiosoitteellasi on jo Testi-tili')).text).not.toMatch(
    /links\/change-address/,
  );
  const same = await askAddress(world, owner, owner.person.email.toUpperCase());
  expect([same.status, same.text.includes('Tämä on jo tilisi sähköpostiosoite')]).toEqual([422, true]);
  for (const wrong of ['', 'ei osoite', 'a@b', 'ä@oma.example', `${'x'.repeat(250)}@oma.example`])
    expect((await askAddress(world, owner, wrong)).status).toBe(422);

  const wanted = newPerson('kilpa').email;
  await askAddress(world, owner, wanted);
  const opened = await owner.visitor.get(await linkMailedTo(world, wanted, 'change-address'));
  await signUp(world, browser(), authorization(world).url, wanted);
  const late = await owner.visitor.submit(opened, {});
  expect([late.status, late.text.includes('Osoite on toisella tilillä')]).toEqual([410, true]);
  expect(late.text).toContain('Tilisi osoite ei muuttunut');
  expect(storedAccount(world, owner.person.email)?.previousAddresses).toEqual(before?.previousAddresses);
  const dropped = await owner.visitor.submit(await at(world, owner.visitor, '/account/email'), { action: 'drop' });
  expect(dropped.text).toContain('Osoitteen vaihto on peruttu');
});

test('my data: a page and a file with everything but secrets; the identity code only after a strong identification, recorded', async () => {
  const owner = await newUser(world);
  const { person, visitor } = owner;
  const page = await at(world, visitor, '/account/data');
  expect(page.text).toContain(person.email);
  expect(page.text).toContain(person.name);
  expect(page.text).not.toContain(person.identityCode);
  const answer = await at(world, visitor, '/account/data.json');
  expect(answer.headers.get('content-disposition')).toBe('attachment; filename="avain-data.json"');
  const data = JSON.parse(answer.text) as PersonalData;
  expect(data).toMatchObject({
    version: 1,
    account: { email: person.email, language: 'fi' },
    identity: { idType: 'hetu', person: { name: person.name } },
    password: { set: true },
    devices: [{ program: 'Chrome', system: 'Windows' }],
    sessions: [{ identified: { method: 'ftn_bank' } }],
  });
  expect(data.activity.map(({ event }) => event)).toContain('link-eid.linked');
  expect(data.mails.map(({ message }) => message).sort()).toEqual(['linked']);
  expect(data.terms.evidence).toHaveLength(evidenceOf(world, person.email).length);
  const stored = storedAccount(world, person.email);
  const secrets = [stored?.password?.hash, stored?.dataKey, stored?.emailFingerprint, stored?.identity?.sealedCode];
  for (const secret of [person.identityCode, ...secrets]) expect(answer.text).not.toContain(secret);

  // Identified minutes ago, when the account was made: no need to do it again.
  const withCode = await at(world, visitor, '/account/data/with-identity-code.json');
  expect(JSON.parse(withCode.text).identity.code).toBe(person.identityCode);
  expect(auditOf(world, person.email)).toEqual(expect.arrayContaining(['data.downloaded', 'national-id.released']));
  // With the password alone there is no way to it but the bank.
  const { visitor: second } = await signInElsewhere(world, owner);
  const refused = await at(world, second, '/account/data/with-identity-code.json');
  expect([stepOf(refused), refused.text.includes(person.identityCode)]).toEqual(['strong-auth', false]);
  const back = await identify(second, refused, { person: person.identityCode, name: person.name });
  expect(back.url.pathname).toBe('/account/data/identity-code');
  expect((await at(world, second, '/account/data/with-identity-code.json')).text).toContain(person.identityCode);
});

test('deletion: everybody is out at once, the account is closed but to be taken back, by signing in or by the link', async () => {
  const owner = await newUser(world);
  const { person, request, end } = owner;
  const tokens = await tokensOf(world, request, end);
  const waits = await askDeletion(world, owner);
  expect([waits.url.pathname, waits.text.includes('Tilisi poistetaan')]).toEqual(['/account/delete/waits', true]);
  expect(await works(tokens)).toEqual(nothingWorks);
  expect(errorOf(await owner.visitor.get(authorization(world, { prompt: 'none' }).url))).toBe('login_required');
  const due = storedAccount(world, person.email)?.deletion?.dueAt ?? 0;
  expect(Math.round((due - Date.now()) / dayMs)).toBe(14);

  // Left as it is: the service is told no, and nothing has changed.
  const leaving = browser();
  const asked = await passwordPageOf(leaving, person.email);
  expect(stepOf(asked)).toBe('deletion-asked');
  expect(errorOf(await leaving.submit(asked, {}, '/cancel'))).toBe('access_denied');
  expect(storedAccount(world, person.email)?.deletion?.dueAt).toBe(due);

  const returning = browser();
  const again = authorization(world);
  const question = await signInWithPassword(returning, await returning.get(again.url), person.email);
  const back = await returning.submit(question, { action: 'take-back' });
  expect((await claimsOf(world, again, back)).sub).toBe(storedAccount(world, person.email)?.id);
  await told(person.email, 'Testi-tiliäsi ei poisteta');
  const useless = await browser().get(await linkMailedTo(world, person.email, 'undo-deletion', 4));
  expect([useless.status, useless.text.includes('Linkkiä ei enää tarvita')]).toEqual([410, true]);

  await askDeletion(world, { visitor: returning });
  const link = await nthLink(person.email, 'undo-deletion', 2);
  const [one, two] = [browser(), browser()];
  expect((await one.get(link)).text).toContain('Peru tilin poistaminen');
  expect(storedAccount(world, person.email)?.deletion).not.toBeNull();
  const answers = await Promise.all([one, two].map(async (visitor) => visitor.submit(await visitor.get(link), {})));
  expect(answers.map(({ text }) => text.includes('Tiliä ei poisteta')).filter(Boolean)).toHaveLength(1);
  expect(storedAccount(world, person.email)?.deletion).toBeNull();
  expect(auditDetailsOf(world, person.email, 'deletion.taken-back')).toEqual([{ by: 'page' }, { by: 'link' }]);
});

test('when it is due the account is nobody, swept or not; its address is free at once; a pass erases what nobody needed', async () => {
  const [owner, other] = [await newUser(world), await newUser(world)];
  const { person } = owner;
  for (const each of [owner, other]) await askDeletion(world, each);
  const before = storedAccount(world, person.email);
  const link = await linkMailedTo(world, person.email, 'undo-deletion', 3);
  await later(14 * dayMs + 1_000);
  try {
    expect(stepOf(await passwordPageOf(browser(), person.email))).toBe('password');
    const late = await browser().get(link);
    expect([late.status, late.text.includes('aika on päättynyt')]).toEqual([410, true]);
    expect(storedAccount(world, person.email)?.id).toBe(before?.id);
    // The same person comes anew: the address and the identity code are free.
    const newcomer = browser();
    const request = authorization(world);
    const signIn = await newcomer.get(request.url);
    const form = await newcomer.get(signIn.url.href.replace(/sign-in$/, 'sign-up'));
    await newcomer.submit(form, { email: person.email });
    // The first one is of the account that is gone.
    const activation = await newcomer.get(await nthLink(person.email, 'activate', 2));
    await climbAs(newcomer, await newcomer.submit(activation, { password: goodPassword }), person);
    const after = storedAccount(world, person.email);
    expect(after?.id).not.toBe(before?.id);
    expect(after?.identity?.fingerprints).toEqual(before?.identity?.fingerprints);

    expect(storedAccount(world, other.person.email)).not.toBeNull();
    const shown = JSON.parse(avain('retention', '--json').out);
    expect(shown.rows.find(({ name }: { name: string }) => name === 'deletion-asked')).toMatchObject({ dueNow: 1 });
    const applied = JSON.parse(avain('retention', '--apply', '--json').out);
    expect(applied.applied.erased).toBe(1);
    expect(storedAccount(world, other.person.email)).toBeNull();
    await told(other.person.email, 'Testi-tilisi on poistettu');
    expect(avain('retention').out).toMatch(/^deletion-asked\s+14 d\s+0\s+-\s+0$/m);
  } finally {
    await later(0);
  }
});

test('nobody uses it: the owner is told, a sign-in forgets that, and else it is erased thirty days later', async () => {
  const [kept, gone] = [await newUser(world), await newUser(world)];
  await later(731 * dayMs);
  try {
    expect(JSON.parse(avain('retention', '--apply', '--json').out).applied.told).toBeGreaterThanOrEqual(2);
    await told(gone.person.email, 'Testi-tilisi poistetaan, jos et käytä sitä');
    expect(JSON.parse(avain('retention', '--apply', '--json').out).applied.told).toBe(0);
    const visitor = browser();
    const strongAuth = await passwordPageOf(visitor, kept.person.email);
    await climbAs(visitor, strongAuth, kept.person);
    expect(storedAccount(world, kept.person.email)?.dormancyToldAt).toBeNull();
    await later(762 * dayMs);
    avain('retention', '--apply');
    expect(storedAccount(world, gone.person.email)).toBeNull();
    expect(storedAccount(world, kept.person.email)).not.toBeNull();
    // In the name of whatever service: the records that told which one are gone by now.
    await told(gone.person.email, /-tilisi on poistettu$/);
  } finally {
    await later(0);
  }
});

test('barred: sessions, tokens and a sign-in under way are over within a second; unbarred it goes on; erased it is nobody', async () => {
  const owner = await newUser(world);
  const { person, visitor, request, end } = owner;
  const tokens = await tokensOf(world, request, end);
  const under = browser();
  const passwordPage = await under.submit(await under.get(authorization(world).url), { email: person.email });
  expect(await works(tokens)).toMatchObject({ userinfo: true, introspection: true });
  const said = ['--by', 'Maija Tuki', '--reason', 'tiketti 4711'];
  expect(avain('account', 'bar', person.email, ...said)).toMatchObject({ status: 0, told: '' });
  const began = performance.now();
  expect(await works(tokens)).toEqual(nothingWorks);
  expect(await isIn(visitor)).toBe(false);
  expect(errorOf(await visitor.get(authorization(world, { prompt: 'none' }).url))).toBe('login_required');
  expect(performance.now() - began).toBeLessThan(1_000);
  // Told only to whoever has proved to be its owner.
  expect(stepOf(await under.submit(passwordPage, { password: 'Väärä#Salasana1' }))).toBe('password');
  expect(stepOf(await under.submit(passwordPage, { password: goodPassword }))).toBe('account-closed');

  const shown = avain('account', 'show', person.email, '--json');
  expect(JSON.parse(shown.out)).toMatchObject({ state: 'barred', address: `${person.email[0]}***@oma.example` });
  for (const personal of [person.email, person.name, person.identityCode]) expect(shown.out).not.toContain(personal);
  expect(avain('account', 'bar', person.email, ...said).out).toContain('barred already');
  expect(avain('account', 'unbar', person.email, ...said).status).toBe(0);
  const again = await signInElsewhere(world, owner);
  expect(again.end.url.pathname).toBe('/callback');
  expect(auditDetailsOf(world, person.email, 'account.barred')).toEqual([{ by: 'Maija Tuki', reason: 'tiketti 4711' }]);

  expect(avain('account', 'erase', person.email, ...said).told).toContain('--irrevocably');
  const id = storedAccount(world, person.email)?.id ?? '';
  expect(avain('account', 'erase', id, ...said, '--irrevocably')).toMatchObject({ status: 0, told: '' });
  expect(storedAccount(world, person.email)).toBeNull();
  expect(stepOf(await passwordPageOf(browser(), person.email))).toBe('password');
  expect(avain('account', 'show', person.email)).toMatchObject({ status: 1, told: 'There is no such account.\n' });
  expect(avain('account', 'bar', person.email, '--by', 'x', '--reason', '131189Y902A').status).toBe(1);
});

test('a change that matters wants a proof of ten minutes at most, and a form of its own', async () => {
  const owner = await newUser(world);
  const page = await at(world, owner.visitor, '/account/delete');
  const csrf = formsOf(page)[0]?.fields.csrf ?? '';
  expect((await owner.visitor.post(page.url, { action: 'delete' })).status).toBe(403);
  expect((await owner.visitor.post(page.url, { csrf, action: 'another' })).status).toBe(400);
  await later(601_000);
  try {
    for (const path of ['/account/email', '/account/delete', '/account/data', '/account/data.json'])
      expect([path, stepOf(await at(world, owner.visitor, path))]).toEqual([path, 'sign-in']);
    const late = await owner.visitor.post(page.url, { csrf, action: 'delete' });
    expect(stepOf(late)).toBe('sign-in');
    expect(storedAccount(world, owner.person.email)?.deletion).toBeNull();
  } finally {
    await later(0);
  }
});
