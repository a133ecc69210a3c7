/** The operator's story over HTTP: every page of /admin, for every role, and what an owner does with roles and services. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { adminPages } from '../../../src/admin/pages/routes.ts';
import { type AdminRole, adminRoles } from '../../../src/admin/role.ts';
import { auditDetailsOf, storedAccount } from '../../support/inside.ts';
import { keepMailBack } from '../../support/mails-kept-back.ts';
import { says } from '../../support/says.ts';
import { startWorld, type World } from '../../support/start-world.ts';
import { type Answer, formsOf, type Visitor } from '../../support/visitor.ts';
import { cookieHeader, send } from '../../support/wire.ts';
import { aino, at, browser, giveRole, hoitaja, kunta, signInAtAdmin } from './stories.ts';

let world: World;
let owner: Visitor;
/** Aino, with whatever role a story gives her. */
let staff: Visitor;
let county: Visitor;
beforeAll(async () => {
  world = await startWorld();
  owner = (await signInAtAdmin(world, hoitaja)).visitor;
  staff = (await signInAtAdmin(world, aino)).visitor;
  county = (await signInAtAdmin(world, kunta)).visitor;
});
afterAll(() => world.stop());

const shown = (page: Answer): string => `${page.url.pathname}${page.url.search}`;
const idOf = (email: string): string => storedAccount(world, email)?.id ?? '';
/** An address of the page that is somebody's. */
const addressOf = (path: string): string =>
  path.replace(':account', idOf('vanha@oma.example')).replace(':reference', '0'.repeat(12)).replace(':id', 'a.b');

const visitorOf = (role: AdminRole): Visitor => {
  if (role === 'owner') return owner;
  if (role === 'county') return county;
  giveRole(world, aino.email, role);
  return staff;
};

test.each(adminRoles)('%s: each page is shown to whoever may do what it asks for, and to nobody else', async (role) => {
  const visitor = visitorOf(role);
  const wanted = adminPages.map(({ path, opens }) => [path, opens === null || opens.roles.includes(role)]);
  const found: [string, boolean][] = [];
  for (const { path } of adminPages) {
    const page = await at(world, visitor, addressOf(path));
    // Of this person there may be nothing: what counts is who is let as far as to learn that.
    expect([path, [200, 403, 404].includes(page.status)]).toEqual([path, true]);
    expect([path, page.status === 403]).toEqual([path, says(page.text, 'admin.not-yours-title')]);
    found.push([path, page.status !== 403]);
  }
  expect(found).toEqual(wanted);
  giveRole(world, aino.email, null);
});

test('nobody without the session, and nobody with a stolen one in another browser; HEAD is GET, no page changes by it', async () => {
  for (const { path } of adminPages) {
    const url = new URL(addressOf(path), world.issuer);
    const strange = browser();
    await at(world, strange, '/');
    const session = Object.entries(owner.cookiesFor(url)).filter(([name]) => !name.includes('browser'));
    const stolen = [cookieHeader(strange, url), ...session.map(([name, value]) => `${name}=${value}`)].join('; ');
    for (const cookie of ['', stolen]) {
      const { status, headers } = await send(strange, url, { cookie });
      expect([path, status, headers.get('location')?.startsWith('/auth?client_id=avain-admin')]).toEqual([
        path,
        303,
        true,
      ]);
    }
    const version = storedAccount(world, 'vanha@oma.example')?.version;
    expect([path, (await send(owner, url, { method: 'HEAD' })).status < 500]).toEqual([path, true]);
    expect((await send(owner, url, { method: 'DELETE' })).status).toBe(405);
    expect(storedAccount(world, 'vanha@oma.example')?.version).toBe(version);
  }
});

test.each(['fi', 'sv', 'en'])('the sections in %s: whole, and each leads back to the others', async (lang) => {
  const home = await at(world, owner, `/admin?lang=${lang}`);
  const sections = [...home.text.matchAll(/<li><a href="(\/admin\/[a-z]+)"/g)].map(([, href]) => href ?? '');
  expect(new Set(sections).size).toBe(10);
  for (const href of new Set(sections)) {
    const page = await at(world, owner, href);
    expect([href, page.status, page.text.includes(`lang="${lang}"`)]).toEqual([href, 200, true]);
    expect(page.text).toContain(`<li><a href="${href}" aria-current="page">`);
  }
  await at(world, owner, '/admin?lang=fi');
});

test('charts draw what was counted: whoever signed in just now stands in them', async () => {
  const page = await at(world, owner, '/admin/charts');
  expect(page.text.match(/<svg class="chart"/g)).toHaveLength(7);
  expect(page.text).not.toContain('NaN');
  const [, table = ''] = /<table aria-labelledby="identifications">([\s\S]*?)<\/table>/.exec(page.text) ?? [];
  const done = [...table.matchAll(/<td>(\d+)<\/td><td>\d+<\/td>/g)].map(([, count]) => Number(count));
  expect(done).toHaveLength(30);
  expect(done.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(3);
});

test('an owner gives a role, which counts at once, and takes it again; nobody takes their own', async () => {
  const path = `/admin/people/${idOf(aino.email)}/role`;
  const given = await owner.submit(await at(world, owner, path), { role: 'support', reason: 'Asia 5' });
  expect([shown(given), given.text.includes('a***@oma.example')]).toEqual(['/admin/staff?done=role', true]);
  expect((await at(world, staff, '/admin/people')).status).toBe(200);
  expect((await at(world, staff, path)).status).toBe(403);
  const taken = await owner.submit(await at(world, owner, path), { role: 'none', reason: 'Asia 5' });
  expect([shown(taken), (await at(world, staff, '/admin')).status]).toEqual(['/admin/staff?done=role', 403]);
  expect(auditDetailsOf(world, aino.email, 'admin-role.changed').length).toBe(2);
  const own = await at(world, owner, `/admin/people/${idOf(hoitaja.email)}/role`);
  const kept = await owner.submit(own, { role: 'none', reason: 'Asia 5' });
  expect([kept.status, says(kept.text, 'admin.conflict')]).toEqual([422, true]);
  expect(storedAccount(world, hoitaja.email)?.adminRole).toBe('owner');
});

test('what was done stands in the events, narrowed and page by page; the services are read again', async () => {
  const roles = await at(world, owner, '/admin/audit?only=admin-role.changed');
  expect([roles.status, roles.text.includes(`/admin/people/${idOf(aino.email)}`)]).toEqual([200, true]);
  expect(roles.text).not.toContain('password.proved');
  const first = await at(world, owner, '/admin/audit');
  const [, next = ''] = /href="(\/admin\/audit\?after=[^"]+)"/.exec(first.text) ?? [];
  const second = await at(world, owner, next);
  expect([second.status, second.text === first.text]).toEqual([200, false]);
  expect((await at(world, owner, '/admin/audit?after=forged')).status).toBe(404);

  const reload = await at(world, owner, '/admin/clients/reload');
  expect(formsOf(reload).length).toBe(1);
  const done = await owner.submit(reload, {});
  expect([shown(done), done.text.includes('oima-apu')]).toEqual(['/admin/clients?done=reloaded', true]);
});

test('a mail that waits is sent now by order; of one that was given up it is said what to do instead', async () => {
  const waiting = await keepMailBack(world, 'odottava@oma.example', null);
  const dead = await keepMailBack(world, 'luovuttu@oma.example', 'refused 550 5.1.1');
  giveRole(world, aino.email, 'support');
  const page = await at(world, staff, '/admin/mails');
  expect([page.text.includes('o***@oma.example'), page.text.includes('l***@')]).toEqual([true, false]);
  expect([page.text.includes(`/admin/mails/${waiting}/retry"`), page.text.includes(`/admin/mails/${dead}/`)]).toEqual([
    true,
    false,
  ]);
  expect([says(page.text, 'admin.mail-given-up'), page.text.includes('refused 550 5.1.1')]).toEqual([true, true]);
  const late = await staff.submit(await at(world, staff, `/admin/mails/${dead}/retry`), { reason: 'Asia 6' });
  expect([late.status, says(late.text, 'admin.retry-given-up')]).toEqual([422, true]);
  const asked = await at(world, staff, `/admin/mails/${waiting}/retry`);
  expect(shown(await staff.submit(asked, { reason: 'Asia 6' }))).toBe('/admin/mails?done=retried');
  // It is gone as soon as the mail server has taken it.
  while ((await at(world, staff, '/admin/mails')).text.includes(waiting)) await sleep(100);
  expect((await staff.submit(asked, { reason: 'Asia 6' })).status).toBe(404);
  giveRole(world, aino.email, 'auditor');
  const counted = await at(world, staff, '/admin/mails');
  expect([counted.status, counted.text.includes('/retry')]).toEqual([200, false]);
  giveRole(world, aino.email, null);
});

test('keys rotate before their time only when the next ones are known, and the log says who did it and why', async () => {
  const rotate = async () => owner.submit(await at(world, owner, '/admin/keys/rotate'), { reason: 'Asia 7' });
  const early = await rotate();
  expect([early.status, says(early.text, 'admin.rotate-too-early')]).toEqual([422, true]);
});
