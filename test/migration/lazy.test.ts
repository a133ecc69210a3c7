/** The earlier system asked about a typed password: what counts as a yes, what it may cost, and what becomes of it. */
import { createHmac, randomBytes, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type EmailAddress, emailFingerprint, parseEmailAddress } from '../../src/accounts/email-address.ts';
import { newAccount } from '../../src/accounts/new-account.ts';
import { createPasswordHasher } from '../../src/accounts/password.ts';
import { withNewAddress } from '../../src/accounts/previous-addresses.ts';
import { storeUndoLink } from '../../src/accounts/undo-link.ts';
import { livesSchema } from '../../src/config/policy-schema.ts';
import { Secret } from '../../src/config/secret.ts';
import type { Deps } from '../../src/deps.ts';
import { isPrivateAddress } from '../../src/http/private-address.ts';
import type { ClientId } from '../../src/ids.ts';
import { createLazyHook, refusalBeatMs } from '../../src/migration/lazy/hook.ts';
import { createLazyMigration } from '../../src/migration/lazy/lazy-migration.ts';
import { createKeyring } from '../../src/secrets/sealing.ts';
import { testKeys } from '../support/keyring.ts';
import { openTestStorage, testClock, testFingerprint } from '../support/storage.ts';

const password = 'Kesämökki#2024';
const secret = new Secret('a secret of more than thirty-two characters');
const yes = '{"match": true}';
const noJourney = { journeyId: null, interactionUid: null, browser: null };

type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => unknown;
const saying =
  (body: string, status = 200): Answer =>
  (_request, response) =>
    response.writeHead(status).end(body);

let answer: Answer;
let asked: { path: string; body: string }[];
let told: string[];
const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += chunk;
  asked.push({ path: request.url ?? '', body });
  await answer(request, response, body);
});
beforeAll(() => once(server.listen(0, '127.0.0.1'), 'listening'));
afterAll(() => void server.close());
beforeEach(() => {
  [asked, told, answer] = [[], [], saying(yes)];
});
const origin = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const argon2 = { memoryKib: 64, passes: 1, parallelism: 1 };
const passwords = createPasswordHasher({ argon2, concurrency: 4, maxQueue: 64, maxWaitMs: 5_000, failureBeatMs: 0 });
const tell = (line: unknown) => void told.push(JSON.stringify(line));
// A cast: it logs by these two only.
const log = { warn: tell, debug: tell } as unknown as Deps['log'];

async function lazily(more: { url?: string; allowPrivate?: boolean; timeoutMs?: number; maxConcurrent?: number } = {}) {
  const clock = testClock();
  const storage = await openTestStorage(clock);
  const random = { bytes: randomBytes, int: randomInt };
  const deps = { storage, keyring: createKeyring(testKeys(7)), passwords, clock, random, log };
  const defaults = { url: `${origin()}/ask`, timeoutMs: 2_000, maxConcurrent: 8, allowPrivate: true };
  const hook = createLazyHook({ ...defaults, source: 'old', secretFile: null, ...more }, secret, deps);
  const lazy = createLazyMigration(deps, hook, 'old');
  const typed = (address: EmailAddress, typedPassword = password) => ({
    address,
    password: typedPassword,
    during: { clientId: 'oima' as ClientId, journeyId: 'journey' },
  });
  return { ...deps, hook, lazy, typed, question: { email: liisa.typed, password } };
}

function addressOf(text: string): EmailAddress {
  const parsed = parseEmailAddress(text);
  if (!parsed.ok) throw new Error(text);
  return parsed.address;
}
const liisa = addressOf('Liisa@Oma.Example');

describe('the question', () => {
  test('has the address and the password as they were typed, signed together with the time', async () => {
    const { hook, question, clock } = await lazily();
    answer = ({ method, headers }, response, body) => {
      const at = String(Math.floor(clock.now() / 1_000));
      const mac = createHmac('sha256', secret.reveal()).update(`${at}.${body}`).digest('hex');
      expect([method, headers['content-type']]).toEqual(['POST', 'application/json']);
      expect([headers['avain-timestamp'], headers['avain-signature']]).toEqual([at, `sha256=${mac}`]);
      response.end(yes);
    };
    expect(await hook.ask(question)).toEqual({});
    expect(asked.map(({ body }) => JSON.parse(body))).toEqual([{ email: 'Liisa@Oma.Example', password }]);
  });

  test('never goes to a private address, unless that is allowed', async () => {
    for (const host of ['127.0.0.1', 'localhost', '[::1]']) {
      const url = origin().replace('127.0.0.1', host);
      const { hook, question } = await lazily({ url, allowPrivate: false });
      expect(await hook.ask(question)).toBeNull();
    }
    expect(asked).toEqual([]);
    expect(told.join()).toMatch(/private-address.*private-address.*private-address/);
  });

  test.each([
    ['10.1.2.3', true],
    ['172.31.0.1', true],
    ['172.32.0.1', false],
    ['169.254.169.254', true],
    ['100.64.0.1', true],
    ['193.166.3.2', false],
    ['::ffff:10.0.0.1', true],
    ['::ffff:193.166.3.2', false],
    ['::', true],
    ['fe80::1%eth0', true],
    ['fd00::1', true],
    ['2001:14b8::1', false],
  ])('%s is private: %s', (address, isPrivate) => {
    expect(isPrivateAddress(address)).toBe(isPrivate);
  });
});

describe('the answer', () => {
  test.each<[string, Answer, object | null]>([
    ['a plain yes', saying(yes), {}],
    ['a yes with columns', saying('{"match":true,"locale":"sv","activated":true}'), { locale: 'sv', activated: true }],
    ['no', saying('{"match": false}'), null],
    ['"true" in quotes', saying('{"match": "true"}'), null],
    ['one', saying('{"match": 1}'), null],
    ['nothing', saying('{}'), null],
    ['true alone', saying('true'), null],
    ['in a list', saying(`[${yes}]`), null],
    ['with a key that is none of ours', saying('{"match": true, "admin": true}'), null],
    ['yes in words', saying('match'), null],
    ['yes with another status', saying(yes, 201), null],
    ['yes with an error', saying(yes, 500), null],
    ['too much of it', saying(`{"match": true, "nickname": "${'x'.repeat(20_000)}"}`), null],
    ['a hang-up', (_request, response) => response.destroy(), null],
    [
      'half a yes and a hang-up',
      (_request, response) =>
        response.writeHead(200, { 'content-length': 15 }).write(yes.slice(0, 9), () => response.destroy()),
      null,
    ],
    [
      'a way to somebody who says yes',
      (request, response) =>
        request.url === '/yes' ? response.end(yes) : response.writeHead(302, { location: '/yes' }).end(),
      null,
    ],
  ])('%s', async (_what, says, expected) => {
    answer = says;
    const { hook, question } = await lazily();
    expect(await hook.ask(question)).toEqual(expected);
    expect(asked).toHaveLength(1);
    expect(told.join()).not.toContain('Kesä');
  });

  test('later than the limit is none, and the limit is kept', async () => {
    answer = async (_request, response) => {
      await sleep(1_000);
      response.end(yes);
    };
    const { hook, question } = await lazily({ timeoutMs: 150 });
    const from = performance.now();
    expect(await hook.ask(question)).toBeNull();
    expect(performance.now() - from).toBeLessThan(900);
    expect(told).toEqual([expect.stringContaining('timeout')]);
  });
});

describe('how much is asked', () => {
  test('an earlier system that is down is left alone; one that complains of what was typed is not', async () => {
    for (const [status, calls] of [
      [500, 4],
      [400, 8],
    ] as const) {
      asked = [];
      answer = saying('', status);
      const { hook, question } = await lazily();
      for (let time = 0; time < 8; time += 1) expect(await hook.ask(question)).toBeNull();
      expect([status, asked.length]).toEqual([status, calls]);
    }
  });

  test('only so many at once: the next is refused at once, and that shuts nothing', async () => {
    const { hook, question } = await lazily({ maxConcurrent: 2 });
    answer = async (_request, response) => {
      await sleep(100);
      response.end(yes);
    };
    const answers = await Promise.all(Array.from({ length: 6 }, () => hook.ask(question)));
    expect(answers.filter((one) => one !== null)).toHaveLength(2);
    expect(await hook.ask(question)).toEqual({});
  });
});

describe('what becomes of a yes', () => {
  test('an account as an import makes it, whose password is not judged yet', async () => {
    answer = saying(
      '{"match":true,"locale":"sv-FI","nickname":"Lissu","activated":"2020-02-03","created":"2019-01-02"}',
    );
    const { lazy, typed, storage } = await lazily();
    const account = await lazy.bringOver(typed(liisa), null);
    expect(account).toMatchObject({
      email: 'Liisa@Oma.Example',
      importedFrom: 'old',
      locale: 'sv',
      nickname: 'Lissu',
      activatedAt: Date.parse('2020-02-03'),
      createdAt: Date.parse('2019-01-02'),
      passwordSetAt: null,
      password: { format: 'argon2' },
    });
    expect(account?.password && (await passwords.verify(account.password, password))).toBe(true);
    expect(account?.password && passwords.needsRehash(account.password)).toBe(true);
    const records = await storage.audit.list({ limit: 5 });
    expect(records).toMatchObject([{ event: 'account.imported', journeyId: 'journey', details: { source: 'old' } }]);
  });

  test('two tabs at once: one account, and both are right', async () => {
    const { lazy, typed, storage } = await lazily();
    const both = await Promise.all([lazy.bringOver(typed(liisa), null), lazy.bringOver(typed(liisa), null)]);
    expect(new Set(both.map((account) => account?.id)).size).toBe(1);
    expect(await storage.accounts.scan(null, 10)).toHaveLength(1);
  });

  test('somebody signed up with the address meanwhile: only their own password is right', async () => {
    const { lazy, typed, ...deps } = await lazily();
    const born = { locale: 'fi', createdAt: deps.clock.now(), bornIn: null } as const;
    const fingerprint = emailFingerprint(deps.keyring, liisa);
    const account = newAccount(deps, { ...born, email: liisa.typed, emailFingerprint: fingerprint });
    await deps.storage.accounts.create({ ...account, password: await passwords.hash('Toinen#Salasana9') }, {});
    expect(await lazy.bringOver(typed(liisa), null)).toBeNull();
    expect((await lazy.bringOver(typed(liisa, 'Toinen#Salasana9'), null))?.id).toBe(account.id);
  });

  test('nobody comes over to an address that another account had until lately: its owner can still put it back', async () => {
    const { lazy, typed, ...deps } = await lazily();
    const { clock, storage } = deps;
    const before = { email: liisa.typed, emailFingerprint: emailFingerprint(deps.keyring, liisa) };
    const account = newAccount(deps, { ...before, locale: 'fi', createdAt: clock.now(), bornIn: null });
    await storage.accounts.create(account, {});
    // A cast: only the lives of links are read.
    const config = { lives: livesSchema.parse({}) } as unknown as Deps['config'];
    const { tokenHash: undoTokenHash, validUntil: undoUntil } = await storeUndoLink(
      { ...deps, config },
      { ...before, accountId: account.id, clientId: 'oima' as ClientId, locale: 'fi', ...noJourney },
    );
    const undo = { undoTokenHash, undoUntil };
    const next = { email: 'uusi@oma.example', emailFingerprint: testFingerprint('new') };
    await storage.accounts.update(account.id, (current) => ({
      account: withNewAddress(current, next, undo, clock.now()),
    }));
    expect(await lazy.bringOver(typed(liisa), null)).toBeNull();
    expect([asked, await storage.accounts.byEmail(before.emailFingerprint)]).toEqual([[], null]);
    // Of other addresses it is asked as ever; and of this one once nothing can be undone any more.
    expect(await lazy.bringOver(typed(addressOf('muu@oma.example')), null)).not.toBeNull();
    clock.advance(undoUntil - clock.now());
    expect(await lazy.bringOver(typed(liisa), null)).toMatchObject({ importedFrom: 'old' });
  });

  test('an account that came without a password gets it, once; nobody else is asked about', async () => {
    const { lazy, typed, ...deps } = await lazily();
    const fingerprint = emailFingerprint(deps.keyring, liisa);
    const born = {
      email: liisa.typed,
      emailFingerprint: fingerprint,
      locale: 'fi',
      createdAt: 1,
      bornIn: null,
    } as const;
    const account = { ...newAccount(deps, born), importedFrom: 'old', nickname: 'Lissu' };
    await deps.storage.accounts.create(account, {});
    expect(lazy.concerns(null)).toBe(true);
    expect(lazy.concerns(account)).toBe(true);
    expect(lazy.concerns({ ...account, importedFrom: 'older' })).toBe(false);
    expect(lazy.concerns({ ...account, importedFrom: null })).toBe(false);
    answer = saying('{"match": true, "nickname": "Other"}');
    const [one, other] = await Promise.all([
      lazy.bringOver(typed(liisa), account),
      lazy.bringOver(typed(liisa), account),
    ]);
    expect([one?.id, other?.id]).toEqual([account.id, account.id]);
    const stored = await deps.storage.accounts.byId(account.id);
    expect(stored).toMatchObject({ nickname: 'Lissu', password: { format: 'argon2' } });
    expect((await deps.storage.audit.list({ limit: 5 })).map(({ event }) => event)).toEqual(['password.imported']);
    expect(stored && lazy.concerns(stored)).toBe(false);
  });

  test('with a column that an import would refuse, it vouches for nobody', async () => {
    answer = saying('{"match": true, "created": "2999-01-01"}');
    const { lazy, typed, storage } = await lazily();
    expect(await lazy.bringOver(typed(liisa), null)).toBeNull();
    expect(await storage.accounts.scan(null, 10)).toEqual([]);
    expect(told).toEqual([expect.stringContaining('created-in-the-future')]);
  });
});

test('a refusal leaves at the same beat, whether the earlier system was asked, slowly or not at all', async () => {
  const beatMs = refusalBeatMs({ timeoutMs: 400 });
  expect(beatMs).toBe(500);
  expect(refusalBeatMs({ timeoutMs: 2_000 })).toBe(2_100);
  const beating = createPasswordHasher({
    argon2,
    concurrency: 4,
    maxQueue: 9,
    maxWaitMs: 5_000,
    failureBeatMs: beatMs,
  });
  const stored = await beating.hash(password);
  const { hook, question } = await lazily({ timeoutMs: 400 });
  answer = async (_request, response) => {
    await sleep(350);
    response.end('{"match": false}');
  };
  const took = async (ask: () => Promise<unknown>) => {
    const from = performance.now();
    await ask();
    return performance.now() - from;
  };
  const waits = await Promise.all([
    took(() => beating.verify(stored, 'wrong')),
    took(() => beating.equalWork('wrong', () => hook.ask(question))),
    took(() => beating.equalWork('wrong')),
  ]);
  // One beat, not two; timers may fire a millisecond early by this clock.
  for (const waitMs of waits) {
    expect(waitMs).toBeGreaterThanOrEqual(beatMs - 2);
    expect(waitMs).toBeLessThan(2 * beatMs - 50);
  }
});
