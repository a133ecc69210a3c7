/** Passkeys over HTTP: who signs in with one, who does not, and what somebody hostile gets for trying. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { atOnce, many, postForm } from '../faults/at-once.ts';
import { accountPage, recoveryCodesOn } from '../support/factors.ts';
import { auditDetailsOf, barAccount, changeAccount, storedAccount } from '../support/inside.ts';
import { becomeUser, newPerson, type Person } from '../support/people.ts';
import { says } from '../support/says.ts';
import { type Asked, askedOn, createPasskey, type Lies, type SoftPasskey } from '../support/soft-authenticator.ts';
import { startWorld, type World } from '../support/start-world.ts';
import { authorization, mailsTo, noListener, signInWithPassword, stepOf } from '../support/stories.ts';
import { claimsOf } from '../support/tokens.ts';
import { type Answer, createVisitor, type Visitor } from '../support/visitor.ts';

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

const passkeyForm = 'data-passkey';
const page = (path: string) => (visitor: Visitor) => accountPage(world, visitor, path);
const addPage = page('/factors/passkey');

type Owner = Person & { readonly visitor: Visitor; readonly passkey: SoftPasskey };

/** Somebody new with a passkey, signed in in the browser where it was made. */
async function userWithPasskey(lies: Lies = {}): Promise<Owner> {
  const visitor = browser();
  const person = newPerson('avain');
  await becomeUser(world, visitor, authorization(world).url, person);
  const add = await addPage(visitor);
  const { passkey, credential } = createPasskey(world.issuer, askedOn(add), lies);
  const codes = await visitor.submit(add, { name: 'Puhelin', credential }, passkeyForm);
  expect(recoveryCodesOn(codes)).toHaveLength(10);
  return { ...person, visitor, passkey };
}

async function signInPage(params: Record<string, string> = {}, visitor = browser()) {
  const request = authorization(world, params);
  return { visitor, request, page: await visitor.get(request.url) };
}

const use = (visitor: Visitor, at: Answer, passkey: SoftPasskey, lies: Lies = {}, asked: Asked = askedOn(at)) =>
  visitor.submit(at, { action: 'passkey', credential: passkey.sign(asked, lies) }, passkeyForm);

const isRefused = (answer: Answer) => [answer.status, says(answer.text, 'error.passkey-refused')];
const refused = [422, true];
const cause = (email: string) => auditDetailsOf(world, email, 'factor.refused').at(-1)?.cause;

test('a passkey signs in without address and password, and is a second factor by itself', async () => {
  const { email, passkey } = await userWithPasskey();
  const { visitor, request, page } = await signInPage({ client_id: 'test-two-step' });
  const end = await use(visitor, page, passkey);
  expect(await claimsOf(world, request, end)).toMatchObject({ amr: ['hwk', 'mfa'] });
  const silent = authorization(world, { prompt: 'none' });
  expect(await claimsOf(world, silent, await visitor.get(silent.url))).toMatchObject({ amr: ['hwk', 'mfa'] });
  expect((await accountPage(world, visitor)).text).toContain(email);
  expect(auditDetailsOf(world, email, 'factor.used')).toEqual([{ method: 'hwk', use: 'sign-in' }]);
  expect(storedAccount(world, email)?.factors.passkeys[0]).toMatchObject({ name: 'Puhelin', signCount: 2 });
});

test('beside the password it is the second factor; the password alone is not enough any more', async () => {
  const { email, passkey } = await userWithPasskey();
  const { visitor, request, page } = await signInPage();
  const second = await signInWithPassword(visitor, page, email);
  expect(stepOf(second)).toBe('second-factor');
  const end = await use(visitor, second, passkey);
  expect(await claimsOf(world, request, end)).toMatchObject({ amr: ['pwd', 'hwk', 'mfa'] });
});

test('one whose counter stands still works on: it is on several devices', async () => {
  const { passkey } = await userWithPasskey({ signCount: 0 });
  for (const _time of [1, 2]) {
    const { visitor, page } = await signInPage();
    expect((await use(visitor, page, passkey)).url.origin).toBe(noListener);
  }
});

test('a counter that goes back is a copy: refused, and the owner is told; a forged one tells nobody anything', async () => {
  const { email, passkey } = await userWithPasskey({ signCount: 7 });
  const { visitor, page } = await signInPage();
  const forged = await use(visitor, page, passkey, { signCount: 1, afterSigning: (data) => ({ ...data, extra: 1 }) });
  expect([isRefused(forged), cause(email)]).toEqual([refused, 'signature']);
  const copied = await use(visitor, forged, passkey, { signCount: 7 });
  expect([isRefused(copied), cause(email)]).toEqual([refused, 'copy']);
  const subjects = (await mailsTo(world, email, 4)).map(({ subject }) => subject);
  expect(subjects.filter((subject) => /Pääsyavaintasi ei hyväksytty/.test(subject))).toHaveLength(1);
  expect((await use(visitor, copied, passkey, { signCount: 8 })).url.origin).toBe(noListener);
});

test.each<[string, string, Lies]>([
  ['of another site', 'signature', { origin: 'http://evil.localhost:3000' }],
  ['for another relying party', 'signature', { rpId: 'evil.example' }],
  ['without the user verified', 'signature', { userVerified: false }],
  ['made to register', 'signature', { type: 'webauthn.create' }],
  ['changed after it was signed', 'signature', { afterSigning: (data) => ({ ...data, crossOrigin: true }) }],
])('an answer %s is refused', async (_what, expected, lies) => {
  const { email, passkey } = await userWithPasskey();
  const { visitor, page } = await signInPage();
  expect([isRefused(await use(visitor, page, passkey, lies)), cause(email)]).toEqual([refused, expected]);
});

test('a challenge of another browser, another page or another use is refused, and so is one of nobody’s', async () => {
  const { email, passkey, visitor: signedIn } = await userWithPasskey();
  const there = await signInPage();
  const here = await signInPage();
  const elsewhere = askedOn(there.page);
  expect(isRefused(await use(here.visitor, here.page, passkey, {}, elsewhere))).toEqual(refused);
  const sameBrowser = await signInPage({}, here.visitor);
  expect(isRefused(await use(here.visitor, here.page, passkey, {}, askedOn(sameBrowser.page)))).toEqual(refused);
  const registration = { ...askedOn(await addPage(signedIn)), rpId: 'localhost' };
  expect(isRefused(await use(here.visitor, here.page, passkey, {}, registration))).toEqual(refused);
  const own = { challenge: Buffer.alloc(56).toString('base64url'), rpId: 'localhost' };
  expect(isRefused(await use(here.visitor, here.page, passkey, {}, own))).toEqual(refused);
  // As a second factor it must be the account's own.
  const other = await userWithPasskey();
  const second = await signInWithPassword(here.visitor, here.page, email);
  expect(isRefused(await use(here.visitor, second, other.passkey))).toEqual(refused);
  expect(isRefused(await use(here.visitor, second, other.passkey, { userHandle: '' }))).toEqual(refused);
});

test('an answer is taken once: of twenty at the same moment, and never again', async () => {
  const { email, passkey } = await userWithPasskey();
  const { visitor, page } = await signInPage();
  const credential = passkey.sign(askedOn(page));
  const fields = { action: 'passkey', credential, email: '' };
  await atOnce(many, () => postForm(visitor, page, fields));
  expect(auditDetailsOf(world, email, 'factor.used')).toHaveLength(1);
  const late = await signInPage({}, visitor);
  expect(
    stepOf(late.page) === 'sign-in' ? isRefused(await visitor.submit(late.page, fields, passkeyForm)) : refused,
  ).toEqual(refused);
});

test('an unknown passkey, a removed one, and those of barred accounts are refused in the same words', async () => {
  const { email, passkey, visitor: owner } = await userWithPasskey();
  const { visitor, page } = await signInPage();
  const stranger = createPasskey(world.issuer, {
    challenge: '',
    rp: { id: 'localhost' },
    user: { id: 'AAAA' },
  }).passkey;
  const unknown = await use(visitor, page, stranger);
  barAccount(world, email, Date.now());
  const barred = await use(visitor, page, passkey);
  barAccount(world, email, null);
  const list = await accountPage(world, owner, '/factors');
  await owner.submit(list, { action: 'remove-passkey' }, 'value="remove-passkey"');
  const removed = await use(visitor, page, passkey);
  // The page is the same but for its tokens and its challenge.
  const shown = [unknown, barred, removed].map(({ text }) => text.replace(/ (?:value|data-passkey)="[^"]*"/g, ''));
  expect([unknown, barred, removed].map(isRefused)).toEqual([refused, refused, refused]);
  expect(new Set(shown).size).toBe(1);
});

test('where somebody else is signed in the page says who, and nothing changes until it is said', async () => {
  const { email, passkey } = await userWithPasskey();
  const visitor = browser();
  await signInWithPassword(visitor, await visitor.get(authorization(world).url), 'aino@oma.example');
  const { page, request } = await signInPage({ prompt: 'login' }, visitor);
  const asked = await use(visitor, page, passkey);
  expect([stepOf(asked), says(asked.text, 'sign-in.foreign-title')]).toEqual(['sign-in', true]);
  expect(asked.text).toContain('a***@oma.example');
  expect(asked.text).not.toContain(email);
  const stay = await visitor.submit(asked, { action: 'stay' }, 'value="stay"');
  expect(says(stay.text, 'sign-in.title')).toBe(true);
  expect((await accountPage(world, visitor)).text).toContain('aino@oma.example');
  const again = await use(visitor, stay, passkey);
  const end = await visitor.submit(again, { action: 'switch' }, 'value="switch"');
  expect(await claimsOf(world, request, end)).toMatchObject({ amr: ['hwk', 'mfa'] });
  expect((await accountPage(world, visitor)).text).toContain(email);
});

test('what a drawn or owed identification asks is asked after a passkey as after a password', async () => {
  const { email, passkey } = await userWithPasskey();
  changeAccount(world, email, { owedIdentification: { since: Date.now(), rule: 'rate' } });
  const { visitor, page } = await signInPage();
  expect(stepOf(await use(visitor, page, passkey))).toBe('strong-auth');
});

test('registering: only what this session was asked, once, and ten at most', async () => {
  const { visitor, email } = await userWithPasskey();
  const add = await addPage(visitor);
  const foreign = createPasskey('http://evil.localhost:3000', askedOn(add)).credential;
  expect(isRefused(await visitor.submit(add, { name: 'X', credential: foreign }, passkeyForm))).toEqual(refused);
  const unverified = createPasskey(world.issuer, askedOn(add), { userVerified: false }).credential;
  expect(isRefused(await visitor.submit(add, { name: 'X', credential: unverified }, passkeyForm))).toEqual(refused);
  const elsewhere = await userWithPasskey();
  const theirs = createPasskey(world.issuer, askedOn(await addPage(elsewhere.visitor))).credential;
  expect(isRefused(await visitor.submit(add, { name: 'X', credential: theirs }, passkeyForm))).toEqual(refused);
  for (const _time of Array.from({ length: 9 })) {
    const next = await addPage(visitor);
    const { credential } = createPasskey(world.issuer, askedOn(next));
    const twice = await atOnce(2, () => postForm(visitor, next, { name: 'Lisää', credential }));
    expect(twice.map(({ status }) => status).sort()).toEqual([303, 422]);
  }
  expect(storedAccount(world, email)?.factors.passkeys).toHaveLength(10);
  expect(says((await addPage(visitor)).text, 'factors.passkey-full')).toBe(true);
});
