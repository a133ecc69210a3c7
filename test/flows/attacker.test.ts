/** What somebody hostile would try who knows the code: each story ends where the service stops him. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { auditOf, changeAccount as change, storedAccount } from '../support/inside.ts';
import { ownConfig } from '../support/own-config.ts';
import { becomeUser, climbAs, climbOn, newPerson } from '../support/people.ts';
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
  signUp,
  stepOf,
} from '../support/stories.ts';
import { createVisitor, type Visitor } from '../support/visitor.ts';

const vanha = 'vanha@oma.example';
const aino = 'aino@oma.example';
const otherPassword = 'Varas!Uusi#2031';

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

async function signUpFor(visitor: Visitor, email: string): Promise<void> {
  const signIn = await visitor.get(authorization(world).url);
  const form = await visitor.get(signIn.url.href.replace('/sign-in', '/sign-up'));
  expect(stepOf(await visitor.submit(form, { email }))).toBe('link-sent');
}

test('a code proves the mailbox: an imported account in use is active, and nobody activates it once more', async () => {
  const thief = browser();
  await signUpFor(thief, vanha);
  const link = await linkMailedTo(world, vanha, 'activate');
  const owner = browser();
  const strongAuth = await signInWithPassword(owner, await owner.get(authorization(world).url), vanha);
  const code = await identify(owner, strongAuth, { person: '050585X903A' });
  const linking = await owner.submit(code, { code: await codeMailedTo(world, vanha, 2) });
  expect((await climbOn(owner, linking)).url.origin).toBe(noListener);
  expect(storedAccount(world, vanha)?.activatedAt).not.toBeNull();
  expect(auditOf(world, vanha).filter((event) => event === 'account.activated')).toHaveLength(1);
  const elsewhere = browser();
  const tried = await elsewhere.submit(await elsewhere.get(link), { password: otherPassword });
  expect([tried.status, tried.text.includes('Linkki on jo käytetty')]).toEqual([410, true]);
});

test('an activation link of an account that is linked is a reset: a stolen mailbox gets no further than the bank', async () => {
  // As an import could leave it: linked by the earlier system, its mailbox never proved to this one.
  change(world, aino, { activatedAt: null });
  const owner = browser();
  expect((await signInWithPassword(owner, await owner.get(authorization(world).url), aino)).url.origin).toBe(
    noListener,
  );
  const thief = browser();
  await signUpFor(thief, aino);
  const activation = await thief.get(await linkMailedTo(world, aino, 'activate'));
  expect(stepOf(await thief.submit(activation, { password: otherPassword }))).toBe('strong-auth');
  // The owner is told, and no session of before goes on.
  expect((await mailsTo(world, aino, 2)).map(({ subject }) => subject)).toContain('Testi-tilisi salasana on vaihdettu');
  expect(stepOf(await owner.get(authorization(world).url))).toBe('sign-in');
});

/** Like a sibling domain would do it: the attacker's interaction cookie is put into the victim's browser. */
function withTossedCookies(victim: Visitor, attacker: Visitor, at: URL) {
  const tossed = Object.entries(attacker.cookiesFor(at)).filter(([name]) => name.includes('interaction'));
  const cookie = [...Object.entries(victim.cookiesFor(at)), ...tossed].map((pair) => pair.join('=')).join('; ');
  return async (step: string, fields?: Readonly<Record<string, string>>) => {
    const body = fields && new URLSearchParams(fields);
    const init = { headers: { cookie }, redirect: 'manual', ...(body && { method: 'POST', body }) } as const;
    const answer = await fetch(new URL(step, at), init);
    return { location: answer.headers.get('location') ?? '', text: await answer.text() };
  };
}

test('an interaction that was put into a victim’s browser signs nobody in where it began', async () => {
  const person = newPerson('uhri');
  const before = browser();
  await climbAs(before, await signUp(world, before, authorization(world).url, person.email), person);
  const attacker = browser();
  const begun = await attacker.get(authorization(world).url);
  const victim = browser();
  await victim.get(world.issuer);
  const send = withTossedCookies(victim, attacker, begun.url);
  const csrf = /name="csrf" value="([^"]+)"/.exec((await send('sign-in')).text)?.[1] ?? '';
  await send('sign-in', { csrf, email: person.email });
  await send('password', { csrf, password: goodPassword });
  const { location } = await send(begun.url.pathname.replace('/sign-in', ''));
  expect(new URL(location, world.issuer).pathname).toMatch(/^\/auth\//);
  const resumed = await attacker.get(location);
  expect([resumed.status, resumed.url.origin]).toEqual([410, world.issuer]);
  // Nor under another address of the same cookie.
  const uid = new URL(location).pathname.split('/').at(-1) ?? '';
  const cookie = Object.entries(attacker.cookiesFor(location))
    .map((pair) => pair.join('='))
    .join('; ');
  const elsewhere = await fetch(`${world.issuer}/AUTH/${uid}x`, { headers: { cookie }, redirect: 'manual' });
  expect([410, 404]).toContain(elsewhere.status);
  expect(stepOf(await attacker.get(authorization(world).url))).toBe('sign-in');
});

test('what a third party asks by the claims parameter is shown before it is allowed', async () => {
  const person = newPerson('lupa');
  const visitor = browser();
  await climbAs(visitor, await signUp(world, visitor, authorization(world).url, person.email), person);
  const claims = JSON.stringify({ id_token: { email: null }, userinfo: { birthdate: { essential: true } } });
  const asked = authorization(world, { client_id: 'test-third', scope: 'openid', claims });
  const terms = await visitor.get(asked.url);
  const consent = await visitor.submit(terms, { answer: 'accept' });
  expect(stepOf(consent)).toBe('consent');
  expect(consent.text).toContain('Syntymäaikasi');
  expect(consent.text).toContain('Sähköpostiosoitteesi');
  expect(consent.text).not.toContain('Nimesi');
});

test('a link is no way to keep the service busy with looking passwords up', async () => {
  const { email } = newPerson('kiire');
  const visitor = browser();
  await signUpFor(visitor, email);
  const activation = await visitor.get(await linkMailedTo(world, email, 'activate'));
  const statuses = [];
  for (let turn = 0; turn < 31; turn += 1) statuses.push((await visitor.submit(activation, { password: 'x' })).status);
  expect([statuses.slice(0, 30).every((status) => status === 422), statuses[30]]).toEqual([true, 429]);
});

test('a stranger’s page uses up nobody’s sign-ins by pictures and frames: what no person can see begins nothing', async () => {
  for (const destination of ['image', 'iframe', 'empty']) {
    const headers = { 'sec-fetch-dest': destination, 'sec-fetch-site': 'cross-site' };
    const answer = await fetch(authorization(world).url, { headers, redirect: 'manual' });
    const location = new URL(answer.headers.get('location') ?? '', world.issuer);
    expect([location.origin, location.searchParams.get('error')]).toEqual([noListener, 'interaction_required']);
  }
  const headers = { 'sec-fetch-dest': 'document', 'sec-fetch-site': 'cross-site' };
  expect(stepOf(await browser().get(authorization(world).url, headers))).toBe('sign-in');
});

test('a method that no broker offers is no outage: whoever asks for it does not get round the dice', async () => {
  const person = newPerson();
  await becomeUser(world, browser(), authorization(world).url, person);
  change(world, person.email, { owedIdentification: { since: Date.now(), rule: 'rate' } });
  const config = await ownConfig((yaml) => yaml.replace('      bank: bank', '      offered: [bank]\n      bank: bank'));
  await world.restartAvain({ env: config.env });
  const thief = browser();
  const page = await signInWithPassword(thief, await thief.get(authorization(world).url), person.email);
  expect(stepOf(page)).toBe('strong-auth');
  expect(page.text).not.toContain('Mobiilivarmenne<');
  const next = await thief.submit(page, { method: 'mobile' });
  expect(stepOf(next)).toBe('strong-auth');
  expect(next.text).toContain('Tunnistautumistapa ei ole käytettävissä');
  expect(auditOf(world, person.email)).not.toContain('strong-auth.postponed');
  // What is offered still works.
  expect((await climbAs(thief, next, person)).url.origin).toBe(noListener);
  await config.remove();
});
