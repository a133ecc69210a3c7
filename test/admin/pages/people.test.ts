/** The support person's story over HTTP: who gets in, how a person is found, what is done to an account and by whom. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { auditDetailsOf, auditOf, storedAccount } from '../../support/inside.ts';
import { newPerson, type Person } from '../../support/people.ts';
import { says } from '../../support/says.ts';
import { startWorld, type World } from '../../support/start-world.ts';
import { authorization, signInWithPassword, signUp, stepOf } from '../../support/stories.ts';
import { type Answer, formsOf, type Visitor } from '../../support/visitor.ts';
import { aino, at, browser, giveRole, hoitaja, kunta, signInAtAdmin } from './stories.ts';

let world: World;
let owner: Visitor;
beforeAll(async () => {
  world = await startWorld();
  const { visitor, page } = await signInAtAdmin(world, hoitaja);
  expect([page.status, page.url.pathname]).toEqual([200, '/admin']);
  owner = visitor;
});
afterAll(() => world.stop());

const shown = (page: Answer): string => `${page.url.pathname}${page.url.search}`;
const findAs = async (visitor: Visitor, who: string) =>
  visitor.submit(await at(world, visitor, '/admin/people'), { who });
const doAs = async (visitor: Visitor, path: string, reason = 'Asia 4711') =>
  visitor.submit(await at(world, visitor, path), { reason });
const idOf = (email: string): string => storedAccount(world, email)?.id ?? '';

async function someone(): Promise<{ person: Person; path: string }> {
  const person = newPerson();
  await signUp(world, browser(), authorization(world).url, person.email);
  return { person, path: `/admin/people/${idOf(person.email)}` };
}

test('whoever has no role gets one page that names nothing; each role sees the pages it may open', async () => {
  const { visitor: outsider, page } = await signInAtAdmin(world, aino);
  expect([page.status, says(page.text, 'admin.not-yours-title')]).toEqual([403, true]);
  const same = ({ text }: Answer) =>
    text.replaceAll(/(from=|action="|href=")[^"]*/g, '$1').replaceAll(/[0-9a-f]{12}/g, '');
  for (const path of [
    '/admin/people',
    `/admin/people/${idOf(aino.email)}`,
    '/admin/people/x/erase',
    '/admin/relinkings',
  ]) {
    const answer = await at(world, outsider, path);
    expect([path, answer.status, same(answer)]).toEqual([path, 403, same(page)]);
  }
  // As soon as the role is given, and no longer than it is.
  giveRole(world, aino.email, 'auditor');
  const auditor = await at(world, outsider, '/admin');
  expect([auditor.status, auditor.text.includes('/admin/people')]).toEqual([200, false]);
  expect((await at(world, outsider, '/admin/people')).status).toBe(403);
  giveRole(world, aino.email, 'support');
  const buttonsOf = async (email: string) => {
    const { status, text } = await at(world, outsider, `/admin/people/${idOf(email)}`);
    return [status, text.includes('/end-sessions"'), text.includes('/bar"')];
  };
  expect(await buttonsOf(kunta.email)).toEqual([200, true, false]);
  // Only owners touch an owner's account.
  expect(await buttonsOf(hoitaja.email)).toEqual([200, false, false]);
  expect((await at(world, outsider, `/admin/people/${idOf(kunta.email)}/bar`)).status).toBe(403);
  giveRole(world, aino.email, null);
  expect((await at(world, outsider, '/admin')).status).toBe(403);

  const { page: county } = await signInAtAdmin(world, kunta);
  expect([county.status, county.text.includes('/admin/people')]).toEqual([200, false]);
});

test('a person is found by the whole address or the id, and what was typed stands in no address and no log', async () => {
  const { person, path } = await someone();
  for (const who of [person.email.toUpperCase(), idOf(person.email)]) {
    const page = await findAs(owner, who);
    expect([page.status, shown(page), page.text.includes(person.email)]).toEqual([200, path, false]);
  }
  expect(auditDetailsOf(world, person.email, 'admin.read')).toContainEqual({ operation: 'account.search' });
  for (const [who, key] of [
    ['', 'admin.find-required'],
    ['ei-ketaan@oma.example', 'admin.find-nothing'],
    ['a b', 'admin.find-nothing'],
    ['131189Y902A', 'admin.find-code'],
  ] as const) {
    const page = await findAs(owner, who);
    expect([who, page.status, says(page.text, key)]).toEqual([who, 422, true]);
    expect(page.text).not.toContain('131189');
  }
  expect((await at(world, owner, '/admin/people/nobody')).status).toBe(404);
  for (const typed of [person.email, '131189Y902A']) expect(world.output()).not.toContain(typed);
});

test('an account is barred and opened again, with a reason, and its owner is out at once', async () => {
  const { person, path } = await someone();
  const without = await doAs(owner, `${path}/bar`, ' ');
  expect([without.status, says(without.text, 'admin.reason-wrong')]).toEqual([422, true]);
  const personal = await doAs(owner, `${path}/bar`, 'Aino aino@oma.example');
  expect([personal.status, storedAccount(world, person.email)?.barredAt]).toEqual([422, null]);
  const barred = await doAs(owner, `${path}/bar`);
  expect([shown(barred), says(barred.text, 'admin.done-barred')]).toEqual([`${path}?done=barred`, true]);
  expect(barred.text).toContain('/unbar"');
  const anew = browser();
  const signIn = await anew.get(authorization(world).url);
  expect(stepOf(await signInWithPassword(anew, signIn, person.email))).toBe('account-closed');
  expect(auditDetailsOf(world, person.email, 'account.barred')).toEqual([
    expect.objectContaining({ reason: 'Asia 4711' }),
  ]);
  const open = await doAs(owner, `${path}/unbar`);
  expect([shown(open), storedAccount(world, person.email)?.barredAt]).toEqual([`${path}?done=unbarred`, null]);
});

test('of two who change the same account the later one is shown what is true now', async () => {
  const { person, path } = await someone();
  const [one, other] = await Promise.all([at(world, owner, `${path}/bar`), at(world, owner, `${path}/order-password`)]);
  expect(shown(await owner.submit(one, { reason: 'Ensin' }))).toBe(`${path}?done=barred`);
  const late = await owner.submit(other, { reason: 'Sitten' });
  expect([late.status, says(late.text, 'admin.changed-meanwhile')]).toEqual([422, true]);
  expect(storedAccount(world, person.email)?.mustChangePassword).toBe(false);
  expect(shown(await owner.submit(late, { reason: 'Sitten' }))).toBe(`${path}?done=password-ordered`);
  expect(storedAccount(world, person.email)?.mustChangePassword).toBe(true);
});

test('why somebody cannot sign in stands in words on their timeline, and an error page’s reference leads to it', async () => {
  const { person, path } = await someone();
  const visitor = browser();
  const signIn = await visitor.get(authorization(world).url);
  const wrong = await signInWithPassword(visitor, signIn, person.email, 'Väärä-Salasana#1');
  expect(wrong.status).toBe(422);
  const timeline = await at(world, owner, `${path}/timeline`);
  expect([timeline.status, says(timeline.text, 'admin.why')]).toEqual([200, true]);
  expect(timeline.text).toMatch(/salasana oli väär|väärä salasana|väärin/i);
  for (const secret of [person.email, 'Väärä-Salasana']) expect(timeline.text).not.toContain(secret);
  expect(auditDetailsOf(world, person.email, 'admin.read')).toContainEqual({ operation: 'account.timeline' });
  const mails = await at(world, owner, `${path}/timeline?only=mail`);
  expect([mails.status, mails.text.includes('/timeline?only=mail" aria-current')]).toEqual([200, true]);
  expect(mails.text.length).toBeLessThan(timeline.text.length);

  const refused = await visitor.post(wrong.url, { email: person.email, csrf: 'x' });
  const [, reference = ''] = /Virhetunnus: ([0-9a-f]{12})/.exec(refused.text) ?? [];
  const found = await findAs(owner, reference);
  expect([found.status, found.url.pathname]).toEqual([200, `/admin/references/${reference}`]);
  expect(found.text).toContain('403 csrf-token');
  expect((await findAs(owner, '0123456789ab')).status).toBe(404);
});

test('an identity is unlinked by two people, never by one', async () => {
  const path = `/admin/people/${idOf(kunta.email)}`;
  const asked = await doAs(owner, `${path}/relink`, 'Asia 12');
  expect(shown(asked)).toBe(`${path}?done=relinking-asked`);
  const waiting = await at(world, owner, '/admin/relinkings');
  const [, confirmPath = ''] = /href="(\/admin\/relinkings\/[^"]+)"/.exec(waiting.text) ?? [];
  expect(waiting.text).toContain('Asia 12');
  const alone = await owner.submit(await at(world, owner, confirmPath), {});
  expect([alone.status, says(alone.text, 'admin.conflict')]).toEqual([422, true]);
  giveRole(world, aino.email, 'support');
  const { visitor: second } = await signInAtAdmin(world, aino);
  const done = await second.submit(await at(world, second, confirmPath), {});
  expect([shown(done), storedAccount(world, kunta.email)?.identity]).toEqual(['/admin/relinkings?done=unlinked', null]);
  expect(auditOf(world, kunta.email)).toContain('relinking.confirmed');
  giveRole(world, aino.email, null);
});

test('erasing is for owners, takes all, and leads back to the search', async () => {
  const { person, path } = await someone();
  const erased = await doAs(owner, `${path}/erase`);
  expect([shown(erased), storedAccount(world, person.email)]).toEqual(['/admin/people?done=erased', null]);
  expect((await at(world, owner, path)).status).toBe(404);
});

test('the activation mail is sent again by the address, and says when nothing waits', async () => {
  const page = await at(world, owner, '/admin/resend');
  const nothing = await owner.submit(page, { who: 'ei-odota@oma.example', reason: 'Asia 1' });
  expect([nothing.status, says(nothing.text, 'admin.resend-nothing-waits')]).toEqual([422, true]);
  const sent = await owner.submit(page, { who: 'tuntematon@oma.example', reason: 'Asia 1' });
  expect(shown(sent)).toBe('/admin/people?done=resent');
});

test('what changes something asks for a proof of the last minutes, and after eight hours the bank is asked again', async () => {
  const { visitor } = await signInAtAdmin(world, hoitaja);
  const { path } = await someone();
  await world.restartAvain({ shiftMs: 11 * 60_000 });
  expect((await at(world, visitor, path)).status).toBe(200);
  expect(['password', 'sign-in']).toContain(stepOf(await at(world, visitor, `${path}/bar`)));
  await world.restartAvain();
});

test('forms that are not ours change nothing; who signs out is out', async () => {
  const { visitor } = await signInAtAdmin(world, hoitaja);
  const { person, path } = await someone();
  const [form] = formsOf(await at(world, visitor, `${path}/bar`));
  const fields: Record<string, string> = { ...form?.fields, reason: 'Asia' };
  for (const [status, sent] of [
    [403, { ...fields, csrf: '' }],
    [403, { ...fields, csrf: formsOf(await at(world, owner, path))[0]?.fields['csrf'] ?? 'x' }],
    [400, { csrf: fields['csrf'] ?? '' }],
  ] as const) {
    expect((await visitor.post(new URL(`${path}/bar`, world.issuer), sent)).status).toBe(status);
  }
  expect(storedAccount(world, person.email)?.barredAt).toBe(null);
  const bye = await visitor.submit(await at(world, visitor, '/admin'), { action: 'sign-out' });
  expect(bye.url.pathname).toBe('/admin/signed-out');
  expect(stepOf(await at(world, visitor, '/admin'))).toBe('sign-in');
});
