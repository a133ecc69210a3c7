/** Support unlinks an identity with the commands of docs/support.md, beside a running Avain. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { runAvain } from '../cli/avain.ts';
import { auditOf, changeAccount, storedAccount } from '../support/inside.ts';
import { browser, user } from '../support/keeping.ts';
import { climbOn, inventedIdentityCode } from '../support/people.ts';
import { startWorld, type World } from '../support/start-world.ts';
import { authorization, codeMailedTo, identify, mailsTo, signInWithPassword, stepOf } from '../support/stories.ts';
import { claimsOf, errorOf } from '../support/tokens.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.stop());

const relink = (...args: string[]) => runAvain(['relink', ...args], world.env);
const ask = (who: string, by = 'Maija Tuki', reason = 'tiketti 4711') =>
  relink('ask', who, '--by', by, '--reason', reason);

async function asked(email: string): Promise<string> {
  const { out, status } = ask(email);
  expect(status).toBe(0);
  return /relink confirm (\S+)/.exec(out)?.[1] ?? '';
}

test('a changed identity code: asked, confirmed by another, and the next sign-in links the new one to the same account', async () => {
  const { person, visitor } = await user(world);
  const before = storedAccount(world, person.email);
  const id = await asked(person.email);
  expect(relink('list').out).toContain(`${id}  asked by Maija Tuki`);
  const alone = relink('confirm', id, '--by', 'maija tuki');
  expect([alone.status, alone.told]).toEqual([1, 'Somebody else than the person who asked must confirm it.\n']);
  expect(storedAccount(world, person.email)?.identity).not.toBeNull();
  expect(relink('confirm', id, '--by', 'Kaisa Valvoja')).toMatchObject({ status: 0, told: '' });
  expect(relink('list').out).toBe('Nothing waits for a second person.\n');
  expect(storedAccount(world, person.email)?.identity).toBeNull();
  expect(errorOf(await visitor.get(authorization(world, { prompt: 'none' }).url))).toBe('login_required');
  const told = await mailsTo(world, person.email, 3);
  expect(told[0]?.subject).toBe('Testi-tilisi linkitys on purettu');
  // The mailbox is proved anew as well: who had it wrongly has perhaps the password too.
  const next = browser();
  const request = authorization(world);
  const strongAuth = await signInWithPassword(next, await next.get(request.url), person.email);
  expect(stepOf(strongAuth)).toBe('strong-auth');
  const page = await identify(next, strongAuth, { person: inventedIdentityCode(), name: person.name });
  expect(stepOf(page)).toBe('email-code');
  const link = await next.submit(page, { code: await codeMailedTo(world, person.email, 4) });
  expect(stepOf(link)).toBe('link-eid');
  const claims = await claimsOf(world, request, await climbOn(next, link));
  expect(claims.sub).toBe(before?.id);
  expect(storedAccount(world, person.email)?.identity?.fingerprints).not.toEqual(before?.identity?.fingerprints);
  const events = auditOf(world, person.email);
  expect(events.filter((event) => /relinking|linked/.test(event))).toEqual([
    'link-eid.linked',
    'relinking.asked',
    'relinking.confirmed',
    'link-eid.linked',
  ]);
});

test('by the id of the account too; an id that nobody has asked for, and an account that nobody has, are told in words', async () => {
  const { person } = await user(world);
  expect(ask(storedAccount(world, person.email)?.id ?? '').status).toBe(0);
  expect(ask(person.email)).toMatchObject({ status: 1, told: expect.stringContaining('asked already') });
  expect(ask('ei-ole@oma.example')).toMatchObject({ status: 1, told: 'There is no such account.\n' });
  expect(relink('confirm', 'x.y', '--by', 'Kaisa')).toMatchObject({
    status: 1,
    told: expect.stringContaining('Nothing of that id'),
  });
});

test('nothing personal gets into the audit log, nor back to the screen', async () => {
  const { person } = await user(world);
  const hostile = [
    `hetu vaihtui ${person.identityCode}`,
    '010190 - 999W',
    '01.01.90-999 W',
    '010190\u2212999W',
    `uusi osoite ${person.email}`,
    '',
  ];
  for (const reason of hostile) {
    const { status, out, told } = ask(person.email, 'Maija Tuki', reason);
    expect(status).toBe(1);
    expect(told).toContain('--reason');
    for (const secret of [person.identityCode, person.email, '999W']) expect(out + told).not.toContain(secret);
  }
  for (const by of ['', '1', person.identityCode, `Maija ${person.identityCode}`, 'Maija\nTuki'])
    expect(ask(person.email, by).status).toBe(1);
  expect(storedAccount(world, person.email)?.relinking).toBeNull();
  expect(world.output()).not.toContain(person.identityCode);
});

test('the owner of a relinked account is asked strong identification also where the policy would not', async () => {
  const { person } = await user(world);
  relink('confirm', await asked(person.email), '--by', 'Kaisa Valvoja');
  expect(storedAccount(world, person.email)).toMatchObject({
    owedIdentification: { rule: 'relink' },
    owedCode: { rule: 'relink' },
  });
  // As if another browser's session had been missed: what is owed is owed by the account.
  changeAccount(world, person.email, { identifiedAt: Date.now() });
  const visitor = browser();
  const page = await signInWithPassword(visitor, await visitor.get(authorization(world).url), person.email);
  expect(stepOf(page)).toBe('strong-auth');
});
