/** The admin API over HTTP: who may do what, what is told of it, and that nothing is done twice or unseen. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Validator } from '@seriousme/openapi-schema-validator';
import fc from 'fast-check';
import type { Account } from '../../src/accounts/account.ts';
import { adminOperations } from '../../src/admin/operations.ts';
import { type AdminRole, adminRoles, type GivenRole } from '../../src/admin/role.ts';
import { block, root } from '../docs/pages.ts';
import { auditDetailsOf, evidenceOf, storedAccount } from '../support/inside.ts';
import { keepMailBack } from '../support/mails-kept-back.ts';
import { becomeUser, newPerson } from '../support/people.ts';
import { authorization } from '../support/stories.ts';
import { type ApiWorld, aino, browser, type Called, hoitaja, startApiWorld } from './api-world.ts';
import { type Described, type Description, judge } from './described.ts';
import { requestOf } from './requests.ts';
import { mayDo } from './roles.ts';

let api: ApiWorld;
let tokens: Readonly<Record<AdminRole, string>>;
let description: Description;
beforeAll(async () => {
  api = await startApiWorld();
  tokens = await api.tokens();
  // A cast: the next test judges what it is.
  description = (await api.call('GET', '/openapi.json')).body as Description;
});
afterAll(() => api?.stop());

const problem = ({ body }: Called): string =>
  String((body as { type?: string }).type).replace('urn:avain:problem:', '');
const account = (email: string): Account => {
  const found = storedAccount(api.world, email);
  if (!found) throw new Error('no such account');
  return found;
};
const etag = (email: string) => ({ 'if-match': `"${account(email).version}"` });
const why = { reason: 'tiketti 4711' };
const vanha = 'vanha@oma.example';

const giveRole = (email: string, role: GivenRole | null, token = tokens.owner) =>
  api.call('PUT', `/staff/${account(email).id}`, { token, headers: etag(email), body: { role, ...why } });

test('the description is valid OpenAPI 3.1, is public, and tells of every operation', async () => {
  const { valid, errors } = await new Validator().validate(structuredClone(description));
  expect([valid, errors]).toEqual([true, undefined]);
  const told = Object.values(description.paths).flatMap((path) => Object.values(path));
  expect(told.map(({ operationId }) => operationId).sort()).toEqual(adminOperations.map(({ id }) => id).sort());
  expect(new Set(told.map(({ operationId }) => operationId)).size).toBe(told.length);
});

describe('each role may do what is written for it, and nothing else', () => {
  test('every operation has its line', () => {
    expect(Object.keys(mayDo).sort()).toEqual(adminOperations.map(({ id }) => id).sort());
  });

  test.each(adminOperations)('$id', async ({ id, method, path }) => {
    for (const role of adminRoles) {
      const called = await api.call(method, path.replaceAll(/\{\w+\}/g, 'nobody'), {
        token: tokens[role],
        ...(method !== 'GET' && { body: {} }),
      });
      const allowed = mayDo[id]?.includes(role) === true;
      expect([role, called.status === 403]).toEqual([role, !allowed]);
      expect([role, called.status === 401, called.status >= 500]).toEqual([role, false, false]);
    }
  });
});

test('a token is worth something here only if it is for here, and only from a client that may', async () => {
  const search = { body: { id: 'nobody' } };
  const status = async (token: string | null): Promise<number> =>
    (await api.call('POST', '/accounts/search', { ...search, token })).status;
  expect(await api.machineToken('test-plain')).toBe('refused: invalid_target');
  expect(await status(await api.machineToken('test-operator', null))).toBe(401);
  expect(await status(null)).toBe(401);
  expect(await status('a-token-that-nobody-ever-gave-out')).toBe(401);
  expect(await status(tokens.operator)).toBe(200);
  const none = await api.call('GET', '/clients');
  expect([problem(none), none.headers.get('www-authenticate')]).toEqual([
    'unauthenticated',
    `Bearer realm="${new URL('/admin/api/v1', api.world.issuer)}"`,
  ]);
  const me = await fetch(new URL('/me', api.world.issuer), { headers: { authorization: `Bearer ${tokens.owner}` } });
  expect(me.status).toBe(403);
});

test('staff who have not identified themselves today are asked to, by the words of RFC 9470', async () => {
  await giveRole(aino.email, 'support');
  const token = await api.staffToken(aino, browser(), 'test-lax');
  const refused = await api.call('GET', '/terms', { token });
  expect([refused.status, problem(refused)]).toEqual([401, 'identify-again']);
  expect(refused.headers.get('www-authenticate')).toContain('error="insufficient_user_authentication", acr_values=');
  expect((await giveRole(aino.email, null)).status).toBe(200);
});

test('a role that was taken, a session that was ended and an account that was barred end at the next call', async () => {
  const status = async (token: string): Promise<number> => (await api.call('GET', '/terms', { token })).status;
  expect((await giveRole(aino.email, 'support')).body).toEqual({ outcome: 'done', role: 'support' });
  const first = await api.staffToken(aino);
  expect(await status(first)).toBe(200);
  await giveRole(aino.email, null);
  expect(await status(first)).toBe(403);
  await giveRole(aino.email, 'auditor');
  expect(await status(first)).toBe(200);
  const { id } = account(aino.email);
  expect((await api.call('POST', `/accounts/${id}/end-sessions`, { token: tokens.support, body: why })).status).toBe(
    200,
  );
  expect(await status(first)).toBe(401);
  const second = await api.staffToken(aino);
  expect(await status(second)).toBe(200);
  const order = (verb: string) =>
    api.call('POST', `/accounts/${id}/${verb}`, { token: tokens.operator, headers: etag(aino.email), body: why });
  expect((await order('bar')).status).toBe(200);
  expect(await status(second)).toBe(401);
  expect((await order('unbar')).body).toMatchObject({ outcome: 'done', account: { state: 'active' } });
  await giveRole(aino.email, null);
});

test('there is always an owner: nobody takes the role from themselves, and of two who take it from each other one is left', async () => {
  expect(problem(await giveRole(hoitaja.email, 'support'))).toBe('conflict');
  await giveRole(aino.email, 'owner');
  const other = await api.staffToken(aino);
  const [one, two] = await Promise.all([giveRole(hoitaja.email, null, other), giveRole(aino.email, null)]);
  const owners = [hoitaja, aino].filter(({ email }) => account(email).adminRole === 'owner');
  // 412: the other's change came first, and was given back.
  for (const { status } of [one, two]) expect([200, 403, 409, 412]).toContain(status);
  expect(owners.length).toBeGreaterThan(0);
  if (account(hoitaja.email).adminRole !== 'owner') await giveRole(hoitaja.email, 'owner', other);
  if (account(aino.email).adminRole === 'owner') await giveRole(aino.email, null);
  expect([account(hoitaja.email).adminRole, account(aino.email).adminRole]).toEqual(['owner', null]);
  expect(problem(await giveRole(vanha, 'support'))).toBe('conflict');
});

test('what was changed since it was read is not overwritten: of two who saw the same one is done', async () => {
  const path = `/accounts/${account(vanha).id}`;
  const read = await api.call('GET', path, { token: tokens.operator });
  expect(read.headers.get('etag')).toBe(`"${account(vanha).version}"`);
  const headers = { 'if-match': String(read.headers.get('etag')) };
  const bar = () => api.call('POST', `${path}/bar`, { token: tokens.operator, headers, body: why });
  const both = await Promise.all([bar(), bar()]);
  expect(both.map(({ status }) => status).sort()).toEqual([200, 412]);
  const unseen = await api.call('POST', `${path}/unbar`, { token: tokens.operator, body: why });
  expect([unseen.status, problem(unseen)]).toEqual([428, 'version-required']);
  const done = both.find(({ status }) => status === 200);
  const next = { 'if-match': String(done?.headers.get('etag')) };
  const opened = await api.call('POST', `${path}/unbar`, { token: tokens.operator, headers: next, body: why });
  expect(opened.body).toMatchObject({ outcome: 'done', account: { state: 'never-activated', barredAt: null } });
  const by = { by: 'client:test-operator', ...why };
  expect(auditDetailsOf(api.world, vanha, 'account.barred')).toEqual([by]);
});

test('the same request under the same key is done once, however often and at once it comes', async () => {
  const path = `/accounts/${account(vanha).id}/end-sessions`;
  const headers = { 'idempotency-key': 'case-1' };
  const post = (token = tokens.support, body = why) => api.call('POST', path, { token, headers, body });
  const raced = await Promise.all(Array.from({ length: 8 }, () => post()));
  const ended = () => auditDetailsOf(api.world, vanha, 'sessions.ended').length;
  expect(ended()).toBe(1);
  for (const one of raced) expect(one.status === 200 || problem(one) === 'under-way').toBe(true);
  const first = raced.find((one) => one.status === 200 && !one.headers.has('idempotency-replayed'));
  const again = await post();
  expect([again.headers.get('idempotency-replayed'), again.body]).toEqual(['true', first?.body]);
  expect(problem(await post(tokens.support, { reason: 'toinen tiketti' }))).toBe('key-reused');
  expect((await post(tokens.operator)).headers.has('idempotency-replayed')).toBe(false);
  expect(ended()).toBe(2);
});

test('every reading of a person is in the audit log, which is read page by page', async () => {
  const { id } = account(aino.email);
  const found = await api.call('POST', '/accounts/search', { token: tokens.support, body: { address: aino.email } });
  expect(found.body).toMatchObject({ accounts: [{ id, address: 'a***@oma.example' }] });
  expect(JSON.stringify(found.body)).not.toContain('aino@');
  const page = async (query: string) => {
    const { status, body } = await api.call('GET', `/audit?${query}`, { token: tokens.auditor });
    return { status, ...(body as { records: readonly Record<string, unknown>[]; next: string | null }) };
  };
  const reads = `account=${id}&event=admin.read`;
  const newest = await page(`${reads}&limit=1`);
  expect(newest.records).toMatchObject([{ actor: 'client:test-support', details: { operation: 'account.search' } }]);
  const all = await page(`${reads}&limit=200`);
  const seen = [...newest.records];
  for (let { next } = newest; next !== null; ) {
    const more = await page(`${reads}&limit=1&cursor=${next}`);
    seen.push(...more.records);
    next = more.next;
  }
  // Reading the log is reading of a person, too: each page has added a record before those that it tells.
  expect(seen.length).toBeGreaterThan(2);
  expect(new Set(seen.map((record) => JSON.stringify(record))).size).toBeGreaterThan(1);
  expect(all.records.length).toBeGreaterThanOrEqual(2);
  expect((await page(`event=admin.read&limit=1&cursor=${newest.next}`)).status).toBe(422);
});

test('what an account accepted is evidence for the auditor, who learns no name of it', async () => {
  const { email, ...person } = newPerson();
  await becomeUser(api.world, browser(), authorization(api.world).url, { email, ...person });
  const path = `/accounts/${account(email).id}/terms`;
  const read = await api.call('GET', path, { token: tokens.auditor });
  const told = evidenceOf(api.world, email).map(({ terms_id: terms, version, text_hash: textHash }) => ({
    ...{ terms, version, textHash },
  }));
  expect([read.status, told.length > 0]).toEqual([200, true]);
  expect(read.body).toMatchObject({ accepted: told });
  expect(JSON.stringify(read.body)).not.toContain('@');
  expect(auditDetailsOf(api.world, email, 'admin.read')).toContainEqual({ operation: 'terms.evidence' });
});

test('mails that are not delivered are listed page by page without what they say, and sent now by order', async () => {
  const dead = await keepMailBack(api.world, 'luovuttu@oma.example', 'refused 550 5.1.1');
  const waiting = await keepMailBack(api.world, 'odottava@oma.example', null);
  const list = async (query: string) => {
    const { status, body } = await api.call('GET', `/outbox/mails?${query}`, { token: tokens.support });
    return { status, ...(body as { mails: readonly Record<string, unknown>[]; next: string }) };
  };
  const first = await list('limit=1');
  expect(first.mails).toMatchObject([{ id: waiting, address: 'o***@oma.example', attempts: 1, deadReason: null }]);
  const second = await list(`limit=1&cursor=${first.next}`);
  expect(second.mails).toMatchObject([{ id: dead, address: null, dueAt: null, deadReason: 'refused 550 5.1.1' }]);
  const retry = (id: string) => api.call('POST', `/outbox/mails/${id}/retry`, { token: tokens.support, body: why });
  expect((await retry(dead)).body).toEqual({ outcome: 'given-up' });
  expect((await retry(waiting)).body).toEqual({ outcome: 'due' });
  expect(problem(await retry('nobody'))).toBe('not-found');
  const audit = await api.call('GET', '/audit?event=mail.retried', { token: tokens.auditor });
  const details = { mail: 'no-account', id: waiting, by: 'client:test-support', ...why };
  expect(audit.body).toMatchObject({ records: [{ actor: 'client:test-support', details }] });
});

test('keys rotate by order before their time: not with keys that verifiers may not know, but after an incident', async () => {
  const rotate = (body: object) => api.call('POST', '/keys/rotate', { token: tokens.operator, body });
  expect(problem(await rotate(why))).toBe('conflict');
  const { status, body } = await rotate({ ...why, now: true });
  // A cast: as the description says.
  const { outcome, signing } = body as { outcome: string; signing: readonly { kid: string; alg: string }[] };
  expect([status, outcome, signing.map(({ alg }) => alg).sort()]).toEqual([200, 'done', ['ES256', 'PS256', 'RS256']]);
  const audit = await api.call('GET', '/audit?event=signing-key.activated&limit=1', { token: tokens.auditor });
  expect(audit.body).toMatchObject({ records: [{ actor: 'client:test-operator', details: { why: why.reason } }] });
});

test('a client is put, changed and removed only as it was seen, and never made one that may call this API', async () => {
  const path = '/clients/test-new';
  const text =
    'name: Uusi\nparty: first\ntype: public\nredirectUris: [https://uusi.example/cb]\nstartUrl: https://uusi.example/\n';
  const put = (body: string, headers: Record<string, string>) =>
    api.call('PUT', path, { token: tokens.operator, headers, body: { text: body } });
  expect(problem(await put(text, {}))).toBe('version-required');
  expect((await put(text, { 'if-none-match': '*' })).body).toEqual({ id: 'test-new', inForce: true });
  expect(problem(await put(text, { 'if-none-match': '*' }))).toBe('stale');
  const read = await api.call('GET', path, { token: tokens.auditor });
  const seen = { 'if-match': String(read.headers.get('etag')) };
  const both = await Promise.all(['Yksi', 'Kaksi'].map((name) => put(text.replace('Uusi', name), seen)));
  expect(both.map(({ status }) => status).sort()).toEqual([200, 412]);
  const now = { 'if-match': String((await api.call('GET', path, { token: tokens.auditor })).headers.get('etag')) };
  const refused = await put(`${text}admin: { staff: true }\n`, now);
  expect([problem(refused), JSON.stringify(refused.body)]).toEqual(['invalid', expect.stringContaining('admin')]);
  expect((await api.call('DELETE', path, { token: tokens.operator, headers: now })).status).toBe(200);
  expect((await api.call('GET', path, { token: tokens.auditor })).status).toBe(404);
});

test('the program of the documentation does what it says', async () => {
  const keyFile = join(api.world.dataDir, 'docs-caller.pem');
  await writeFile(keyFile, api.docsKeyPem);
  const env = { ...process.env, ISSUER: api.world.issuer, CLIENT_ID: 'docs-caller', KEY_FILE: keyFile, KEY_ID: 'docs' };
  const code = ['--input-type=module', '-e', block('docs/admin-api.md', 'js call')];
  const run = () => promisify(execFile)(process.execPath, code, { cwd: root, env: { ...env, ADDRESS: aino.email } });
  expect((await run()).stdout).toBe('done true\n');
  expect(account(aino.email).mustChangePassword).toBe(true);
});

describe('what is not as described is refused', () => {
  const big = JSON.stringify({ id: 'x'.repeat(1_000_001) });
  const json = { 'content-type': 'application/json' };
  test.each<[string, string, string, { body?: unknown; headers?: Record<string, string> }, number, string]>([
    ['no JSON', 'POST', '/accounts/search', { body: '{"id":' }, 400, 'malformed'],
    ['a key twice', 'POST', '/accounts/search', { body: '{"id":"a","id":"b"}' }, 400, 'malformed'],
    [
      'another type',
      'POST',
      '/accounts/search',
      { body: 'id=a', headers: { 'content-type': 'text/plain' } },
      415,
      'media-type',
    ],
    ['too much', 'POST', '/accounts/search', { body: big }, 413, 'too-large'],
    ['an unknown key', 'POST', '/accounts/search', { body: { id: 'a', '131189Y902A': 1 } }, 422, 'invalid'],
    ['an array', 'POST', '/accounts/search', { body: { id: ['a'] } }, 422, 'invalid'],
    ['NUL', 'POST', '/accounts/search', { body: { id: 'a\u0000' } }, 422, 'invalid'],
    ['half a pair', 'POST', '/accounts/search', { body: '{"id":"\\ud800"}' }, 422, 'invalid'],
    [
      'an address as reason',
      'POST',
      '/accounts/a/bar',
      { body: { reason: 'a@b.fi' }, headers: { 'if-match': '"1"' } },
      422,
      'invalid',
    ],
    ['a parameter twice', 'GET', '/staff?limit=1&limit=2', {}, 400, 'malformed'],
    ['an unknown parameter', 'GET', '/staff?order=1', {}, 422, 'invalid'],
    ['no JSON wanted', 'GET', '/staff', { headers: { accept: 'text/html' } }, 406, 'not-acceptable'],
    ['another method', 'DELETE', '/staff', {}, 405, 'method-not-allowed'],
    ['another path', 'GET', '/staff/', {}, 404, 'not-found'],
    [
      'a bad key',
      'POST',
      '/clients/reload',
      { headers: { ...json, 'idempotency-key': 'ä'.repeat(3) } },
      400,
      'malformed',
    ],
  ])('%s', async (_what, method, path, request, status, code) => {
    const called = await api.call(method, path, { token: tokens.owner, ...request });
    expect([called.status, problem(called)]).toEqual([status, code]);
    expect(called.headers.get('content-type')).toBe('application/problem+json');
    expect(JSON.stringify(called.body)).not.toContain('131189Y902A');
  });
});

describe('whatever is sent, the answer is one that the description names, and never that it failed', () => {
  const described = adminOperations.map(({ id, method, path }) => ({ id, method, path }));

  test.each(described)('$id', async ({ id, method, path }) => {
    const judged = judge(description);
    // A cast: the first test has seen that it is there.
    const one = description.paths[path]?.[method.toLowerCase()] as Described;
    const role = mayDo[id]?.at(-1) ?? 'owner';
    await fc.assert(
      fc.asyncProperty(requestOf(one, path, account(vanha).id), async ({ target, body, headers }) => {
        const sent = method === 'GET' || body === undefined ? {} : { body: JSON.stringify(body) ?? 'null' };
        const called = await api.call(method, target, { token: tokens[role], headers, ...sent });
        // Of so many from one sender some come too soon, which is described as well.
        expect(judged(one, called)).toBeNull();
      }),
      { numRuns: 12 },
    );
  });
});
