import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as client from 'openid-client';
import { auditOf, changeAccount, storedAccount } from '../support/inside.ts';
import { climbOn } from '../support/people.ts';
import { startWorld, type World } from '../support/start-world.ts';
import {
  authorization,
  codeMailedTo,
  goodPassword,
  identify,
  linkMailedTo,
  mailsTo,
  noListener,
  signInWithPassword,
  stepOf,
} from '../support/stories.ts';
import { claimsOf, errorOf, relyingParty, tokensOf } from '../support/tokens.ts';
import { type Answer, createVisitor, type Visitor } from '../support/visitor.ts';

const vanha = 'vanha@oma.example';
const heikko = 'heikko@oma.example';
const tuntematon = 'tuntematon@oma.example';
const newPassword = 'Uusi#Kesämökki7';

let world: World;
afterAll(() => world.stop());

/** The imported accounts as they came. */
async function beginAgain(): Promise<void> {
  await world?.stop();
  world = await startWorld();
}

function browser(): Visitor {
  const visitor = createVisitor();
  visitor.unvisited.add(noListener);
  return visitor;
}

async function signUpFor(visitor: Visitor, email: string, start: URL): Promise<Answer> {
  const signIn = await visitor.get(start);
  const form = await visitor.get(signIn.url.href.replace('/sign-in', '/sign-up'));
  expect(stepOf(await visitor.submit(form, { email }))).toBe('link-sent');
  return visitor.get(await linkMailedTo(world, email, 'activate'));
}

describe('who signs in as ever', () => {
  beforeAll(beginAgain);

  test('vanha: a good old password is kept and rehashed, then identification, code, linking, terms, welcome', async () => {
    expect(storedAccount(world, vanha)?.password?.format).toBe('bcrypt');
    const visitor = browser();
    const request = authorization(world);
    const strongAuth = await signInWithPassword(visitor, await visitor.get(request.url), vanha);
    expect(stepOf(strongAuth)).toBe('strong-auth');
    expect(storedAccount(world, vanha)?.password?.format).toBe('argon2id');
    const code = await identify(visitor, strongAuth, { person: '050585X903A' });
    expect(stepOf(code)).toBe('email-code');
    const link = await visitor.submit(code, { code: await codeMailedTo(world, vanha) });
    expect(stepOf(link)).toBe('link-eid');
    expect(link.text).toContain('Väinö Matias Vanhala');
    expect(link.text).not.toContain('050585');
    const terms = await visitor.submit(link, { answer: 'yes' });
    expect(stepOf(terms)).toBe('terms');
    const welcome = await visitor.submit(terms, { answer: 'accept' });
    expect(stepOf(welcome)).toBe('welcome');
    const claims = await claimsOf(world, request, await visitor.submit(welcome, {}));
    expect(claims.amr).toEqual(['pwd', 'email_otp', 'ftn_bank', 'mfa']);
    // Next time nothing of it is asked again.
    const elsewhere = browser();
    const next = await signInWithPassword(elsewhere, await elsewhere.get(authorization(world).url), vanha);
    expect(next.url.origin).toBe(noListener);
  });

  test('heikko: a weak old password opens only the change, and until the last proof nothing has changed', async () => {
    const visitor = browser();
    const change = await signInWithPassword(visitor, await visitor.get(authorization(world).url), heikko, 'salasana1');
    expect(stepOf(change)).toBe('new-password');
    expect(change.text).toContain('Nykyinen salasanasi ei täytä tietoturvavaatimuksia');
    const weak = await visitor.submit(change, { password: 'salasana1' });
    expect(weak.status).toBe(422);
    const strongAuth = await visitor.submit(change, { password: newPassword });
    expect(stepOf(strongAuth)).toBe('strong-auth');
    // Abandoned here: the old password still leads to the change, the new one to nothing.
    const other = browser();
    const wrong = await signInWithPassword(other, await other.get(authorization(world).url), heikko, newPassword);
    expect([wrong.status, stepOf(wrong)]).toEqual([422, 'password']);
    expect(stepOf(await other.submit(wrong, { password: 'salasana1' }))).toBe('new-password');
    expect(storedAccount(world, heikko)?.password?.format).toBe('digest');
  });

  test('heikko: with the linking, the last proof demanded, the new password replaces the old one', async () => {
    const visitor = browser();
    const request = authorization(world);
    const change = await signInWithPassword(visitor, await visitor.get(request.url), heikko, 'salasana1');
    const strongAuth = await visitor.submit(change, { password: newPassword });
    const code = await identify(visitor, strongAuth, { person: '240772W904V' });
    const link = await visitor.submit(code, { code: await codeMailedTo(world, heikko) });
    expect(storedAccount(world, heikko)?.password?.format).toBe('digest');
    const terms = await visitor.submit(link, { answer: 'yes' });
    expect(stepOf(terms)).toBe('terms');
    expect(storedAccount(world, heikko)?.password?.format).toBe('argon2id');
    await claimsOf(world, request, await climbOn(visitor, terms));
    const mails = await mailsTo(world, heikko, 3);
    expect(mails.map(({ subject }) => subject)).toContain('Testi-tilisi salasana on vaihdettu');
    const again = browser();
    const refused = await signInWithPassword(again, await again.get(authorization(world).url), heikko, 'salasana1');
    expect(refused.status).toBe(422);
    expect((await again.submit(refused, { password: newPassword })).url.origin).toBe(noListener);
  });

  test('tuntematon by sign-up: gets «Aktivoi tili», sets a password, and needs no code in the same browser', async () => {
    const visitor = browser();
    const request = authorization(world);
    const activation = await signUpFor(visitor, tuntematon, request.url);
    expect((await mailsTo(world, tuntematon))[0]?.subject).toBe('Aktivoi Testi-tilisi');
    // Imported without any hash: there is no present password to offer.
    expect(activation.text).not.toContain('Nykyinen salasana');
    const strongAuth = await visitor.submit(activation, { password: goodPassword });
    expect(stepOf(strongAuth)).toBe('strong-auth');
    const link = await identify(visitor, strongAuth, { person: '311299V905D' });
    expect(stepOf(link)).toBe('link-eid');
    const claims = await claimsOf(world, request, await climbOn(visitor, link));
    expect(claims.amr).toEqual(['pwd', 'ftn_bank', 'mfa']);
    expect(auditOf(world, tuntematon)).not.toContain('account.created');
    expect(auditOf(world, tuntematon)).toContain('account.activated');
  });
});

describe('who is ordered to change the password', () => {
  const aino = 'aino@oma.example';
  const silently = async (visitor: Visitor) => errorOf(await visitor.get(authorization(world, { prompt: 'none' }).url));

  async function signedIn(password: string) {
    const [visitor, request] = [browser(), authorization(world)];
    const page = await signInWithPassword(visitor, await visitor.get(request.url), aino, password);
    return { visitor, request, page };
  }

  test('is out everywhere else, with all tokens, and stays signed in where it was changed', async () => {
    const [elsewhere, here] = [await signedIn(goodPassword), await signedIn(goodPassword)];
    const { refresh_token = '' } = await tokensOf(world, elsewhere.request, elsewhere.page);
    changeAccount(world, aino, { mustChangePassword: true });
    const change = await here.visitor.get(authorization(world).url);
    expect(stepOf(change)).toBe('new-password');
    expect((await here.visitor.submit(change, { password: newPassword })).url.origin).toBe(noListener);
    expect(await silently(elsewhere.visitor)).toBe('login_required');
    await expect(client.refreshTokenGrant(await relyingParty(world), refresh_token)).rejects.toMatchObject({
      error: 'invalid_grant',
    });
    expect(await silently(here.visitor)).toBeNull();
    // The same where the change waits for an identification, the last proof that is owed.
    changeAccount(world, aino, { mustChangePassword: true, owedIdentification: { since: Date.now(), rule: 'reset' } });
    const third = await signedIn(newPassword);
    const strongAuth = await third.visitor.submit(third.page, { password: 'Kolmas#Kesämökki8' });
    expect([stepOf(strongAuth), await silently(here.visitor)]).toEqual(['strong-auth', 'interaction_required']);
    const end = await identify(third.visitor, strongAuth, { person: '131189Y902A' });
    expect([end.url.origin, await silently(here.visitor)]).toEqual([noListener, 'login_required']);
    expect(await silently(third.visitor)).toBeNull();
  });
});

describe('who comes by a link in the mail', () => {
  beforeAll(beginAgain);

  test('vanha by sign-up: the page offers the present password, proved like at sign-in, and keeps it', async () => {
    const visitor = browser();
    const activation = await signUpFor(visitor, vanha, authorization(world).url);
    expect(activation.text).toContain('Onko sinulla jo salasana?');
    const wrong = await visitor.submit(activation, { presentPassword: 'Väärä#2024' }, 'presentPassword');
    expect([wrong.status, wrong.text.includes('Nykyinen salasana on väärin')]).toEqual([422, true]);
    expect(storedAccount(world, vanha)?.activatedAt).toBeNull();
    const strongAuth = await visitor.submit(activation, { presentPassword: goodPassword }, 'presentPassword');
    expect(stepOf(strongAuth)).toBe('strong-auth');
    expect(storedAccount(world, vanha)?.password?.format).toBe('argon2id');
    // The mailbox was proved right here: no code.
    expect(stepOf(await identify(visitor, strongAuth, { person: '050585X903A' }))).toBe('link-eid');
  });

  test('heikko by sign-up with the weak present password: the change is forced in the same visit', async () => {
    const visitor = browser();
    const activation = await signUpFor(visitor, heikko, authorization(world).url);
    const change = await visitor.submit(activation, { presentPassword: 'salasana1' }, 'presentPassword');
    expect(stepOf(change)).toBe('new-password');
    expect(stepOf(await visitor.submit(change, { password: newPassword }))).toBe('strong-auth');
  });

  test('tuntematon by «Unohditko salasanasi?»: the reset sets a password; then identification and always the code', async () => {
    const visitor = browser();
    const signIn = await visitor.get(authorization(world).url);
    const forgot = await visitor.get(signIn.url.href.replace('/sign-in', '/forgot-password'));
    await visitor.submit(forgot, { email: tuntematon });
    const reset = await visitor.get(await linkMailedTo(world, tuntematon, 'reset'));
    expect((await visitor.submit(reset, { password: goodPassword })).text).toContain('Salasana on vaihdettu');
    const request = authorization(world);
    const strongAuth = await signInWithPassword(visitor, await visitor.get(request.url), tuntematon);
    expect(stepOf(strongAuth)).toBe('strong-auth');
    const code = await identify(visitor, strongAuth, { person: '311299V905D' });
    expect(stepOf(code)).toBe('email-code');
    const link = await visitor.submit(code, { code: await codeMailedTo(world, tuntematon, 3) });
    await claimsOf(world, request, await climbOn(visitor, link));
  });
});
