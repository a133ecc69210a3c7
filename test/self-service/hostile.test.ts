/**
 * Hostile requests at every page below /account: the faults of test/flows/hostile.ts, committed at each page of the table
 * `accountPages`, so that a page which is new tomorrow is tried too. Nothing is changed by any of them.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { accountPages } from '../../src/self-service/routes.ts';
import type { FaultName } from '../flows/hostile.ts';
import { faults } from '../flows/hostile-faults.ts';
import type { Place } from '../flows/hostile-pages.ts';
import { auditOf, storedAccount } from '../support/inside.ts';
import { climbAs } from '../support/people.ts';
import { startWorld, type World } from '../support/start-world.ts';
import { stepOf } from '../support/stories.ts';
import { type Answer, formsOf } from '../support/visitor.ts';
import { cookieHeader, send, urlencoded } from '../support/wire.ts';
import { at, browser, newUser, type SignedUp } from './stories.ts';

let world: World;
let user: SignedUp;
let csrf = '';
beforeAll(async () => {
  world = await startWorld();
  user = await newUser(world);
  // Identified a moment ago, so that every page lets this person in.
  const fresh = await at(world, user.visitor, '/account/identity/unlink');
  if (stepOf(fresh) === 'strong-auth') await climbAs(user.visitor, fresh, user.person);
  csrf = formsOf(await at(world, user.visitor, '/account'))[0]?.fields.csrf ?? '';
});
afterAll(() => world.stop());

const stateOf = ({ person }: SignedUp) => ({
  version: storedAccount(world, person.email)?.version,
  events: auditOf(world, person.email).length,
});

/** What a form gets that is not provably ours, or no form at all. */
const refusals: Partial<Record<FaultName, number>> = {
  'csrf-missing': 403,
  'csrf-forged': 403,
  'csrf-of-another-interaction': 403,
  'csrf-of-another-browser': 403,
  'origin-foreign': 403,
  'origin-null': 403,
  'fetch-site-cross': 403,
  'fetch-site-same-site': 403,
  'body-oversize': 413,
  'body-json': 415,
  'body-multipart': 415,
  'body-text': 415,
  'body-lying-encoding': 400,
  'field-array': 400,
  'field-object': 400,
  'field-control-character': 400,
};

const placeOf = (page: Answer, path: string): Place => {
  const own = formsOf(page).find(({ action }) => action === path) ?? { action: path, fields: { csrf }, html: '' };
  return { visitor: user.visitor, page, form: own, token: 'csrf' };
};
const backFrom = (answer: Answer): string => /<a class="button" href="([^"]+)"/.exec(answer.text)?.[1] ?? '';

test.each(accountPages.map(({ path, hasForm }) => [path, hasForm] as const))(
  '%s: a form that is not ours is refused with a way back, other methods are told, and nothing changes',
  async (path, hasForm) => {
    const page = await at(world, user.visitor, path);
    expect(page.url.pathname).toBe(path);
    const before = stateOf(user);
    const place = placeOf(page, path);
    for (const [name, status] of Object.entries(refusals)) {
      // A cast: Object.entries forgets that a record's keys are its type's.
      const answers = await faults[name as FaultName]({ world, place });
      const wanted = hasForm ? status : 405;
      const found = answers.map((answer) => [name, answer.status, backFrom(answer)]);
      expect(found).toEqual(answers.map(() => [name, wanted, path]));
    }
    for (const name of ['put', 'delete'] as const) {
      expect((await faults[name]({ world, place })).map(({ status }) => status)).toEqual([405]);
    }
    expect((await send(user.visitor, page.url, { method: 'HEAD' })).status).toBe(200);
    expect(stateOf(user)).toEqual(before);
  },
);

test.each(accountPages.map(({ path, hasForm }) => [path, hasForm] as const))(
  '%s: nobody without the session, and nobody with a stolen one in another browser',
  async (path, hasForm) => {
    const before = stateOf(user);
    const url = new URL(path, world.issuer);
    const strange = browser();
    await at(world, strange, '/');
    const session = Object.entries(user.visitor.cookiesFor(url)).filter(([name]) => !name.includes('browser'));
    const stolen = [cookieHeader(strange, url), ...session.map(([name, value]) => `${name}=${value}`)].join('; ');
    const body = new URLSearchParams({ csrf }).toString();
    for (const cookie of ['', cookieHeader(strange, url), stolen]) {
      const posted = { method: 'POST', headers: urlencoded, body, cookie };
      const answers = [await send(strange, url, { cookie }), ...(hasForm ? [await send(strange, url, posted)] : [])];
      for (const { status, headers } of answers) {
        expect([status, headers.get('location')?.startsWith('/auth?client_id=avain-account')]).toEqual([303, true]);
      }
    }
    expect(stateOf(user)).toEqual(before);
  },
);

test('a token of another person’s page, or of this person’s earlier session, opens no form', async () => {
  const stranger = await newUser(world);
  const theirs = formsOf(await at(world, stranger.visitor, '/account'))[0]?.fields.csrf ?? '';
  const sent = await user.visitor.post(new URL('/account', world.issuer), { csrf: theirs, action: 'sign-out' });
  expect(sent.status).toBe(403);
  expect((await at(world, user.visitor, '/account')).url.pathname).toBe('/account');
  // The same browser signs out and in again: a page left open from before is worth nothing.
  const left = await at(world, stranger.visitor, '/account/profile');
  await stranger.visitor.submit(await at(world, stranger.visitor, '/account'), { action: 'sign-out' });
  expect(stepOf(await stranger.visitor.submit(left, { nickname: 'Varas', locale: 'fi' }))).toBe('sign-in');
  expect(storedAccount(world, stranger.person.email)?.nickname).toBeNull();
});

test('what comes back from signing in leads to pages of ours only, whatever the address says', async () => {
  for (const state of [
    'https://evil.example/',
    '//evil.example',
    '/account/../admin',
    '/account?done=x',
    'javascript:0',
  ]) {
    const url = new URL(`/account/return?code=x&state=${encodeURIComponent(state)}`, world.issuer);
    expect((await user.visitor.get(url)).url.pathname).toBe('/account');
  }
  const told = await at(world, user.visitor, '/account?done=%3Cscript%3E');
  expect([told.status, told.text.includes('notice status'), told.text.includes('<script>')]).toEqual([
    200,
    false,
    false,
  ]);
  for (const done of ['__proto__', 'constructor', 'toString', 'profile&done=profile']) {
    expect((await at(world, user.visitor, `/account?done=${done}`)).text).not.toContain('class="notice status"');
  }
});
