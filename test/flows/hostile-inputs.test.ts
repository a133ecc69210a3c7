/** Wrong addresses, passwords and codes, page by page: what people see, and that they can go on. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { TextKey } from '../../src/http/texts.ts';
import { says } from '../support/says.ts';
import { startWorld, type World } from '../support/start-world.ts';
import { authorization, codeMailedTo, goodPassword, noListener, stepOf } from '../support/stories.ts';
import { type Answer, formsOf, type Visitor } from '../support/visitor.ts';
import { cookieHeader, send } from '../support/wire.ts';
import { answer, browser, expectSays, expectUsable } from './hostile-answers.ts';
import { arrive } from './hostile-pages.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

const begin = (visitor: Visitor) => visitor.get(authorization(world).url);

describe('addresses', () => {
  const odd: readonly (readonly [string, TextKey])[] = [
    ['', 'error.email-required'],
    ['   ', 'error.email-required'],
    ['aino', 'error.email-invalid'],
    ['aino@', 'error.email-invalid'],
    ['aino@oma', 'error.email-invalid'],
    ['äinö@oma.example', 'error.email-invalid'],
    ['aino@oma.example,toinen@oma.example', 'error.email-invalid'],
    ['aino@oma.example toinen@oma.example', 'error.email-invalid'],
    ['Aino <aino@oma.example>', 'error.email-invalid'],
    ['aino@oma.example\r\nBcc: toinen@oma.example', 'error.email-invalid'],
    ['"><script>alert(1)</script>@oma.example', 'error.email-invalid'],
    [`${'a'.repeat(250)}@oma.example`, 'error.email-too-long'],
  ];

  test.each(['sign-in', 'sign-up', 'forgot-password'] as const)(
    '%s says what is wrong with an address, and keeps it',
    async (page) => {
      const place = await arrive(world, page);
      for (const [email, key] of odd) {
        const shown = await answer(place, { email });
        expectSays(shown, 422, key);
        expectUsable(shown);
        expect(shown.text).not.toContain('<script>alert');
        if (email === 'aino@oma') expect(formsOf(shown)[0]?.fields.email).toBe(email);
      }
    },
  );
});

describe('new passwords', () => {
  const refused: readonly (readonly [string, TextKey])[] = [
    ['', 'error.password-required'],
    ['Ab1!', 'error.password-too-short'],
    ['alllower1!x', 'error.password-upper'],
    ['ALLUPPER1!X', 'error.password-lower'],
    ['NoDigits!!Xy', 'error.password-digit'],
    ['NoSpecial12Xy', 'error.password-special'],
    ['Salasana1!', 'error.password-common'],
    [`Aa1!${'x7Yq'.repeat(40)}`, 'error.password-too-long'],
  ];

  test.each(['links/activate', 'links/reset', 'new-password'] as const)(
    '%s says which rule a password breaks, and never shows it again',
    async (page) => {
      const place = await arrive(world, page);
      for (const [password, key] of refused) {
        const shown = await answer(place, { password });
        expectSays(shown, 422, key);
        expect(formsOf(shown)[0]?.fields.password).toBe('');
        if (password !== '') expect(shown.text).not.toContain(password);
      }
      const taken = await answer(place, {});
      expect([taken.status, stepOf(taken)]).not.toEqual([422, stepOf(place.page)]);
      expect(taken.status).toBe(200);
    },
  );

  test('the forced change refuses the present password', async () => {
    const place = await arrive(world, 'new-password');
    // «salasana1» breaks the rules too: the person is told those, and stays.
    expectSays(await answer(place, { password: 'salasana1' }), 422, 'error.password-upper', 'error.password-special');
  });
});

describe('the sign-in password', () => {
  async function passwordPage(visitor: Visitor, email: string): Promise<Answer> {
    return visitor.submit(await begin(visitor), { email });
  }

  test('empty and wrong ones are told, the fifth wrong one starts a delay, and the delay ends', async () => {
    const email = 'vanha@oma.example';
    const visitor = browser();
    let page = await passwordPage(visitor, email);
    expectSays(await visitor.submit(page, { password: '' }), 422, 'error.password-required');
    for (let wrong = 0; wrong < 5; wrong += 1) {
      const shown = await visitor.submit(page, { password: `Väärä#${wrong}` });
      expectSays(shown, 422, 'error.login-failed');
      expectUsable(shown);
    }
    const delayed = await visitor.submit(page, { password: goodPassword });
    expectSays(delayed, 429, 'error.login-locked');
    expect(Number(delayed.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(Number(delayed.headers.get('retry-after'))).toBeLessThanOrEqual(30);
    await world.restartAvain({ shiftMs: minuteMs });
    page = await passwordPage(browser(), email);
    expect(stepOf(page)).toBe('password');
    const shifted = browser();
    expect(stepOf(await shifted.submit(await passwordPage(shifted, email), { password: goodPassword }))).toBe(
      'strong-auth',
    );
    await world.restartAvain();
  });

  test('strangers’ failures do not stop a device that the account knows', async () => {
    const email = 'aino@oma.example';
    const home = browser();
    const first = await home.submit(await passwordPage(home, email), { password: goodPassword });
    expect(first.url.origin).toBe(noListener);
    const stranger = browser();
    const page = await passwordPage(stranger, email);
    for (let wrong = 0; wrong < 6; wrong += 1) await stranger.submit(page, { password: 'Väärä#Salasana1' });
    expect((await stranger.submit(page, { password: goodPassword })).status).toBe(429);
    const again = await home.submit(await home.get(authorization(world, { prompt: 'login' }).url), { email });
    for (let wrong = 0; wrong < 9; wrong += 1) {
      expectSays(await home.submit(again, { password: 'Väärä#Salasana1' }), 422, 'error.login-failed');
    }
    expect((await home.submit(again, { password: goodPassword })).url.origin).toBe(noListener);
  });

  test('a password of a megabyte is not hashed', async () => {
    const place = await arrive(world, 'password');
    expectSays(await answer(place, { password: 'x'.repeat(1_000_000) }), 413, 'page.too-large-title');
  });
});

describe('the e-mailed code', () => {
  const wrongOf = (code: string): string => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

  test('what is no code costs no try; five wrong ones use the challenge up; a new one helps', async () => {
    const place = await arrive(world, 'email-code');
    const code = place.form?.fields.code ?? '';
    for (const odd of ['12345', 'abcdef', '１２３４５６', '1234567', `${code}0`]) {
      expectSays(await answer(place, { code: odd }), 422, 'error.code-format');
    }
    for (let left = 4; left > 0; left -= 1) {
      const shown = await answer(place, { code: wrongOf(code) });
      expect(says(shown.text, left === 1 ? 'error.code-wrong' : 'error.code-wrong', { count: left })).toBe(true);
      expectUsable(shown);
    }
    expectSays(await answer(place, { code: wrongOf(code) }), 422, 'error.code-too-many');
    const right = await answer(place, { code });
    expectSays(right, 422, 'error.code-too-many');
    const soon = await place.visitor.submit(right, { action: 'resend' }, 'resend');
    expectSays(soon, 429, 'error.resend-wait');
    expect(stepOf(soon)).toBe('email-code');
  });

  test('a code is typed as it was copied, with spaces and dashes', async () => {
    const place = await arrive(world, 'email-code');
    const code = place.form?.fields.code ?? '';
    const next = await answer(place, { code: ` ${code.slice(0, 3)}-${code.slice(3)} ` });
    expect(stepOf(next)).toBe('link-eid');
  });

  test('somebody else’s code does not work, and ten minutes later one’s own does not either', async () => {
    const [one, other] = [await arrive(world, 'email-code'), await arrive(world, 'email-code')];
    const foreign = other.form?.fields.code ?? '';
    if (foreign !== one.form?.fields.code) {
      expect(says((await answer(one, { code: foreign })).text, 'error.code-wrong', { count: 4 })).toBe(true);
    }
    await world.restartAvain({ shiftMs: 11 * minuteMs });
    const late = await answer(one, {});
    expectSays(late, 422, 'error.code-expired');
    const email = /koodi-\d+@oma\.example/.exec(late.text)?.[0] ?? '';
    const resent = await one.visitor.submit(late, { action: 'resend' }, 'resend');
    expectSays(resent, 200, 'email-code.resent');
    expect(stepOf(await answer(one, { code: await codeMailedTo(world, email, 3) }))).toBe('link-eid');
    await world.restartAvain();
  });
});

describe('a journey that was left lying', () => {
  test('every page is gone after a day, says so, and leads to a start; its form changes nothing', async () => {
    const pages = [
      'sign-in',
      'password',
      'sign-up',
      'link-sent',
      'strong-auth',
      'link-eid',
      'terms',
      'cancel',
    ] as const;
    const places = [];
    for (const page of pages) places.push(await arrive(world, page));
    await world.restartAvain({ shiftMs: 25 * hourMs });
    for (const place of places) {
      // Cookies outlive the journey in browsers whose clock is wrong: they are sent all the same.
      const cookie = cookieHeader(place.visitor, place.page.url);
      const shown = await send(place.visitor, place.page.url, { cookie });
      expectSays(shown, 410, 'session.expired-title');
      expect(shown.text).toMatch(/<a class="button" href="(https:\/\/client\.example\/start|\/)"/);
      expectSays(await answer(place, {}), 410, 'session.expired-title');
    }
    await world.restartAvain();
  });
});

describe('two tabs', () => {
  test('two journeys of one browser do not disturb each other’s forms, and the second finds the session of the first', async () => {
    const visitor = browser();
    const [one, two] = [await begin(visitor), await begin(visitor)];
    expect(one.url.pathname).not.toBe(two.url.pathname);
    const passwordOfOne = await visitor.submit(one, { email: 'aino@oma.example' });
    const passwordOfTwo = await visitor.submit(two, { email: 'vanha@oma.example' });
    expect(passwordOfOne.text).toContain('aino@oma.example');
    expect(passwordOfTwo.text).toContain('vanha@oma.example');
    const end = await visitor.submit(passwordOfOne, { password: goodPassword });
    expect([end.url.origin, end.url.searchParams.get('state')]).toEqual([noListener, expect.any(String)]);
    // Signed in meanwhile: the stale form of the other tab leads to the client, with the request of its own.
    const other = await visitor.submit(passwordOfTwo, { password: goodPassword });
    expect(other.url.origin).toBe(noListener);
    expect(other.url.searchParams.get('code')).toBeTruthy();
    expect(other.url.searchParams.get('state')).not.toBe(end.url.searchParams.get('state'));
  });
});

describe('too many beginnings', () => {
  test('the fifty-first sign-in that a browser begins within the hour is sent back to its client, and those begun before go on', async () => {
    const visitor = browser();
    const first = await begin(visitor);
    for (let more = 0; more < 49; more += 1) {
      expect((await send(visitor, authorization(world).url)).status).toBe(303);
    }
    const refused = await begin(visitor);
    expect(refused.url.origin).toBe(noListener);
    expect(refused.url.searchParams.get('error')).toBe('temporarily_unavailable');
    expect(stepOf(await visitor.submit(first, { email: 'aino@oma.example' }))).toBe('password');
    expect((await begin(browser())).status).toBe(200);
  });
});
