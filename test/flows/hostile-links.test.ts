/** Links that are dead, used, replaced, somebody else's or garbled, and answers of the broker that nobody believes. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { auditOf, storedAccount } from '../support/inside.ts';
import { newPerson } from '../support/people.ts';
import { startWorld, type World } from '../support/start-world.ts';
import { authorization, goodPassword, linkMailedTo, mailsTo, stepOf } from '../support/stories.ts';
import type { Answer, Visitor } from '../support/visitor.ts';
import { browser, doorOf, expectSays, expectUsable } from './hostile-answers.ts';
import { arrive } from './hostile-pages.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const begin = (visitor: Visitor) => visitor.get(authorization(world).url);

describe('links', () => {
  async function asked(
    purpose: 'activate' | 'reset',
    email: string,
    params = {},
  ): Promise<{ visitor: Visitor; link: string }> {
    const visitor = browser();
    const door = purpose === 'activate' ? 'sign-up' : 'forgot-password';
    const first = await visitor.get(authorization(world, params).url);
    await visitor.submit(await visitor.get(doorOf(first, door)), { email });
    return { visitor, link: await linkMailedTo(world, email, purpose) };
  }

  /** The page's button leads to the client's start, which nobody plays here. */
  function expectStart(page: Answer): void {
    expect(page.text).toMatch(/<a class="button" href="(https:\/\/client\.example\/start|\/)"/);
  }

  test.each([
    ['', 'no token'],
    ['?token=', 'an empty token'],
    ['?token=abc', 'a short token'],
    [`?token=${'A'.repeat(43)}`, 'a token nobody was sent'],
    [`?token=${'A'.repeat(43)}&token=${'B'.repeat(43)}`, 'two tokens'],
    [`?token=${'A'.repeat(42)}%00`, 'a token with NUL'],
    [`?token[]=${'A'.repeat(43)}`, 'a token in a list'],
  ])('%p (%s) is a garbled link, with a way to ask for a new one', async (query) => {
    for (const purpose of ['activate', 'reset']) {
      const page = await browser().get(new URL(`/links/${purpose}${query}`, world.issuer));
      expectSays(page, 400, 'dead-link.invalid-title', 'dead-link.request-new');
      expectStart(page);
    }
  });

  test('a link of one purpose opens nothing of another', async () => {
    const { link } = await asked('activate', newPerson('tarkoitus').email);
    const page = await browser().get(link.replace('/activate', '/reset'));
    expectSays(page, 400, 'dead-link.invalid-title');
  });

  test('a used link says so to everybody else, and leads its own browser on', async () => {
    const { email } = newPerson('kaytetty');
    const { visitor, link } = await asked('activate', email);
    const strongAuth = await visitor.submit(await visitor.get(link), { password: goodPassword });
    expect(stepOf(strongAuth)).toBe('strong-auth');
    expect(stepOf(await visitor.get(link))).toBe('strong-auth');
    const page = await browser().get(link);
    expectSays(page, 410, 'dead-link.used-title', 'dead-link.activate-used');
    expectStart(page);
    expect(auditOf(world, email).filter((event) => event === 'account.activated')).toHaveLength(1);
  });

  test('a client that is told to begin sign-ins is told so by a dead page and by mail, with who asks and nothing of whom', async () => {
    const { email } = newPerson('aloitus');
    const { link } = await asked('activate', email, { client_id: 'test-two-step' });
    const other = browser();
    const done = await other.submit(await other.get(link), { password: goodPassword });
    const way = `https://client.example/initiate?from=avain&amp;iss=${encodeURIComponent(world.issuer)}`;
    expect(done.text).toContain(`href="${way}"`);
    const page = await browser().get(link);
    expectSays(page, 410, 'dead-link.used-title');
    expect(page.text).toContain(`<a class="button" href="${way}"`);
  });

  test('an expired link says how long it lived', async () => {
    const activate = await asked('activate', newPerson('vanhentunut').email);
    const reset = await asked('reset', 'heikko@oma.example');
    await world.restartAvain({ shiftMs: 31 * minuteMs });
    expectSays(await browser().get(reset.link), 410, 'dead-link.expired-title', 'dead-link.reset-expired');
    expectSays(await browser().get(activate.link), 200, 'activate.title');
    await world.restartAvain({ shiftMs: 25 * hourMs });
    const page = await browser().get(activate.link);
    expectSays(page, 410, 'dead-link.expired-title', 'dead-link.activate-expired');
    expectStart(page);
    await world.restartAvain();
  });

  test('a replaced link points to the newest mail, which works', async () => {
    const { email } = newPerson('korvattu');
    const { link } = await asked('activate', email);
    await world.restartAvain({ shiftMs: 2 * minuteMs });
    const visitor = browser();
    await visitor.submit(await visitor.get(doorOf(await begin(visitor), 'sign-up')), { email });
    const newest = await linkMailedTo(world, email, 'activate', 2);
    expect(newest).not.toBe(link);
    expectSays(await browser().get(link), 410, 'dead-link.replaced-title', 'dead-link.activate-replaced');
    expectSays(await browser().get(newest), 200, 'activate.title');
    await world.restartAvain();
  });

  test('a stranger who finishes somebody’s link gets an account without anybody’s identity, and the owner’s tab is only told', async () => {
    const { email } = newPerson('uhri');
    const { visitor, link } = await asked('activate', email);
    const thief = browser();
    const done = await thief.submit(await thief.get(link), { password: goodPassword });
    expectSays(done, 200, 'activate-done.title');
    const tab = await visitor.get(authorization(world).url);
    expect(stepOf(tab)).toBe('sign-in');
    expect(storedAccount(world, email)).toMatchObject({ identity: null });
    expect(await mailsTo(world, email)).not.toHaveLength(0);
  });
});

describe('coming back from the broker', () => {
  test.each(['', '?state=', '?state=forged', '?state=a&state=b', '?error=access_denied', '?code=x'])(
    'with %p: nothing is accepted, and there is a way to start again',
    async (query) => {
      const { visitor } = await arrive(world, 'strong-auth');
      const page = await visitor.get(new URL(`/upstream/demotunnistus/callback${query}`, world.issuer));
      expectSays(page, 410, 'session.expired-title');
      expect(page.text).toMatch(/<a class="button" href="[^"]+"/);
    },
  );

  test.each([
    ['an error nobody knows', { error: 'evil', error_description: '<script>alert(1)</script>' }, 'strong-auth.failed'],
    ['a code that was never given', { code: 'forged', iss: 'BROKER' }, 'strong-auth.failed'],
    ['a code of another broker', { code: 'forged', iss: 'https://evil.example' }, 'strong-auth.failed'],
    ['no answer at all', {}, 'strong-auth.failed'],
    ['a cancellation', { error: 'access_denied' }, 'strong-auth.cancelled'],
  ] as const)('%s leads back to choose again', async (_name, params, key) => {
    const { visitor, page } = await arrive(world, 'upstream/callback');
    const url = new URL(page.url);
    url.searchParams.delete('error');
    for (const [name, value] of Object.entries(params)) {
      url.searchParams.set(name, value.replace('BROKER', world.addresses.broker.origin));
    }
    const shown = await visitor.get(url);
    expectSays(shown, 200, key);
    expect(shown.text).not.toContain('<script>alert');
    expectUsable(shown);
  });
});
