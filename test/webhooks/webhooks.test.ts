/** Messages to real receivers that fail, hang, redirect and say 410: signed, at least once, nothing personal, none lost. */
import { spawn } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeEach, expect, test } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import type { AuditRecord } from '../../src/audit/audit-log.ts';
import type { OperationDeps } from '../../src/control/operation.ts';
import type { AccountId, ClientId } from '../../src/ids.ts';
import type { SqliteStorage } from '../../src/storage/sqlite/open.ts';
import { webhookOperations } from '../../src/webhooks/operations.ts';
import { readState } from '../../src/webhooks/state.ts';
import { takeTurn } from '../../src/webhooks/turn.ts';
import { eventTypes } from '../../src/webhooks/vocabulary.ts';
import { testKeyring } from '../support/keyring.ts';
import { openTestStorage, type TestClock, testAccount, testAudit, testClock } from '../support/storage.ts';

const directory = mkdtempSync(join(tmpdir(), 'avain-webhooks-'));
const secretFile = join(directory, 'secret');
const newSecret = () => `whsec_${randomBytes(32).toString('base64')}`;
const secret = newSecret();
afterAll(() => rmSync(directory, { recursive: true, force: true }));

type Got = { readonly headers: Record<string, string>; readonly body: string };
let storage: SqliteStorage;
let clock: TestClock;
let server: Server;
let got: Got[];
let logged: string[];
/** null = no answer at all. */
let answer: number | null;

beforeEach(async () => {
  clock = testClock(Date.now());
  storage = await openTestStorage(clock);
  [got, logged, answer] = [[], [], 204];
  writeFileSync(secretFile, `${secret}\n`);
  server = createServer(async (request, response) => {
    // A cast: these headers come once.
    got.push({ headers: request.headers as Record<string, string>, body: await text(request) });
    if (answer !== null) response.writeHead(answer, { location: '/elsewhere' }).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await storage.close();
});

const at = (one: Server) => `http://127.0.0.1:${(one.address() as AddressInfo).port}`;
const endpoint = (name = 'crm', clientId: string | null = null, events = ['*']) => {
  return { name, clientId, events, url: `${at(server)}/secret-path`, secretFile };
};
const log = { warn: note, error: note, info: note };
function note(...said: unknown[]): void {
  logged.push(JSON.stringify(said));
}

function depsOf(webhooks: readonly ReturnType<typeof endpoint>[], allow = [at(server)]): OperationDeps {
  const clients = new Map(
    ['yksi', 'kaksi'].map((id) => [id, { id, party: 'third', sector: `https://${id}.example` }] as const),
  );
  const files = Object.fromEntries(webhooks.map(({ name }) => [name, secretFile]));
  const config = { webhooks, outgoing: { allow }, secrets: { webhookSecretFiles: files } };
  const random = { bytes: randomBytes, int: randomInt };
  // A cast: of all this only these parts are used.
  return { storage, clock, config, clients, keyring: testKeyring(1), random, log } as unknown as OperationDeps;
}

const happen = (event: AuditRecord['event'], more: Partial<AuditRecord> = {}) =>
  storage.audit.append(testAudit({ at: clock.now(), event, accountId: 'account-1' as AccountId, ...more }));
const ids = () => got.map(({ headers }) => headers['webhook-id']);
const parsed = () => got.map(({ body }) => JSON.parse(body));
/** Several are sent at once: in no order. */
const told = () => parsed().sort((one, other) => (one.type < other.type ? -1 : 1));
const run = async (deps: OperationDeps, operation: string, ...args: string[]) => {
  const lines: string[] = [];
  const print = Object.assign((line: string) => void lines.push(line), { caughtUp: async () => undefined });
  const exit = await webhookOperations[`webhooks.${operation}`]?.(deps, args, print);
  return { exit, lines };
};

test('begins now; the library verifies what comes; two secrets sign while one replaces the other; a kill repeats the id', async () => {
  const [crm, deps] = [endpoint(), depsOf([endpoint()])];
  await happen('account.created');
  clock.advance(1);
  await takeTurn(deps, crm);
  expect(got).toEqual([]);
  await happen('account.barred', { actor: 'operator:Kerttu', details: { reason: 'canary-reason' } });
  await happen('sign-in.finished');
  await happen('signing-key.revoked', { accountId: null, details: { kid: 'k1', alg: 'ES256', why: 'canary-why' } });
  const before = await storage.marks.get('webhook.crm');
  await takeTurn(deps, crm);
  expect(got.map(({ headers, body }) => new Webhook(secret).verify(body, headers))).toEqual(parsed());
  expect(told()).toEqual([
    { type: 'account.barred', timestamp: expect.any(String), data: { sub: 'account-1', client_id: null } },
    {
      type: 'signing-key.revoked',
      timestamp: expect.any(String),
      data: { sub: null, client_id: null, kid: 'k1', alg: 'ES256' },
    },
  ]);
  // Sent, and the node died before it could note that.
  await storage.marks.put('webhook.crm', before ?? '');
  const other = newSecret();
  writeFileSync(secretFile, `${other}\n${secret}\n`);
  await takeTurn(deps, crm);
  expect(ids().slice(2).sort()).toEqual(ids().slice(0, 2).sort());
  for (const one of [secret, other])
    expect(() => new Webhook(one).verify(got[2]?.body ?? '', got[2]?.headers ?? {})).not.toThrow();
  await takeTurn(deps, crm);
  expect(got).toHaveLength(4);
  expect(`${JSON.stringify([got, logged])}${await storage.marks.get('webhook.crm')}`).not.toMatch(/canary|Kerttu/);
});

test('each client hears only of its own accounts, by its own subject and id; also of one that is erased, not of access taken away', async () => {
  const [one, two] = [endpoint('one', 'yksi', ['account.*']), endpoint('two', 'kaksi')];
  const deps = depsOf([one, two]);
  const turns = async () => [await takeTurn(deps, one), await takeTurn(deps, two)];
  await turns();
  const given = { scopes: [], claims: [], givenAt: 1 };
  const allowed = (...ids: string[]) => Object.fromEntries(ids.map((id) => [id, given]));
  const account = testAccount({ consents: allowed('yksi', 'kaksi'), email: 'canary@oma.example' });
  await storage.accounts.create(account, {});
  const of = { accountId: account.id };
  await happen('account.barred', of);
  await happen('account.barred', { accountId: 'stranger' as AccountId });
  await happen('password.changed', of);
  await turns();
  const subjects = told().map(({ type, data }) => `${type} ${Object.keys(data)} ${data.sub}`);
  expect(
    told()
      .map(({ type }) => type)
      .sort(),
  ).toEqual(['account.barred', 'account.barred', 'password.changed']);
  expect(new Set(subjects.map((line) => line.split(' ')[2])).size).toBe(2);
  expect(new Set(ids()).size).toBe(3);
  await happen('sign-in.finished', { ...of, clientId: 'yksi' as ClientId });
  await storage.accounts.update(account.id, (kept) => ({ account: { ...kept, consents: allowed('yksi') } }));
  got = [];
  await happen('account.unbarred', of);
  await turns();
  expect(told().map(({ type }) => type)).toEqual(['account.unbarred']);
  const known = told()[0].data.sub;
  await storage.accounts.erase(account.id, () => ({}));
  await happen('account.erased', of);
  got = [];
  await turns();
  expect(told()).toEqual([{ type: 'account.erased', timestamp: expect.any(String), data: { sub: known } }]);
  expect(JSON.stringify(got)).not.toMatch(new RegExp(`canary|${account.id}`));
});

test('what fails or redirects is tried again, ever more seldom, given up after three days, and sent when an operator says so', async () => {
  const [crm, deps] = [endpoint(), depsOf([endpoint()])];
  await takeTurn(deps, crm);
  await happen('account.barred');
  answer = 503;
  await takeTurn(deps, crm);
  await takeTurn(deps, crm);
  expect(got).toHaveLength(1);
  answer = 307;
  clock.advance(5_000);
  await takeTurn(deps, crm);
  expect(got).toHaveLength(2);
  for (let hours = 0; hours < 80; hours += 1) {
    clock.advance(3_600_000);
    await takeTurn(deps, crm);
  }
  const tries = got.length;
  expect(tries).toBeGreaterThan(10);
  expect(tries).toBeLessThan(40);
  expect(new Set(ids()).size).toBe(1);
  const [listed] = (await run(deps, 'list', 'json')).lines.map((line) => JSON.parse(line));
  expect(listed).toMatchObject({ name: 'crm', origin: at(server), waiting: 0, dead: 1 });
  expect((await run(deps, 'log', 'crm')).lines.join('\n')).toMatch(
    /attempt 1: 503[\s\S]*attempt 2: 307[\s\S]*given up after/,
  );
  answer = 204;
  expect((await run(deps, 'retry', 'crm')).exit).toBe(0);
  await takeTurn(deps, crm);
  expect(ids()).toHaveLength(tries + 1);
  expect(new Set(ids()).size).toBe(1);
  expect(await readState(deps, 'crm')).toMatchObject({ waiting: [], dead: [], failures: 0 });
  expect(logged.join()).not.toMatch(/secret-path|account-1/);
});

test('a receiver that is down is let alone between single tries, what happens meanwhile waits in the log; 410 switches off', async () => {
  const [crm, deps] = [endpoint(), depsOf([endpoint()])];
  await takeTurn(deps, crm);
  answer = 500;
  for (let n = 0; n < 4; n += 1) {
    await happen('account.barred');
    await takeTurn(deps, crm);
  }
  // The breaker has opened: the fourth is not tried.
  expect(got).toHaveLength(3);
  expect((await readState(deps, 'crm'))?.restsUntil).toBeGreaterThan(clock.now());
  for (let n = 0; n < 20; n += 1) await happen('account.unbarred');
  clock.advance(60_000);
  await takeTurn(deps, crm);
  expect(got).toHaveLength(4);
  answer = 204;
  clock.advance(600_000);
  for (let n = 0; n < 5; n += 1) await takeTurn(deps, crm);
  expect(new Set(ids()).size).toBe(24);
  expect((await readState(deps, 'crm'))?.waiting).toEqual([]);
  answer = 410;
  await happen('account.barred');
  await takeTurn(deps, crm);
  expect(logged.join()).toContain('answered 410');
  answer = 204;
  clock.advance(86_400_000);
  await takeTurn(deps, crm);
  expect(got).toHaveLength(4 + 24 + 1);
  expect((await run(deps, 'list')).lines[0]).toContain('off since');
  await run(deps, 'retry', 'crm');
  await takeTurn(deps, crm);
  expect(new Set(ids()).size).toBe(25);
});

test('whoever hangs is left after ten seconds, and what is private and not allowed is never called', async () => {
  const deps = depsOf([endpoint()]);
  answer = null;
  const began = Date.now();
  expect((await run(deps, 'test', 'crm')).lines).toEqual(['The receiver answered: timeout']);
  expect(Date.now() - began).toBeLessThan(15_000);
  expect(got).toHaveLength(1);
  expect((await run(depsOf([endpoint()], []), 'test', 'crm')).lines).toEqual([
    'The receiver answered: private-address',
  ]);
  expect(got).toHaveLength(1);
  await expect(run(deps, 'log', 'nobody')).rejects.toThrow('no such endpoint');
}, 30_000);

test('docs/webhooks.md lists every type, and no other', () => {
  const listed = [...readFileSync('docs/webhooks.md', 'utf8').matchAll(/^\| `([a-z.-]+)` \|/gm)].map(
    ([, type]) => type,
  );
  expect(listed.sort()).toEqual([...eventTypes].sort());
});

test('the receiver of docs/webhooks.md takes what is genuine, and nothing else', async () => {
  const [, source = ''] = /```js\n([\s\S]*?)```/.exec(readFileSync('docs/webhooks.md', 'utf8')) ?? [];
  const file = join(directory, 'receiver.mjs');
  writeFileSync(file, source);
  const url = at(server);
  server.close();
  const env = { ...process.env, WEBHOOK_SECRET: secret, PORT: new URL(url).port };
  const receiver = spawn(process.execPath, [file], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const crm = { ...endpointAt(url) };
    const deps = depsOf([crm], [url]);
    let exit: number | undefined = 1;
    for (let tries = 0; tries < 50 && exit !== 0; tries += 1) {
      exit = (await run(deps, 'test', 'crm')).exit;
      if (exit !== 0) await new Promise((resolve) => setTimeout(resolve, 200));
    }
    expect(exit).toBe(0);
    writeFileSync(secretFile, newSecret());
    expect((await run(deps, 'test', 'crm')).lines).toEqual(['The receiver answered: 401']);
  } finally {
    receiver.kill();
  }
}, 30_000);

const endpointAt = (url: string) => ({ name: 'crm', clientId: null, events: ['*'], url, secretFile });
