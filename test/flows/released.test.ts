/** What is told of a person, and to whom: by what the client's file allows, and never more for asking claim by claim. */
import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import * as client from 'openid-client';
import { claimsByScope } from '../../src/accounts/claims-by-scope.ts';
import { runAvain } from '../cli/avain.ts';
import { coded, table } from '../docs/pages.ts';
import { auditOf, storedAccount } from '../support/inside.ts';
import { type OwnConfig, ownConfig } from '../support/own-config.ts';
import { becomeUser, newPerson } from '../support/people.ts';
import { startWorld, type World } from '../support/start-world.ts';
import { authorization, noListener, signInWithPassword, stepOf } from '../support/stories.ts';
import { relyingParty, tokensOf } from '../support/tokens.ts';
import { type Answer, createVisitor, formsOf, type Visitor } from '../support/visitor.ts';

const aino = 'aino@oma.example';
const ainosCode = '131189Y902A';

const roster = `roster: { id: personal-assistance, contact: { fi: Tuki, sv: Stöd, en: Help } }`;
const clientFile = (rules: string) => `
name: Testi tieto
party: first
type: confidential
demo: true
redirectUris: ['${noListener}/callback']
startUrl: ${noListener}/start
terms: oima
${rules}
`;
const clients = {
  authority: "scopes: [openid, national_id]\nnationalId: { release: true, legalBasis: 'Tietosuojalaki 29 §' }",
  grown: 'scopes: [openid, age_over_18]',
  birth: 'scopes: [openid, birthdate]',
  palkka: "scopes: [openid, roles, groups]\nclaims: { roles: ['palkka:'], groups: [kanta-hame] }",
  all: `scopes: [${Object.keys(claimsByScope).join(', ')}]
nationalId: { release: true, legalBasis: 'Tietosuojalaki 29 §' }
claims: { roles: ['palkka:'], groups: [kanta-hame] }
${roster}`,
};
const third = `${clientFile('scopes: [openid, email, profile, birthdate, age_over_18, national_id, roles, county]')}
nationalId: { release: true, legalBasis: 'Tietosuojalaki 29 §' }
claims: { roles: ['palkka:'] }
${roster}`
  .replace('party: first', 'party: third')
  .replace('terms: oima', '');

let world: World;
let config: OwnConfig;
beforeAll(async () => {
  config = await ownConfig();
  for (const [id, rules] of Object.entries(clients))
    await writeFile(join(config.dir, 'clients', `${id}.yaml`), clientFile(rules));
  for (const id of ['third', 'choosy']) await writeFile(join(config.dir, 'clients', `${id}.yaml`), third);
  await appendFile(join(config.dir, 'rosters/kanta-hame.csv'), `personal-assistance,email,${aino},2024-01-01,\n`);
  world = await startWorld({ env: config.env });
});
afterAll(async () => {
  await world.stop();
  await config.remove();
});

function browser(): Visitor {
  const visitor = createVisitor();
  visitor.unvisited.add(noListener);
  return visitor;
}

/** ID token's claims and userinfo, as openid-client takes them. */
async function toldTo(id: string, params: Record<string, string>, email = aino) {
  const visitor = browser();
  const request = authorization(world, { client_id: id, ...params });
  const page = await signInWithPassword(visitor, await visitor.get(request.url), email);
  const tokens = await tokensOf(world, request, page);
  const sub = storedAccount(world, email)?.id ?? '';
  return {
    token: tokens.claims(),
    userinfo: await client.fetchUserInfo(await relyingParty(world, id), tokens.access_token, sub),
  };
}

test('the national identity code goes to a client with a recorded legal basis, and each release is recorded', async () => {
  const before = auditOf(world, aino).filter((event) => event === 'national-id.released').length;
  const { token, userinfo } = await toldTo('authority', { scope: 'openid national_id' });
  expect(userinfo).toMatchObject({ national_id: ainosCode });
  // Not in the ID token, which travels farther; and no name or birth date that this client may not have.
  expect(token).not.toHaveProperty('national_id');
  for (const hidden of ['name', 'birthdate', 'age_over_18', 'email']) expect(userinfo).not.toHaveProperty(hidden);
  expect(auditOf(world, aino).filter((event) => event === 'national-id.released')).toHaveLength(before + 1);
});

test('without one it is not told, whether it is asked for by name or along with all else', async () => {
  const claims = JSON.stringify({
    userinfo: { national_id: { essential: true }, birthdate: null, age_over_18: null },
    id_token: { national_id: { essential: true } },
  });
  const before = auditOf(world, aino).filter((event) => event === 'national-id.released').length;
  const { token, userinfo } = await toldTo('test-web', { claims });
  for (const hidden of ['national_id', 'birthdate', 'age_over_18']) {
    expect(token).not.toHaveProperty(hidden);
    expect(userinfo).not.toHaveProperty(hidden);
  }
  expect(auditOf(world, aino).filter((event) => event === 'national-id.released')).toHaveLength(before);
});

test('who only needs to know whether somebody is of age is not told the birth date', async () => {
  const { userinfo } = await toldTo('grown', { scope: 'openid age_over_18' });
  expect(userinfo).toMatchObject({ age_over_18: true });
  expect(userinfo).not.toHaveProperty('birthdate');
  const { userinfo: other } = await toldTo('birth', { scope: 'openid birthdate' });
  expect(other).toMatchObject({ birthdate: '1989-11-13' });
  expect(other).not.toHaveProperty('age_over_18');
});

test('a child of thirteen is not of age', async () => {
  const date = `0101${String((new Date().getUTCFullYear() - 13) % 100).padStart(2, '0')}`;
  const check = '0123456789ABCDEFHJKLMNPRSTUVWXY'[Number(`${date}951`) % 31];
  const child = { ...newPerson('lapsi'), identityCode: `${date}A951${check}` };
  await becomeUser(world, browser(), authorization(world).url, child);
  const { userinfo } = await toldTo('grown', { scope: 'openid age_over_18' }, child.email);
  expect(userinfo).toMatchObject({ age_over_18: false });
});

test('a sign-in by e-mail carries no level of the trust network, in the token or at introspection', async () => {
  const { token, userinfo } = await toldTo('test-web', {});
  expect(token).toMatchObject({ acr: 'urn:avain:acr:email', amr: ['pwd'] });
  expect(token).not.toHaveProperty('identified_at');
  expect(JSON.stringify([token, userinfo])).not.toContain('ftn');
});

const words = ['--by', 'Maija Tuki', '--reason', 'tiketti 7'];
const give = (command: 'grant' | 'revoke', ...named: string[]) =>
  runAvain(['account', command, aino, ...named, ...words], world.env);

test('a role is told to the client whose file names its beginning and to no other, until it is taken', async () => {
  expect(give('grant', '--role', 'palkka:admin').out).toContain('Told to all, choosy, palkka, third');
  expect(give('grant', '--role', 'kirjasto:hoitaja').out).toContain('No client is told of it');
  expect(give('grant', '--group', 'kanta-hame/hoito').status).toBe(0);
  expect(give('grant', '--role', 'palkka:admin').out).toContain('had it already');
  for (const wrong of [['--role', 'Palkka Admin'], ['--role', 'a', '--group', 'b'], []]) {
    const refused = give('grant', ...wrong);
    expect([refused.status, refused.told.length > 10]).toEqual([1, true]);
  }
  const claims = JSON.stringify({ id_token: { roles: null } });
  const { token, userinfo } = await toldTo('palkka', { scope: 'openid roles groups', claims });
  expect(userinfo).toMatchObject({ roles: ['palkka:admin'], groups: ['kanta-hame/hoito'] });
  // In the ID token where it is asked for by name, and only that.
  expect(token).toMatchObject({ roles: ['palkka:admin'] });
  expect(token).not.toHaveProperty('groups');
  const other = await toldTo('grown', {
    scope: 'openid',
    claims: JSON.stringify({ userinfo: { roles: null, county: null } }),
  });
  for (const hidden of ['roles', 'county']) expect(other.userinfo).not.toHaveProperty(hidden);
  expect(give('revoke', '--role', 'palkka:admin').status).toBe(0);
  expect((await toldTo('palkka', { scope: 'openid roles' })).userinfo).toMatchObject({ roles: [] });
  const recorded = auditOf(world, aino).filter((event) => event.startsWith('membership.'));
  expect(recorded).toEqual(['membership.given', 'membership.given', 'membership.given', 'membership.taken']);
  expect(give('grant', '--role', 'palkka:lukija').status).toBe(0);
});

test('every claim that docs/claims.md lists is told as it says, and no other', async () => {
  const { token, userinfo } = await toldTo('all', { scope: Object.keys(claimsByScope).join(' ') });
  const rows = table('docs/claims.md', 'claim', '## Claims').map((cells) => {
    const [claim = '', scope = '', type = ''] = cells;
    return { claim: coded(claim)[0] ?? '', scope: coded(scope)[0] ?? '', type };
  });
  const byScope = Object.keys(claimsByScope).map((scope) => [
    scope,
    rows.filter((row) => row.scope === scope).map(({ claim }) => claim),
  ]);
  expect(Object.fromEntries(byScope)).toEqual(claimsByScope);
  const told: Record<string, unknown> = { ...token, ...userinfo };
  const typeOf = (value: unknown) => (Array.isArray(value) ? 'strings' : typeof value);
  // Those that are there only with a fresh identification, or where the person has chosen one.
  const absent = ['identified_at', 'nickname'];
  for (const { claim, type } of rows.filter((row) => !absent.includes(row.claim)))
    expect([claim, typeOf(told[claim])]).toEqual([claim, type]);
  for (const claim of absent) expect(told).not.toHaveProperty(claim);
  expect(Object.keys(userinfo).filter((claim) => !rows.some((row) => row.claim === claim))).toEqual([]);
  expect(userinfo).toMatchObject({ county: 'kanta-hame' });
});

test('the page of consent shows the very values, but never the identity code; what is new is asked alone', async () => {
  const visitor = browser();
  const scope = 'openid email profile birthdate age_over_18 roles county';
  const request = authorization(world, { client_id: 'third', scope });
  const consent = await signInWithPassword(visitor, await visitor.get(request.url), aino);
  expect(stepOf(consent)).toBe('consent');
  const values = [...consent.text.matchAll(/class="value">([^<]+)</g)].map(([, value]) => value);
  expect(values).toEqual([
    aino,
    'Aino Olivia Virtanen',
    '13.11.1989',
    'Kyllä',
    'palkka:lukija',
    'Kanta-Hämeen hyvinvointialue',
  ]);
  expect(consent.headers.get('cache-control')).toContain('no-store');
  // The form brings back what the page spoke of: less than is asked allows nothing.
  const less = await visitor.submit(consent, { answer: 'allow', shown: 'openid email,' });
  expect([less.status, stepOf(less)]).toEqual([422, 'consent']);
  const end = await visitor.submit(less, { answer: 'allow' });
  const tokens = await tokensOf(world, request, end);
  const party = await relyingParty(world, 'third');
  const userinfo = await client.fetchUserInfo(party, tokens.access_token, tokens.claims()?.sub ?? '');
  expect(userinfo).toMatchObject({ email: aino, age_over_18: true, roles: ['palkka:lukija'], county: 'kanta-hame' });
  expect(userinfo).not.toHaveProperty('national_id');
  const more = authorization(world, { client_id: 'third', scope: `${scope} national_id` });
  const asked = await visitor.get(more.url);
  expect(asked.text).toContain('Testi tieto pyytää nyt lisäksi nämä tiedot');
  expect(asked.text).not.toContain('Sähköpostiosoitteesi');
  expect(asked.text).toContain('131189 ••••');
  expect(asked.text).not.toContain('902A');

  // Withdrawn in another tab while the page stands open: all of it is asked then.
  const apps = await visitor.get(new URL('/account/apps', world.issuer));
  await visitor.submit(apps, {}, 'value="third"');
  const stale = await visitor.submit(asked, { answer: 'allow' });
  expect([stale.status, stepOf(stale), stale.text.includes(aino)]).toEqual([422, 'consent', true]);
  await expect(client.fetchUserInfo(party, tokens.access_token, client.skipSubjectCheck)).rejects.toThrow();
  const again = await tokensOf(world, more, await visitor.submit(stale, { answer: 'allow' }));
  const all = await client.fetchUserInfo(party, again.access_token, again.claims()?.sub ?? '');
  expect(all).toMatchObject({ national_id: ainosCode, email: aino });
});

test('what is not essential can be left out: it is not told, not asked again, shown at /account/apps, and given later', async () => {
  const visitor = browser();
  const party = await relyingParty(world, 'choosy');
  const told = async (token: string) => client.fetchUserInfo(party, token, client.skipSubjectCheck);
  const asking = (params: Record<string, string> = {}) =>
    authorization(world, { client_id: 'choosy', scope: 'openid email profile birthdate', ...params });
  const boxes = (page: Answer) =>
    Object.fromEntries([...page.text.matchAll(/name="tell-(\w+)"[^>]*?( checked)?>/g)].map(([, n, on]) => [n, !!on]));
  /** Allows what the page shows, but for these. */
  const allowBut = (page: Answer, ...names: string[]) => {
    const { action = '', fields = {} } = formsOf(page)[0] ?? {};
    const kept = Object.entries(fields).filter(([name]) => !names.some((one) => name === `tell-${one}`));
    return visitor.post(new URL(action, page.url), { ...Object.fromEntries(kept), answer: 'allow' });
  };
  const essential = (name: string) => JSON.stringify({ userinfo: { [name]: { essential: true } } });

  const first = asking({ claims: essential('given_name') });
  const page = await signInWithPassword(visitor, await visitor.get(first.url), aino);
  expect(boxes(page)).toEqual({ email: true, birthdate: true });
  expect(page.text).toContain('Palvelu ei toimi ilman tätä tietoa.');
  // A box that is not on the page cannot be cleared by a form that says so.
  const tokens = await tokensOf(world, first, await allowBut(page, 'birthdate', 'profile'));
  expect(tokens.scope?.split(' ').sort()).toEqual(['email', 'openid', 'profile']);
  expect(await told(tokens.access_token)).toMatchObject({ email: aino, given_name: expect.any(String) });
  expect(await told(tokens.access_token)).not.toHaveProperty('birthdate');
  expect(await told(tokens.access_token)).not.toHaveProperty('age_over_18');

  // Asked again by scope and by name, in silence, in this browser and in another one.
  for (const claims of ['', JSON.stringify({ id_token: { birthdate: null }, userinfo: { birthdate: null } })]) {
    const again = asking({ claims, prompt: 'none' });
    const silent = await tokensOf(world, again, await visitor.get(again.url));
    expect(silent.claims()).not.toHaveProperty('birthdate');
    expect(await told(silent.access_token)).not.toHaveProperty('birthdate');
  }
  const elsewhere = browser();
  const there = asking();
  await tokensOf(world, there, await signInWithPassword(elsewhere, await elsewhere.get(there.url), aino));
  const apps = await visitor.get(new URL('/account/apps', world.issuer));
  expect(apps.text.replace(/\s+/g, ' ')).toMatch(/Palvelu pyysi, mutta et antanut:<\/p> <ul [^>]+> <li>Syntymäaikasi/);

  // What the client cannot do without is asked, alone, and has no box.
  const needed = asking({ claims: essential('birthdate') });
  const silent = asking({ claims: essential('birthdate'), prompt: 'none' });
  expect((await visitor.get(silent.url)).url.searchParams.get('error')).toBe('consent_required');
  const alone = await visitor.get(needed.url);
  expect([stepOf(alone), boxes(alone), alone.text.includes('Sähköpostiosoitteesi')]).toEqual(['consent', {}, false]);
  const given = await tokensOf(world, needed, await allowBut(alone));
  expect(given.scope).toContain('birthdate');
  expect(await told(given.access_token)).toMatchObject({ birthdate: '1989-11-13', email: aino });

  // Everything once more: what is cleared now is told no more, with no token of before either.
  const prompted = asking({ prompt: 'consent' });
  const whole = await visitor.get(prompted.url);
  expect(boxes(whole)).toEqual({ email: true, profile: true, birthdate: true });
  await tokensOf(world, prompted, await allowBut(whole, 'email'));
  expect(await told(given.access_token)).not.toHaveProperty('email');
  const last = asking({ prompt: 'consent' });
  expect(boxes(await visitor.get(last.url))).toEqual({ email: false, profile: true, birthdate: true });
});
