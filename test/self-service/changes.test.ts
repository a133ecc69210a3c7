/** What a person changes of their own account, and what becomes of everybody who was let in before. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { refreshTokenGrant } from 'openid-client';
import { auditOf, storedAccount } from '../support/inside.ts';
import { climbAs } from '../support/people.ts';
import { says } from '../support/says.ts';
import { startWorld, type World } from '../support/start-world.ts';
import { authorization, goodPassword, mailsTo, signInWithPassword, stepOf } from '../support/stories.ts';
import { relyingParty, type Tokens, tokensOf } from '../support/tokens.ts';
import { formsOf, type Visitor } from '../support/visitor.ts';
import { at, browser, newUser, signInElsewhere } from './stories.ts';

const nextPassword = 'Uusi#Kesämökki77';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

const refreshes = async (tokens: Tokens, client = 'test-web'): Promise<boolean> => {
  const party = await relyingParty(world, client);
  return refreshTokenGrant(party, tokens.refresh_token ?? '').then(
    () => true,
    () => false,
  );
};
/** At the account's page, or somewhere on the way in. */
const isIn = async (visitor: Visitor): Promise<boolean> =>
  (await at(world, visitor, '/account')).url.pathname === '/account';
const shown = (page: { url: URL }): string => `${page.url.pathname}${page.url.search}`;

test('name and language are the person’s own: kept as typed, harmless, and no sign-in in another language changes them', async () => {
  const { person, visitor } = await newUser(world);
  const page = await at(world, visitor, '/account/profile');
  const save = (nickname: string, locale: string) => visitor.submit(page, { nickname, locale });
  const saved = await save('  Aino \u202e\u200b Olivia\u00ad ', 'sv');
  expect(shown(saved)).toBe('/account?done=profile');
  expect(saved.text).toContain('<html lang="sv">');
  expect(saved.text).toContain('Hej, Aino Olivia!');
  expect(storedAccount(world, person.email)).toMatchObject({
    nickname: 'Aino Olivia',
    locale: 'sv',
    localeChosen: true,
  });

  const refused = await save('x'.repeat(101), 'sv');
  expect([refused.status, refused.text.includes('högst 100 tecken')]).toEqual([422, true]);
  expect((await save(`Z\u0301\u0301\u0301\u0301algo`, 'sv')).status).toBe(422);
  expect((await save('Aino', 'de')).status).toBe(400);
  const markup = await save('<b>Aino</b> {email} {a}', 'fi');
  expect(markup.text).toContain('&lt;b&gt;Aino&lt;/b&gt; {email} {a}');

  const again = await signInElsewhere(world, { person, visitor, request: authorization(world), end: markup });
  expect(again.end.url.pathname).toBe('/callback');
  expect((await save('', 'en')).text).toContain('<html lang="en">');
  expect(storedAccount(world, person.email)).toMatchObject({ nickname: null, locale: 'en' });
  expect(auditOf(world, person.email).filter((event) => event === 'profile.changed')).toHaveLength(3);
});

test('a new password: the present one is asked for and counted, everybody else is out, this browser stays', async () => {
  const user = await newUser(world);
  const { person, visitor } = user;
  const here = await tokensOf(world, user.request, user.end);
  const elsewhere = await signInElsewhere(world, user);
  const there = await tokensOf(world, elsewhere.request, elsewhere.end);
  expect([await isIn(elsewhere.visitor), await refreshes(there)]).toEqual([true, true]);

  const lead = await at(world, visitor, '/.well-known/change-password');
  expect(lead.hops.map(({ pathname }) => pathname)).toContain('/account/password');
  expect(lead.url.pathname).toBe('/account/password');
  const change = (presentPassword: string, password: string) => visitor.submit(lead, { presentPassword, password });
  const empty = await change('', 'lyhyt');
  expect([
    empty.status,
    says(empty.text, 'error.present-password-required'),
    says(empty.text, 'error.password-too-short'),
  ]).toEqual([422, true, true]);
  const wrong = await change('Väärä#Salasana1', nextPassword);
  expect([wrong.status, says(wrong.text, 'error.present-password-wrong')]).toEqual([422, true]);
  expect((await change(goodPassword, goodPassword)).text).toContain('sama kuin nykyinen');
  expect(storedAccount(world, person.email)?.passwordSetAt).toBe(Number(formsOf(lead)[0]?.fields.shown));

  const done = await change(goodPassword, nextPassword);
  expect(shown(done)).toBe('/account?done=password');
  expect(says(done.text, 'change-password.done')).toBe(true);
  expect([await isIn(visitor), await isIn(elsewhere.visitor)]).toEqual([true, false]);
  expect([await refreshes(here), await refreshes(there)]).toEqual([false, false]);
  // Single sign-on goes on in this browser, and gives its client tokens that work.
  const request = authorization(world, { scope: 'openid email profile offline_access' });
  expect(await refreshes(await tokensOf(world, request, await visitor.get(request.url)))).toBe(true);

  expect(stepOf((await signInElsewhere(world, user)).end)).toBe('password');
  expect((await signInElsewhere(world, user, nextPassword)).end.url.pathname).toBe('/callback');
  expect((await mailsTo(world, person.email, 4)).map(({ subject }) => subject).join()).toContain(
    'Testi-tilisi salasana on vaihdettu',
  );
  expect(auditOf(world, person.email)).toEqual(expect.arrayContaining(['password.refused', 'password.changed']));
});

test('two tabs choose a password at the same moment: one wins, the other is told, and only the winner’s is in force', async () => {
  const user = await newUser(world);
  const { person, visitor } = user;
  const page = await at(world, visitor, '/account/password');
  const chosen = ['Ensimmäinen#Kesä1', 'Toinen#Kesämökki2'];
  const ends = await Promise.all(
    chosen.map((password) => visitor.submit(page, { presentPassword: goodPassword, password })),
  );
  expect(ends.map(shown).sort()).toEqual(['/account?done=password', '/account?done=password-meanwhile']);
  const winner = chosen[ends.findIndex((end) => end.url.search === '?done=password')] ?? '';
  const loser = chosen.find((password) => password !== winner) ?? '';
  expect(stepOf((await signInElsewhere(world, user, loser)).end)).toBe('password');
  expect((await signInElsewhere(world, user, winner)).end.url.pathname).toBe('/callback');
  // A tab that was open all the while is told too, before it tries a password that is none any more.
  const late = await visitor.submit(page, { presentPassword: goodPassword, password: 'Kolmas#Kesämökki3' });
  expect(shown(late)).toBe('/account?done=password-meanwhile');
  expect(says(late.text, 'change-password.done-meanwhile')).toBe(true);
  expect(auditOf(world, person.email).filter((event) => event === 'password.changed')).toHaveLength(1);
});

test('guessing the present password in a session is slowed down as at the sign-in page', async () => {
  const { visitor } = await newUser(world);
  const page = await at(world, visitor, '/account/password');
  const statuses: number[] = [];
  for (let guess = 0; guess < 16 && !statuses.includes(429); guess += 1) {
    const answer = await visitor.submit(page, { presentPassword: `Väärä#Salasana${guess}`, password: nextPassword });
    statuses.push(answer.status);
    if (answer.status === 429) expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  }
  // Ten of a device that the account knows, then those of everybody.
  expect(statuses.filter((status) => status === 422).length).toBeGreaterThanOrEqual(10);
  expect(statuses.at(-1)).toBe(429);
});

test('unlinking takes the linked person at the bank: a session and the password are not enough', async () => {
  const user = await newUser(world);
  const { person } = user;
  const thief = (await signInElsewhere(world, user)).visitor;
  const asked = await at(world, thief, '/account/identity/unlink');
  expect(stepOf(asked)).toBe('strong-auth');
  const identity = await at(world, thief, '/account/identity');
  const token = formsOf(await at(world, thief, '/account'))[0]?.fields ?? {};
  const linkedAt = String(storedAccount(world, person.email)?.identity?.linkedAt);
  const forced = await thief.post(new URL('/account/identity/unlink', world.issuer), { ...token, linkedAt });
  expect(stepOf(forced)).toBe('strong-auth');
  expect(identity.text).toContain(person.name);
  expect(identity.text).not.toContain(person.identityCode);
  expect(storedAccount(world, person.email)?.identity).not.toBeNull();

  const page = await climbAs(thief, asked, person);
  expect(page.url.pathname).toBe('/account/identity/unlink');
  const tabs = await Promise.all([thief.submit(page, {}), thief.submit(page, {})]);
  expect(tabs.map(shown).sort()).toEqual(['/account/identity', '/account/identity?done=unlinked']);
  for (const tab of tabs) expect(says(tab.text, 'identity.none')).toBe(true);
  expect(storedAccount(world, person.email)).toMatchObject({
    identity: null,
    sealedPerson: null,
    owedCode: { rule: 'relink' },
  });
  expect(auditOf(world, person.email).filter((event) => event === 'identity.unlinked')).toHaveLength(1);
  expect((await mailsTo(world, person.email, 4)).map(({ subject }) => subject).join()).toContain('linkitys on purettu');

  expect(await isIn(user.visitor)).toBe(false);
  // The level of the session went with it: whatever is asked for, identification comes first.
  expect(stepOf(await thief.get(authorization(world).url))).toBe('strong-auth');
  const anew = browser();
  const step = stepOf(await signInWithPassword(anew, await anew.get(authorization(world).url), person.email));
  expect(step).toBe('strong-auth');
});
