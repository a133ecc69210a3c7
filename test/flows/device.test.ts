/** Signing in on a television: it shows a code, and its owner types that on a telephone (RFC 8628). */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { atOnce, postForm, statuses } from '../faults/at-once.ts';
import { says } from '../support/says.ts';
import { startWorld, type World } from '../support/start-world.ts';
import { storedRows } from '../support/stored-rows.ts';
import { authorization, noListener, signInWithPassword, stepOf } from '../support/stories.ts';
import { type Answer, createVisitor, formsOf, type Visitor } from '../support/visitor.ts';
import { visibleText } from '../support/wire.ts';

const aino = 'aino@oma.example';
const minuteMs = 60_000;

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

type Shown = {
  readonly device_code: string;
  readonly user_code: string;
  readonly verification_uri: string;
  readonly verification_uri_complete: string;
};

const post = (path: string, fields: Record<string, string>): Promise<Response> =>
  fetch(new URL(path, world.issuer), {
    method: 'POST',
    headers: { 'user-agent': 'Television/1.0 (Linux; Tizen)' },
    body: new URLSearchParams({ client_id: 'test-device', ...fields }),
  });

async function switchOn(scope = 'openid email offline_access'): Promise<Shown> {
  const answer = await post('/device/auth', { scope });
  expect(answer.status).toBe(200);
  return (await answer.json()) as Shown;
}

const ask = ({ device_code }: Shown): Promise<Response> =>
  post('/token', { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code });
const told = async (shown: Shown) => (await (await ask(shown)).json()) as Record<string, string>;

const device = (): URL => new URL('/device', world.issuer);
const type = async (visitor: Visitor, code: string): Promise<Answer> =>
  visitor.submit(await visitor.get(device()), { user_code: code });

/** A telephone on which Aino is signed in already. */
async function signedIn(): Promise<Visitor> {
  const visitor = createVisitor();
  visitor.unvisited.add(noListener);
  const end = await signInWithPassword(visitor, await visitor.get(authorization(world).url), aino);
  expect(end.url.origin).toBe(noListener);
  return visitor;
}

test('the code is typed however, the page tells of the service and the device, and the device is let in once', async () => {
  const shown = await switchOn();
  expect(shown.verification_uri).toBe(device().href);
  expect(await told(shown)).toMatchObject({ error: 'authorization_pending' });
  const visitor = createVisitor();
  const sloppy = ` ${shown.user_code.toLowerCase().replace('-', ' ').replaceAll('b', '8').replaceAll('s', '5')} `;
  const confirm = await type(visitor, sloppy);
  expect(confirm.status).toBe(200);
  const words = visibleText(confirm.text);
  for (const word of ['Testi televisio', shown.user_code, 'Linux', 'oma verkko']) expect(words).toContain(word);
  expect(says(confirm.text, 'device.warning')).toBe(true);
  const signIn = await visitor.submit(confirm, { confirm: 'yes' });
  expect(stepOf(signIn)).toBe('sign-in');
  // Neither of the two codes lies in the store as whoever reads it could use it.
  for (const row of storedRows(world))
    for (const code of [shown.device_code, shown.user_code, shown.user_code.replace('-', '')])
      expect(row).not.toContain(code);
  const done = await signInWithPassword(visitor, signIn, aino);
  expect(says(done.text, 'device.done-title')).toBe(true);
  const tokens = await told(shown);
  const me = await fetch(new URL('/me', world.issuer), {
    headers: { authorization: `Bearer ${tokens['access_token']}` },
  });
  expect(await me.json()).toMatchObject({ email: aino });
  const refresh = { grant_type: 'refresh_token', refresh_token: tokens['refresh_token'] ?? '' };
  expect((await post('/token', refresh)).status).toBe(200);
  expect(says((await type(createVisitor(), shown.user_code)).text, 'error.user-code-used')).toBe(true);
  expect(await told(shown)).toMatchObject({ error: 'invalid_grant' });
});

test('the address with the code in it fills the field and sends nothing; who is signed in only confirms', async () => {
  const [shown, visitor] = [await switchOn(), await signedIn()];
  const page = await visitor.get(shown.verification_uri_complete);
  expect(formsOf(page)[0]?.fields['user_code']).toBe(shown.user_code);
  expect(await told(shown)).toMatchObject({ error: 'authorization_pending' });
  const done = await visitor.submit(await visitor.submit(page, {}), { confirm: 'yes' });
  expect(says(done.text, 'device.done-title')).toBe(true);
  expect(await told(shown)).toMatchObject({ token_type: 'Bearer' });
});

test('who did not start it denies it; who leaves the ladder denies it too, and the device hears of it', async () => {
  const [first, second, visitor] = [await switchOn(), await switchOn(), createVisitor()];
  const denied = await visitor.submit(await type(visitor, first.user_code), { abort: 'yes' });
  expect([denied.status, says(denied.text, 'device.denied-title')]).toEqual([200, true]);
  expect(await told(first)).toMatchObject({ error: 'access_denied' });
  const signIn = await visitor.submit(await type(visitor, second.user_code), { confirm: 'yes' });
  const left = await visitor.submit(signIn, {}, '/cancel');
  expect(says(left.text, 'device.denied-title')).toBe(true);
  expect(await told(second)).toMatchObject({ error: 'access_denied' });
});

test('one code confirmed by many at once goes on in one browser, and many requests of the device get one answer', async () => {
  const shown = await switchOn();
  const browsers: Visitor[] = [];
  while (browsers.length < 6) browsers.push(await signedIn());
  const pages = await Promise.all(browsers.map((visitor) => type(visitor, shown.user_code)));
  const answers = await atOnce(6, (index) =>
    postForm(browsers[index] as Visitor, pages[index] as Answer, { confirm: 'yes' }),
  );
  expect(statuses(answers)).toEqual({ 200: 1, 422: 5 });
  expect(statuses(await atOnce(10, () => ask(shown)))).toEqual({ 200: 1, 400: 9 });
});

test('twenty tries, and this browser has to wait, even with the right code; however many are sent at once, no more are looked at', async () => {
  const [shown, guesser] = [await switchOn(), createVisitor()];
  expect(says((await type(guesser, ' ')).text, 'error.user-code-required')).toBe(true);
  for (let tries = 1; tries < 20; tries += 1) {
    const wrong = await type(guesser, 'BBBB-BBBB');
    expect([wrong.status, says(wrong.text, 'error.user-code-unknown')]).toEqual([422, true]);
  }
  // However the address is spelled: the library takes it for the same.
  for (const spelling of ['/device/', '/Device', '/DEVICE/']) {
    const fields = {
      ...formsOf(await guesser.get(new URL('/device', world.issuer)))[0]?.fields,
      user_code: 'CCCC-CCCC',
    };
    const answer = await guesser.post(new URL(spelling, world.issuer), fields);
    expect([spelling, answer.status]).toEqual([spelling, 404]);
  }
  const late = await type(guesser, shown.user_code);
  expect([late.status, late.headers.get('retry-after')]).toEqual([429, expect.stringMatching(/^\d+$/)]);
  expect((await type(createVisitor(), shown.user_code)).status).toBe(200);
  const burst = createVisitor();
  const page = await burst.get(device());
  expect(statuses(await atOnce(30, () => postForm(burst, page, { user_code: 'DDDD-DDDD' })))[429]).toBe(10);
});

test('after a quarter of an hour the code is over, for the person and for the device', async () => {
  const shown = await switchOn();
  await world.restartAvain({ shiftMs: 16 * minuteMs });
  const late = await type(createVisitor(), shown.user_code);
  expect([late.status, says(late.text, 'error.user-code-expired')]).toEqual([422, true]);
  expect(await told(shown)).toMatchObject({ error: 'expired_token' });
});
