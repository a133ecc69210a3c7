/** Each rule of the policy on its own: it asks, the record and the log name it, single sign-on does not get round it. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { auditDetailsOf, auditOf, changeAccount, storedAccount } from '../support/inside.ts';
import { type OwnConfig, ownConfig } from '../support/own-config.ts';
import { becomeUser, newPerson, type Person } from '../support/people.ts';
import { startWorld, type World } from '../support/start-world.ts';
import {
  authorization,
  codeMailedTo,
  identify,
  mailsTo,
  noListener,
  signInWithPassword,
  signUp,
  stepOf,
} from '../support/stories.ts';
import { claimsOf, errorOf } from '../support/tokens.ts';
import { createVisitor, type Visitor } from '../support/visitor.ts';

const dayMs = 86_400_000;
const clients = {
  careful: 'stepUp: { newDevice: identification }',
  coding: 'stepUp: { newDevice: code }',
  mailbox: 'code: { atMostDays: 30 }',
  strong: 'assurance: { demand: substantial }',
};

const clientFile = (rules: string) => `
name: Testi sääntö
party: first
type: confidential
demo: true
redirectUris: ['${noListener}/callback']
startUrl: ${noListener}/start
scopes: [openid, email, profile]
terms: oima
${rules}
`;

let world: World;
let config: OwnConfig;
beforeAll(async () => {
  config = await ownConfig();
  for (const [id, rules] of Object.entries(clients))
    await writeFile(join(config.dir, 'clients', `${id}.yaml`), clientFile(rules));
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

async function newUser(): Promise<{ visitor: Visitor; person: Person }> {
  const visitor = browser();
  const person = newPerson();
  await becomeUser(world, visitor, authorization(world).url, person);
  return { visitor, person };
}

async function signIn(visitor: Visitor, { email }: Person, params: Record<string, string> = {}) {
  const request = authorization(world, params);
  return { request, page: await signInWithPassword(visitor, await visitor.get(request.url), email) };
}

/** Which rules have asked for what, oldest first. */
const askedOf = ({ email }: Person) =>
  auditDetailsOf(world, email, 'step-up.asked').map(({ kind, rule }) => `${kind}: ${rule}`);

test('the first time is recorded as such, and reloading the page adds no record', async () => {
  const visitor = browser();
  const person = newPerson();
  const page = await signUp(world, visitor, authorization(world).url, person.email);
  await visitor.get(page.url);
  await visitor.get(page.url.href.replace(/\/strong-auth$/, ''));
  expect(askedOf(person)).toEqual(['identification: first']);
});

test('a new device costs an identification where the client says so; a known one and its session cost nothing', async () => {
  const { visitor, person } = await newUser();
  const careful = { client_id: 'careful' };
  // Where the account was born it is known.
  expect((await visitor.get(authorization(world, careful).url)).url.origin).toBe(noListener);
  const stranger = browser();
  const first = await signIn(stranger, person, careful);
  expect(stepOf(first.page)).toBe('strong-auth');
  expect(first.page.text).toContain('Kirjaudut uudella laitteella tai selaimella');
  expect(errorOf(await stranger.submit(first.page, {}, 'id="cancel"'))).toBe('access_denied');
  const second = await signIn(stranger, person, careful);
  expect(stepOf(second.page)).toBe('strong-auth');
  const end = await identify(stranger, second.page, { person: person.identityCode, name: person.name });
  expect((await claimsOf(world, second.request, end)).amr).toEqual(['pwd', 'ftn_bank', 'mfa']);
  expect((await signIn(stranger, person, { ...careful, prompt: 'login' })).page.url.origin).toBe(noListener);
  expect(askedOf(person).slice(1)).toEqual(['identification: new-device', 'identification: new-device']);
  expect((await mailsTo(world, person.email, 3)).map(({ subject }) => subject)).toContain(
    'Uusi kirjautuminen tilillesi',
  );
  // Elsewhere the same stranger's browser would only have caused a mail.
  expect((await signIn(browser(), person)).page.url.origin).toBe(noListener);
});

test('a new device costs a code where the client says so, and an identification there counts for more', async () => {
  const { person } = await newUser();
  const stranger = browser();
  const { request, page } = await signIn(stranger, person, { client_id: 'coding' });
  expect(stepOf(page)).toBe('email-code');
  const end = await stranger.submit(page, { code: await codeMailedTo(world, person.email, 2) });
  expect((await claimsOf(world, request, end)).amr).toEqual(['pwd', 'email_otp']);
  expect(askedOf(person).slice(1)).toEqual(['code: new-device']);
  expect((await signIn(stranger, person, { client_id: 'coding', prompt: 'login' })).page.url.origin).toBe(noListener);
  const another = browser();
  const demanded = await signIn(another, person, {
    client_id: 'coding',
    acr_values: 'http://ftn.ficora.fi/2017/loatest2',
  });
  const done = await identify(another, demanded.page, { person: person.identityCode, name: person.name });
  expect(done.url.origin).toBe(noListener);
});

test('a mailbox unproved for longer than code.atMostDays is asked, in single sign-on too', async () => {
  const { visitor, person } = await newUser();
  const mailbox = { client_id: 'mailbox' };
  expect((await visitor.get(authorization(world, mailbox).url)).url.origin).toBe(noListener);
  changeAccount(world, person.email, { activatedAt: Date.now() - 31 * dayMs });
  expect(errorOf(await visitor.get(authorization(world, { ...mailbox, prompt: 'none' }).url))).toBe(
    'interaction_required',
  );
  const page = await visitor.get(authorization(world, mailbox).url);
  expect(stepOf(page)).toBe('email-code');
  expect(askedOf(person).slice(1)).toEqual(['code: too-old']);
  const end = await visitor.submit(page, { code: await codeMailedTo(world, person.email, 2) });
  expect(end.url.origin).toBe(noListener);
  expect(errorOf(await visitor.get(authorization(world, { ...mailbox, prompt: 'none' }).url))).toBeNull();
});

test('an identification older than atMostDays is asked, in single sign-on too', async () => {
  const { visitor, person } = await newUser();
  changeAccount(world, person.email, { identifiedAt: Date.now() - 91 * dayMs });
  expect(errorOf(await visitor.get(authorization(world, { prompt: 'none' }).url))).toBe('interaction_required');
  expect(stepOf(await visitor.get(authorization(world).url))).toBe('strong-auth');
  expect(askedOf(person).slice(1)).toEqual(['identification: too-old']);
});

test('who demands is told apart: the client, or its request', async () => {
  const { person } = await newUser();
  const byClient = await signIn(browser(), person, { client_id: 'strong' });
  expect(stepOf(byClient.page)).toBe('strong-auth');
  expect(byClient.page.text).toContain('edellyttää tässä vahvaa tunnistautumista');
  const claims = JSON.stringify({ id_token: { acr: { value: 'http://ftn.ficora.fi/2017/loatest2' } } });
  expect(stepOf((await signIn(browser(), person, { claims })).page)).toBe('strong-auth');
  expect(askedOf(person).slice(1)).toEqual([
    'identification: demanded-by-client',
    'identification: demanded-by-request',
  ]);
});

test('the log names the rule, and nobody', async () => {
  for (let attempt = 0; attempt < 50 && !world.output().includes('demanded-by-client'); attempt += 1) await sleep(20);
  const lines = world
    .output()
    .split('\n')
    .filter((line) => line.includes('step-up asked'));
  expect(lines.length).toBeGreaterThan(5);
  expect(lines.join('\n')).not.toContain('@');
});

test('a broker that is down: what is demanded waits on its page, what was only drawn goes on and stays owed', async () => {
  const [drawn, old, stranger] = await Promise.all([newUser(), newUser(), newUser()]);
  changeAccount(world, drawn.person.email, { owedIdentification: { since: Date.now(), rule: 'rate' } });
  changeAccount(world, old.person.email, {
    identifiedAt: Date.now() - 91 * dayMs,
    owedIdentification: { since: Date.now(), rule: 'rate' },
  });
  await world.stopBroker();
  // So that nothing about the broker is remembered: our own server must see that it is gone.
  await world.restartAvain();

  const atBank = async (visitor: Visitor, person: Person, params: Record<string, string> = {}) => {
    const { page } = await signIn(visitor, person, params);
    expect(stepOf(page)).toBe('strong-auth');
    return visitor.submit(page, { method: 'bank' });
  };
  expect((await atBank(drawn.visitor, drawn.person, { prompt: 'login' })).url.origin).toBe(noListener);
  expect(storedAccount(world, drawn.person.email)?.owedIdentification).toMatchObject({ rule: 'rate' });
  expect(auditOf(world, drawn.person.email)).toContain('strong-auth.postponed');
  // Owed at the next sign-in, and not in this session.
  expect(errorOf(await drawn.visitor.get(authorization(world, { prompt: 'none' }).url))).toBeNull();
  expect(stepOf((await signIn(browser(), drawn.person)).page)).toBe('strong-auth');

  const waiting: readonly (readonly [Visitor, Person, Record<string, string>])[] = [
    [browser(), old.person, {}],
    [browser(), stranger.person, { client_id: 'careful' }],
    [browser(), stranger.person, { client_id: 'strong' }],
    [browser(), drawn.person, { client_id: 'strong' }],
  ];
  for (const [visitor, person, params] of waiting) {
    const page = await atBank(visitor, person, params);
    expect(stepOf(page)).toBe('strong-auth');
    expect(page.text).toContain('Tämä tunnistautumistapa ei ole juuri nyt käytettävissä');
    expect(errorOf(await visitor.submit(page, {}, 'id="cancel"'))).toBe('access_denied');
  }
  expect(auditOf(world, stranger.person.email)).not.toContain('strong-auth.postponed');
});
