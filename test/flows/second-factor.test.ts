/** The authenticator app and recovery codes, from the account page to the sign-in and back, over HTTP. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { runAvain } from '../cli/avain.ts';
import { atOnce, many, postForm, tally } from '../faults/at-once.ts';
import { accountPage, addAuthenticator, appCode, recoveryCodesOn, secretOn, userWithApp } from '../support/factors.ts';
import { auditDetailsOf, auditOf, changeAccount, storedAccount } from '../support/inside.ts';
import { becomeUser, newPerson } from '../support/people.ts';
import { says } from '../support/says.ts';
import { startWorld, type World } from '../support/start-world.ts';
import { authorization, identify, mailsTo, noListener, signInWithPassword, stepOf } from '../support/stories.ts';
import { claimsOf } from '../support/tokens.ts';
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

/** As far as the password leads, in a browser of its own. */
async function afterPassword(email: string, params: Record<string, string> = {}) {
  const visitor = browser();
  const request = authorization(world, params);
  return { visitor, request, page: await signInWithPassword(visitor, await visitor.get(request.url), email) };
}

const atClient = (page: Answer): boolean => page.url.origin === noListener;
const subjects = async (email: string, count: number) =>
  (await mailsTo(world, email, count)).map((mail) => mail.subject);

test('an app is set up by its first code; from then on the password alone opens nothing', async () => {
  const { email, app } = await userWithApp(world);
  expect(app.recoveryCodes).toHaveLength(10);
  expect(new Set(app.recoveryCodes).size).toBe(10);
  const { visitor, request, page } = await afterPassword(email);
  expect(stepOf(page)).toBe('second-factor');
  const wrong = await visitor.submit(page, { code: '000000' });
  expect([wrong.status, says(wrong.text, 'error.factor-code-wrong')]).toEqual([422, true]);
  // As people copy it: in two groups.
  const code = appCode(app.secret);
  const end = await visitor.submit(page, { code: `${code.slice(0, 3)} ${code.slice(3)}` });
  expect(await claimsOf(world, request, end)).toMatchObject({ amr: ['pwd', 'otp', 'mfa'] });
  // The session knows: nothing is asked again, whoever asks.
  const silent = authorization(world, { prompt: 'none', client_id: 'test-two-step' });
  expect((await visitor.get(silent.url)).url.searchParams.get('error')).toBeNull();
  expect(auditOf(world, email)).toEqual(
    expect.arrayContaining(['factor.added', 'recovery-codes.made', 'factor.refused', 'factor.used']),
  );
  expect(auditDetailsOf(world, email, 'step-up.asked').at(-1)).toEqual({ kind: 'factor', rule: 'always' });
  for (const secret of [app.secret, code, ...app.recoveryCodes]) expect(world.output()).not.toContain(secret);
  expect((await subjects(email, 3)).filter((subject) => /kirjautumistapa/.test(subject))).toHaveLength(1);
});

test('setting up an app ends every other session, but not the one it was set up in', async () => {
  const elsewhere = browser();
  const person = newPerson();
  await becomeUser(world, elsewhere, authorization(world).url, person);
  const here = browser();
  await signInWithPassword(here, await here.get(authorization(world).url), person.email);
  const { page } = await addAuthenticator(world, here);
  expect(page.url.pathname).toBe('/account/factors/recovery-codes');
  const silently = (visitor: Visitor) => visitor.get(authorization(world, { prompt: 'none' }).url);
  expect((await silently(here)).url.searchParams.get('error')).toBeNull();
  expect((await silently(elsewhere)).url.searchParams.get('error')).toBe('login_required');
  // Codes are shown while they may be, and never again once they are said to be saved.
  const again = await accountPage(world, here, '/factors/recovery-codes');
  expect(recoveryCodesOn(again)).toHaveLength(10);
  await here.submit(again, { action: 'done' });
  expect(recoveryCodesOn(await accountPage(world, here, '/factors/recovery-codes'))).toEqual([]);
});

test('a code is taken once: of twenty browsers with the right one a single one gets in', async () => {
  const { email, app } = await userWithApp(world);
  // A few are enough to make the race; more would run into the limit of codes.
  const tabs = await Promise.all(Array.from({ length: 5 }, () => afterPassword(email)));
  const code = appCode(app.secret);
  const answers = await atOnce(many, (index) => {
    const tab = tabs[index % tabs.length];
    if (!tab) throw new Error('no tab');
    return postForm(tab.visitor, tab.page, { code });
  });
  const ends = answers.map((answer) => {
    if (answer.status !== 303) return String(answer.status);
    return new URL(answer.headers.get('location') ?? '', world.issuer).pathname.split('/')[1] ?? '';
  });
  const used = auditDetailsOf(world, email, 'factor.used');
  expect(used).toEqual([{ method: 'otp' }]);
  // Whoever clicked twice in the one browser that was right is led on; nobody else is.
  const right = tabs.filter((_tab, at) => ends.some((end, index) => index % tabs.length === at && end === 'auth'));
  expect(right).toHaveLength(1);
  expect(tally(ends).auth).toBeGreaterThan(0);
  // Nor afterwards.
  const late = await afterPassword(email);
  const replay = await late.visitor.submit(late.page, { code });
  expect(replay.status === 422 || replay.status === 429).toBe(true);
});

test('wrong codes are counted over all browsers: they wait, then pause for the day, and the owner is told', async () => {
  const { email, app } = await userWithApp(world);
  for (let tries = 0; tries < 5; tries += 1) {
    const { visitor, page } = await afterPassword(email);
    expect((await visitor.submit(page, { code: '123456' })).status).toBe(422);
  }
  const { visitor, page } = await afterPassword(email);
  await visitor.submit(page, { code: '123456' });
  const waits = await visitor.submit(page, { code: appCode(app.secret) });
  expect([waits.status, Number(waits.headers.get('retry-after')) > 0]).toEqual([429, true]);
  // The way over the bank stays open.
  const lost = await visitor.submit(page, { action: 'lost' }, 'value="lost"');
  expect(stepOf(lost)).toBe('strong-auth');
});

test('a recovery code works once, its use is mailed, and new ones end the old', async () => {
  const { email, app } = await userWithApp(world);
  const [first = '', second = ''] = app.recoveryCodes;
  const { visitor, request, page } = await afterPassword(email);
  const end = await visitor.submit(page, { recoveryCode: first.toLowerCase().replace('-', ' ') }, 'recoveryCode');
  expect(await claimsOf(world, request, end)).toMatchObject({ amr: ['pwd', 'otp', 'mfa'] });
  const again = await afterPassword(email);
  const used = await again.visitor.submit(again.page, { recoveryCode: first }, 'recoveryCode');
  expect([used.status, says(used.text, 'error.recovery-code-wrong')]).toEqual([422, true]);
  const told = (await mailsTo(world, email, 4)).find(({ subject }) => /varakoodi käytettiin/.test(subject));
  expect(told?.text).toContain('Varakoodeja on jäljellä 9');
  expect(told?.text).not.toContain(first);
  const list = await accountPage(world, visitor, '/factors');
  const made = recoveryCodesOn(await visitor.submit(list, { action: 'make-codes' }, 'value="make-codes"'));
  expect(made).toHaveLength(10);
  const old = await again.visitor.submit(again.page, { recoveryCode: second }, 'recoveryCode');
  expect(old.status).toBe(422);
  expect(atClient(await again.visitor.submit(again.page, { recoveryCode: made[9] ?? '' }, 'recoveryCode'))).toBe(true);
});

test('whoever has lost everything identifies as the linked person, and removes what was lost', async () => {
  const { email, identityCode, name } = await userWithApp(world);
  const { visitor, request, page } = await afterPassword(email);
  const instead = await visitor.submit(page, { action: 'lost' }, 'value="lost"');
  expect([stepOf(instead), says(instead.text, 'strong-auth.why-factor-lost')]).toEqual(['strong-auth', true]);
  const back = await visitor.submit(instead, { action: 'have-factor' }, 'value="have-factor"');
  expect(stepOf(back)).toBe('second-factor');
  const bank = await visitor.submit(back, { action: 'lost' }, 'value="lost"');
  // Another person's bank opens nothing.
  const foreign = await identify(visitor, bank, { person: newPerson().identityCode, name });
  expect(says(foreign.text, 'strong-auth.mismatch')).toBe(true);
  const end = await identify(visitor, foreign, { person: identityCode, name });
  expect(await claimsOf(world, request, end)).toMatchObject({ amr: ['pwd', 'ftn_bank', 'mfa'] });
  expect(auditOf(world, email)).toContain('factor.lost');
  expect(auditDetailsOf(world, email, 'step-up.asked').at(-1)).toEqual({ kind: 'identification', rule: 'factor-lost' });
  const list = await accountPage(world, visitor, '/factors');
  const after = await visitor.submit(list, { action: 'remove-authenticator' }, 'value="remove-authenticator"');
  expect([after.url.pathname, says(after.text, 'factors.done-removed')]).toEqual(['/account/factors', true]);
  expect(storedAccount(world, email)?.factors).toEqual({
    authenticator: null,
    passkeys: [],
    recoveryCodes: null,
    always: false,
  });
  // The tab that was left open is told what is true.
  const late = await visitor.submit(list, { action: 'remove-authenticator' }, 'value="remove-authenticator"');
  expect(says(late.text, 'factors.done-meanwhile')).toBe(true);
  expect((await afterPassword(email)).page.url.origin).toBe(noListener);
});

test('an unlinked account is offered no bank: anybody’s would do', async () => {
  const { email } = await userWithApp(world);
  changeAccount(world, email, { identity: null });
  const { visitor, page } = await afterPassword(email);
  expect([stepOf(page), page.text.includes('value="lost"')]).toEqual(['second-factor', false]);
  const forced = await visitor.submit(page, { action: 'lost', code: '' });
  expect(stepOf(forced)).toBe('second-factor');
});

test('support takes everything off an account that nobody can stand in for; its owner is told, and whoever is signed in is out', async () => {
  const { email } = await userWithApp(world);
  const { id = '' } = storedAccount(world, email) ?? {};
  const words = ['--by', 'Tuki Tiina', '--reason', 'tapaus 77'];
  const done = runAvain(['account', 'reset-factors', id, ...words], world.env);
  expect([done.status, done.out]).toEqual([0, 'Two-step verification is off. Its owner is told by mail.\n']);
  expect(auditDetailsOf(world, email, 'factor.removed')).toEqual([
    { factor: 'all', by: 'Tuki Tiina', reason: 'tapaus 77' },
  ]);
  expect(atClient((await afterPassword(email)).page)).toBe(true);
  const told = (await mailsTo(world, email, 4)).find(({ subject }) => /poistettiin kirjautumistapa/.test(subject));
  expect(told?.text).toContain('Tilisi lisävarmennus poistettiin');
  expect(runAvain(['account', 'reset-factors', id, ...words], world.env).out).toContain('no two-step verification');
});

test('asked only where a service wants it: its policy, and Avain’s own pages', async () => {
  const { email, app } = await userWithApp(world);
  const { visitor, page } = await afterPassword(email);
  await visitor.submit(page, { code: appCode(app.secret) });
  const list = await accountPage(world, visitor, '/factors');
  expect(
    says((await visitor.submit(list, { action: 'always' }, 'value="always"')).text, 'factors.done-not-always'),
  ).toBe(true);
  const plain = await afterPassword(email);
  expect(atClient(plain.page)).toBe(true);
  // In the same session: what was good enough there is not here.
  const demanding = await plain.visitor.get(authorization(world, { client_id: 'test-two-step' }).url);
  expect(stepOf(demanding)).toBe('second-factor');
  const silent = authorization(world, { client_id: 'test-two-step', prompt: 'none' });
  expect((await plain.visitor.get(silent.url)).url.searchParams.get('error')).toBe('interaction_required');
  expect(stepOf(await accountPage(world, plain.visitor, '/factors'))).toBe('second-factor');
});

test('a client that requires one asks whoever has none to identify', async () => {
  const visitor = browser();
  const person = newPerson();
  await becomeUser(world, visitor, authorization(world).url, person);
  const { visitor: other, request, page } = await afterPassword(person.email, { client_id: 'test-two-step' });
  expect(stepOf(page)).toBe('strong-auth');
  const end = await identify(other, page, { person: person.identityCode, name: person.name });
  expect(await claimsOf(world, request, end)).toMatchObject({ amr: ['pwd', 'ftn_bank', 'mfa'] });
  expect(auditDetailsOf(world, person.email, 'step-up.asked').at(-1)).toEqual({
    kind: 'identification',
    rule: 'second-factor',
  });
});

test('a double click sets an app up once, and ends at the recovery codes; a late tab is told what is true', async () => {
  const visitor = browser();
  const person = newPerson();
  await becomeUser(world, visitor, authorization(world).url, person);
  const start = await accountPage(world, visitor, '/factors/authenticator');
  const scan = await visitor.submit(start, { action: 'begin' }, 'value="begin"');
  const secret = secretOn(scan);
  const answers = await atOnce(2, () => postForm(visitor, scan, { code: appCode(secret) }));
  const codes = '/account/factors/recovery-codes?done=factor-added';
  expect(answers.map((answer) => answer.headers.get('location'))).toEqual([codes, codes]);
  expect(auditDetailsOf(world, person.email, 'factor.added')).toHaveLength(1);
  expect(recoveryCodesOn(await accountPage(world, visitor, '/factors/recovery-codes'))).toHaveLength(10);
  const late = await visitor.submit(start, { action: 'begin' }, 'value="begin"');
  expect(says(late.text, 'authenticator.there')).toBe(true);
});
