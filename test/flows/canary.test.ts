/**
 * Recognisable secrets are planted in every input of whole journeys; then all that Avain printed at debug and every byte
 * of its files is searched (security R61). Passwords, codes, link tokens, cookies and identity codes are nowhere;
 * addresses are never in the log.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { climbOn } from '../support/people.ts';
import { startWorld, type World } from '../support/start-world.ts';
import {
  authorization,
  codeMailedTo,
  goodPassword,
  identify,
  linkMailedTo,
  mailsTo,
  noListener,
  redeem,
  signInWithPassword,
  signUp,
} from '../support/stories.ts';
import { startTraceReceiver, type TraceReceiver } from '../support/trace-receiver.ts';
import { type Answer, createVisitor, type Visitor } from '../support/visitor.ts';

let world: World;
let printed = '';
let figures: string;
let traces: TraceReceiver;
beforeAll(async () => {
  traces = await startTraceReceiver();
  world = await startWorld({
    chance: 'always',
    env: (offset) => {
      figures = `http://127.0.0.1:${3600 + offset}/metrics`;
      return { AVAIN_METRICS_PORT: String(3600 + offset), OTEL_EXPORTER_OTLP_ENDPOINT: traces.endpoint };
    },
  });
  // Avain's own output only: the mailbox and the broker are other people's programs.
  for (const stream of [world.avain?.stdout, world.avain?.stderr]) {
    stream?.on('data', (chunk) => {
      printed += String(chunk);
    });
  }
});
afterAll(async () => {
  await world.stop();
  traces.close();
});

const email = 'Kanarialintu.Keltainen@oma.example';
const identityCode = '010190-999W';
const name = 'Kanaria Keltainen';
const password = 'Kanaria#Salasana77';
const wrong = 'Kanaria#Vaara88xyz';
const weak = 'kanariaheikko';
const reset = 'Kanaria#Uusittu99';

/** What was seen on the way, by what it is. */
const secrets = new Map<string, string>([
  ['password', password],
  ['wrong password', wrong],
  ['weak password', weak],
  ['password after the reset', reset],
  ['identity code', identityCode],
  ['name at the bank', name],
  ['old system’s password', goodPassword],
]);
const remember = (what: string, value: string | undefined): void => {
  if (!value) throw new Error(`nothing to plant as ${what}`);
  secrets.set(what, value);
};

function rememberCookies(name: string, visitor: Visitor, page: Answer): void {
  for (const [cookie, value] of Object.entries(visitor.cookiesFor(page.url))) {
    // The interaction's cookie is the id in its address; what makes it a key is the signature beside it.
    if (/locale|(interaction|resume)_\d+$/.test(cookie)) continue;
    remember(`${name}: cookie ${cookie}`, value);
  }
}

async function signUpAndIn(visitor: Visitor): Promise<void> {
  const request = authorization(world, { login_hint: email });
  const signIn = await visitor.get(request.url);
  const passwordPage = await visitor.submit(signIn, { email });
  await visitor.submit(passwordPage, { password: wrong });
  const door = await visitor.get(new URL(signIn.url.pathname.replace('sign-in', 'sign-up'), signIn.url));
  await visitor.submit(door, { email });
  const link = await linkMailedTo(world, email, 'activate');
  remember('activation token', new URL(link).searchParams.get('token') ?? undefined);
  const activation = await visitor.get(link);
  rememberCookies('activation', visitor, activation);
  const strongAuth = await visitor.submit(await visitor.submit(activation, { password: weak }), { password });
  let page = await identify(visitor, strongAuth, { person: identityCode, name });
  if (page.url.pathname.endsWith('email-code')) {
    await visitor.submit(page, { code: '000000' });
    const code = await codeMailedTo(world, email, 2);
    remember('code', code);
    page = await visitor.submit(page, { code });
  }
  rememberCookies('journey', visitor, page);
  const end = await climbOn(visitor, page);
  expect(end.url.origin).toBe(noListener);
  remember('authorization code', end.url.searchParams.get('code') ?? undefined);
  const tokens = (await (await redeem(world, request, end.url)).json()) as Record<string, string>;
  for (const kind of ['access_token', 'id_token', 'refresh_token'] as const) {
    if (tokens[kind] !== undefined) remember(kind, tokens[kind]);
  }
  rememberCookies('session', visitor, signIn);
  rememberCookies('session', visitor, { ...signIn, url: new URL(world.issuer) });
}

async function resetPassword(): Promise<void> {
  const visitor = createVisitor();
  visitor.unvisited.add(noListener);
  const signIn = await visitor.get(authorization(world).url);
  const door = await visitor.get(new URL(signIn.url.pathname.replace('sign-in', 'forgot-password'), signIn.url));
  const count = (await mailsTo(world, email)).length;
  await visitor.submit(door, { email });
  const link = await linkMailedTo(world, email, 'reset', count + 1);
  remember('reset token', new URL(link).searchParams.get('token') ?? undefined);
  await visitor.submit(await visitor.get(link), { password: reset });
}

/** Addresses and secrets where no form asks for them. */
async function litter(): Promise<void> {
  const visitor = createVisitor({ 'user-agent': email, 'x-request-id': password, authorization: `Bearer ${password}` });
  visitor.unvisited.add(noListener);
  const at = (path: string) => new URL(path, world.issuer);
  await visitor.get(at(`/${email}`));
  await visitor.get(at(`/interaction/${email}/${password}`));
  await visitor.get(at(`/terms/${encodeURIComponent(email)}`));
  await visitor.get(at(`/links/activate?token=${encodeURIComponent(password)}&email=${email}`));
  await visitor.get(at(`/upstream/demotunnistus/callback?state=${identityCode}&error=${email}&code=${identityCode}`));
  await visitor.get(at(`/upstream/${email}/callback`));
  await visitor.get(at(`/auth?client_id=${email}&redirect_uri=${email}&login_hint=${email}&scope=${identityCode}`));
  await visitor.get(
    authorization(world, { scope: `openid ${email}`, prompt: email, claims: `{"${email}":${password}` }).url,
  );
  await visitor.get(at(`/session/end?id_token_hint=${email}&client_id=${email}`));
  const body = new URLSearchParams({ grant_type: email, code: password, client_id: email, client_secret: password });
  for (const path of ['/token', '/token/introspection', '/token/revocation', '/me', `/interaction/x/${email}`]) {
    await fetch(at(path), { method: 'POST', body });
  }
  await fetch(at('/token'), { method: 'POST', body: JSON.stringify({ password, email }) });
}

test('a whole life with canaries in every input', async () => {
  const visitor = createVisitor();
  visitor.unvisited.add(noListener);
  await signUpAndIn(visitor);
  const old = createVisitor();
  old.unvisited.add(noListener);
  await signInWithPassword(old, await old.get(authorization(world).url), 'vanha@oma.example');
  await signUp(world, createVisitor(), authorization(world).url, 'kanaria.toinen@oma.example', reset);
  await resetPassword();
  await litter();
  expect([...secrets.keys()]).toEqual(
    expect.arrayContaining([
      'activation token',
      'code',
      'authorization code',
      'access_token',
      'id_token',
      'reset token',
    ]),
  );
  expect([...secrets.keys()].filter((what) => what.includes('cookie')).length).toBeGreaterThan(3);
}, 120_000);

/** Avain's own files: the keys are secrets by their nature, and the mailbox is another program. */
function filesOf(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/[/](secrets|demo)$/.test(entry.parentPath))
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Six digits are in many a timestamp: a code is looked for as a number of its own. */
function occurs(secret: string, text: string): boolean {
  if (/^\d{6}$/.test(secret)) return new RegExp(`(?<!\\d)${secret}(?!\\d)`).test(text);
  const utf8 = Buffer.from(secret).toString('latin1');
  const forms = [utf8, encodeURIComponent(secret), Buffer.from(secret).toString('base64').replace(/=+$/, '')];
  return forms.some((form) => text.includes(form));
}

const found = (text: string): string[] =>
  [...secrets].filter(([, secret]) => occurs(secret, text)).map(([what]) => what);

test('no secret is in the log, and no address', () => {
  expect(printed).toContain('"msg":"request"');
  expect(found(Buffer.from(printed).toString('latin1'))).toEqual([]);
  expect(printed.match(/.*(kanaria|@oma\.example|%40oma).*/gi)).toBeNull();
});

test('no secret is in a figure or a trace, and no address', async () => {
  const told = await (await fetch(figures)).text();
  expect(told).toMatch(/avain_identifications_total\{broker="[a-z]+",event="done"\} [1-9]/);
  // Sent some seconds after the last request.
  const sent = () => traces.text().includes('POST token');
  for (let attempt = 0; attempt < 200 && !sent(); attempt += 1) await sleep(50);
  expect(sent()).toBe(true);
  for (const text of [told, traces.text()]) {
    expect(found(Buffer.from(text).toString('latin1'))).toEqual([]);
    expect(text.match(/.*(kanaria|@oma\.example|%40oma).*/gi)).toBeNull();
  }
}, 20_000);

test('no secret is in any file, in whatever bytes it could be written', () => {
  const files = filesOf(world.dataDir);
  expect(files.some((file) => file.endsWith('avain.db'))).toBe(true);
  for (const file of files) {
    expect({ file, found: found(readFileSync(file, 'latin1')) }).toEqual({ file, found: [] });
  }
});

test('the search finds what is there', () => {
  expect(found(`{"code":"${secrets.get('code')}"}`)).toEqual(['code']);
  // The address is stored as typed: it is where mail goes.
  const bytes =
    readFileSync(join(world.dataDir, 'avain.db'), 'latin1') +
    readFileSync(join(world.dataDir, 'avain.db-wal'), 'latin1');
  expect(bytes).toContain(email);
});
