import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { auditOf, storedAccount } from '../support/inside.ts';
import { climbAs, newPerson } from '../support/people.ts';
import { startWorld, type World } from '../support/start-world.ts';
import { authorization, goodPassword, linkMailedTo, mailsTo, noListener, signUp, stepOf } from '../support/stories.ts';
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

/** On the page that says a link is on its way. */
async function askForLink(visitor: Visitor, email: string): Promise<Answer> {
  const signIn = await visitor.get(authorization(world).url);
  const form = await visitor.get(signIn.url.href.replace('/sign-in', '/sign-up'));
  expect(stepOf(form)).toBe('sign-up');
  return visitor.submit(form, { email });
}

const opened = async (visitor: Visitor, page: Answer): Promise<unknown> =>
  JSON.parse((await visitor.get(`${page.url.href}/opened`)).text);

/** The page without what differs between any two visits. */
const bare = (page: Answer, email: string): string =>
  page.text
    .replaceAll(email, 'ADDRESS')
    .replaceAll(/[\w-]{43}/g, 'TOKEN')
    .replaceAll(/\/interaction\/[\w-]+/g, '/interaction/UID');

test('an address with an account gets the same page, and a mail that says so instead of a link', async () => {
  const fresh = newPerson();
  const newcomer = await askForLink(browser(), fresh.email);
  const known = await askForLink(browser(), 'aino@oma.example');
  expect(known.status).toBe(newcomer.status);
  expect(bare(known, 'aino@oma.example')).toBe(bare(newcomer, fresh.email));
  const [mail] = await mailsTo(world, 'aino@oma.example');
  expect(mail?.subject).toBe('Sinulla on jo Testi-tili');
  expect(mail?.text).not.toContain('/links/');
  expect(mail?.text).toContain(`${noListener}/start`);
});

test('a pending address is no account: no sign-in, no reset, and nobody is kept from signing up with it', async () => {
  const { email } = newPerson('pending');
  const first = await askForLink(browser(), email);
  const second = await askForLink(browser(), email);
  expect(bare(second, email)).toBe(bare(first, email));
  // A second mail within the minute would only outdate the first; the page is true as it is.
  expect(await mailsTo(world, email)).toHaveLength(1);
  expect(storedAccount(world, email)).toBeNull();
  const visitor = browser();
  const password = await visitor.submit(await visitor.get(authorization(world).url), { email });
  const refused = await visitor.submit(password, { password: goodPassword });
  expect([refused.status, stepOf(refused)]).toEqual([422, 'password']);
  const forgot = await visitor.get(password.url.href.replace('/password', '/forgot-password'));
  expect(stepOf(await visitor.submit(forgot, { email }))).toBe('reset-sent');
  const mails = await mailsTo(world, email, 2);
  expect(mails[0]?.subject).toBe('Tällä osoitteella ei ole Testi-tiliä');
});

test('the page that waits says so, and goes on once the link was opened and the password saved here', async () => {
  const visitor = browser();
  const { email } = newPerson();
  const sent = await askForLink(visitor, email);
  expect(sent.text).toContain(email);
  expect(await opened(visitor, sent)).toEqual({ opened: false });
  const waiting = await visitor.submit(sent, {});
  expect(stepOf(waiting)).toBe('link-sent');
  expect(waiting.text).toContain('Linkkiä ei ole vielä avattu');
  // The same browser opens the link in another tab.
  const activation = await visitor.get(await linkMailedTo(world, email, 'activate'));
  expect(await opened(visitor, sent)).toEqual({ opened: false });
  await visitor.submit(activation, { password: goodPassword });
  expect(await opened(visitor, sent)).toEqual({ opened: true });
  expect(stepOf(await visitor.submit(sent, {}))).toBe('strong-auth');
});

test('a wrong address is corrected on the form that still shows it', async () => {
  const visitor = browser();
  const [wrong, right] = [newPerson('wrogn').email, newPerson('right').email];
  const sent = await askForLink(visitor, wrong);
  const form = await visitor.get(sent.url.href.replace('/link-sent', '/sign-up'));
  expect(form.text).toContain(`value="${wrong}"`);
  const again = await visitor.submit(form, { email: right });
  expect(stepOf(again)).toBe('link-sent');
  expect(again.text).toContain(right);
  const activation = await visitor.get(await linkMailedTo(world, right, 'activate'));
  expect(stepOf(await visitor.submit(activation, { password: goodPassword }))).toBe('strong-auth');
});

test('a password that breaks rules is refused with its reasons and the link is still good', async () => {
  const visitor = browser();
  const { email } = newPerson();
  await askForLink(visitor, email);
  const activation = await visitor.get(await linkMailedTo(world, email, 'activate'));
  for (const [password, reason] of [
    ['Aa1!', 'vähintään 8 merkkiä'],
    ['kesämökki#2024', 'iso kirjain'],
    ['KESÄMÖKKI#2024', 'pieni kirjain'],
    ['Kesämökki#', 'numero'],
    ['Kesämökki2024', 'erikoismerkki'],
    ['Salasana1!', 'liian yleinen'],
    [`${email}A1`, 'sähköpostiosoitettasi'],
  ] as const) {
    const refused = await visitor.submit(activation, { password });
    expect([refused.status, password]).toEqual([422, password]);
    expect(refused.text).toContain(reason);
    expect(refused.text).not.toContain(password);
  }
  expect(storedAccount(world, email)).toBeNull();
  expect(stepOf(await visitor.submit(activation, { password: goodPassword }))).toBe('strong-auth');
  expect(auditOf(world, email)).toEqual(['account.created', 'account.activated', 'step-up.asked']);
});

test('a spent link leads the browser that spent it on, and tells anybody else that it is used', async () => {
  const visitor = browser();
  const person = newPerson();
  const strongAuth = await signUp(world, visitor, authorization(world).url, person.email);
  const link = await linkMailedTo(world, person.email, 'activate');
  expect(stepOf(await visitor.get(link))).toBe('strong-auth');
  const stranger = await browser().get(link);
  expect(stranger.status).toBe(410);
  expect(stranger.text).toContain('Linkki on jo käytetty');
  expect(stranger.text).toContain(`href="${noListener}/start"`);
  const end = await climbAs(visitor, strongAuth, person);
  expect(end.url.searchParams.get('code')).not.toBeNull();
});

test('a resend within the minute names the wait; a later one outdates the link before it', async () => {
  const visitor = browser();
  const { email } = newPerson();
  const sent = await askForLink(visitor, email);
  const early = await visitor.submit(sent, { action: 'resend' }, 'value="resend"');
  expect(early.status).toBe(429);
  expect(Number(early.headers.get('retry-after'))).toBeGreaterThan(50);
  expect(early.text).toMatch(/Voit yrittää uudelleen \d+ sekunnin/);
  const older = await linkMailedTo(world, email, 'activate');
  await world.restartAvain({ shiftMs: 61_000 });
  const resent = await visitor.submit(sent, { action: 'resend' }, 'value="resend"');
  expect(resent.text).toContain(`Lähetimme viestin uudelleen osoitteeseen ${email}`);
  const newer = await linkMailedTo(world, email, 'activate', 2);
  expect(newer).not.toBe(older);
  const dead = await visitor.get(older);
  expect(dead.status).toBe(410);
  expect(dead.text).toContain('Linkki on korvattu uudella');
  expect(stepOf(await visitor.submit(await visitor.get(newer), { password: goodPassword }))).toBe('strong-auth');
});

test('a link lives for a day; then its page leads to the client, where a fresh one can be had', async () => {
  const visitor = browser();
  const { email } = newPerson();
  await askForLink(visitor, email);
  const link = await linkMailedTo(world, email, 'activate');
  await world.restartAvain({ shiftMs: 25 * 3_600_000 });
  const dead = await visitor.get(link);
  expect(dead.status).toBe(410);
  expect(dead.text).toContain('Linkki on vanhentunut');
  expect(dead.text).toContain('24 tuntia');
  expect(dead.text).toContain(`href="${noListener}/start"`);
  expect(storedAccount(world, email)).toBeNull();
});
