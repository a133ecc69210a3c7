/** What a developer learns of a request that was refused: on the page, in the log by its reference, in the console. */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { get } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type FindingName, findingErrors } from '../../src/integrator/finding-names.ts';
import { productionScratch, type Scratch } from '../config/scratch.ts';
import { createPrograms, freeOffset, type Programs } from '../support/programs.ts';
import { says } from '../support/says.ts';
import { startWorld, type World } from '../support/start-world.ts';
import { authorization, clientSecret, noListener, redeem, signInWithPassword } from '../support/stories.ts';
import { createVisitor } from '../support/visitor.ts';
import { send, urlencoded, visibleText } from '../support/wire.ts';

const aino = 'aino@oma.example';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

type Told = {
  readonly address: string;
  readonly clientId: string | null;
  readonly error: string | null;
  readonly reference: string | null;
  readonly documentation: string | null;
  readonly findings: readonly { readonly kind: string; readonly name: string; readonly text: string }[];
};

async function told(client?: string): Promise<readonly Told[]> {
  const url = new URL('/integrator.json', world.issuer);
  if (client !== undefined) url.searchParams.set('client', client);
  const { requests } = (await (await fetch(url)).json()) as { requests: Told[] };
  return requests;
}

/** Of the newest request. */
const findings = async (client?: string) =>
  (await told(client))[0]?.findings.map(({ kind, name }) => `${kind} ${name}`) ?? [];

/** Lines of the log with this in them; what a program prints arrives a moment after its answer. */
async function logged(text: string): Promise<readonly Record<string, unknown>[]> {
  for (let attempt = 0; attempt < 100 && !world.output().includes(text); attempt += 1) await sleep(20);
  const lines = world
    .output()
    .split('\n')
    .filter((line) => line.includes(text));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

const visitor = createVisitor();
visitor.unvisited.add(noListener);
const basicOf = async (client: string, secret?: string) =>
  `Basic ${Buffer.from(`${client}:${encodeURIComponent(secret ?? (await clientSecret(world, client)))}`).toString('base64')}`;
const token = async (body: Record<string, string>, authorization?: string) =>
  fetch(new URL('/token', world.issuer), {
    method: 'POST',
    body: new URLSearchParams(body),
    ...(authorization !== undefined && { headers: { authorization } }),
  });

describe('a page where there is no way back', () => {
  const wrong = () => authorization(world, { redirect_uri: `${noListener}/callback/`, ui_locales: '' }).url;

  test.each([
    ['fi', 'Virhetunnus'],
    ['sv', 'Felkod'],
    ['en', 'Error reference'],
  ])('in %s it has a reference, by which the log tells what the page does not', async (locale, words) => {
    const { text, headers } = await send(createVisitor(), wrong(), { headers: { 'accept-language': locale } });
    expect(text).toContain(`<html lang="${locale}">`);
    const reference = headers.get('avain-reference') ?? 'none';
    expect(visibleText(text)).toContain(`${words}: ${reference}`);
    const lines = await logged(reference);
    expect(lines[0]).toMatchObject({
      level: 30,
      client: 'test-web',
      error: 'invalid_redirect_uri',
      route: 'authorization',
    });
    // The line of the request itself, which may come a moment later.
    for (const line of lines.slice(1))
      expect(line).toMatchObject({ msg: 'request', route: 'authorization', status: 400 });
    expect(JSON.stringify(lines)).not.toContain('client.example');
  });

  test('its developer is told more, in the development profile', async () => {
    const { text } = await send(createVisitor(), wrong());
    expect(text).toContain('invalid_redirect_uri');
    expect(text).toContain('href="/integrator?client=test-web"');
  });
});

describe('the console', () => {
  test('says in words how a redirect URI differs, in the reader’s language', async () => {
    await send(visitor, authorization(world, { redirect_uri: `${noListener}/callback/` }).url);
    const [newest] = await told('test-web');
    expect(newest).toMatchObject({
      error: 'invalid_redirect_uri',
      documentation: 'docs/errors.md#invalid_redirect_uri',
    });
    expect(newest?.findings[0]?.text).toBe(
      `redirect_uri differs from the registered one in its last slash: ${noListener}/callback`,
    );
    const page = await send(visitor, new URL('/integrator?client=test-web&lang=sv', world.issuer));
    expect(visibleText(page.text)).toContain('redirect_uri skiljer sig från den registrerade i sitt sista snedstreck');
    expect(page.headers.get('cache-control')).toBe('no-store');
  });

  test('follows a client from its first request to its tokens', async () => {
    const request = authorization(world, { nonce: '' });
    const signIn = await visitor.get(request.url);
    expect(await findings('test-web')).toEqual([
      'right redirect-exact',
      'right pkce-good',
      'right page-shown',
      'advice nonce-missing',
    ]);
    const end = await signInWithPassword(visitor, signIn, aino);
    expect(await findings('test-web')).toEqual(['right code-given']);
    const tokens = (await (await redeem(world, request, end.url)).json()) as Record<string, string>;
    expect(await findings('test-web')).toEqual(['right client-proved', 'right code-in-time', 'right tokens-given']);
    // Once more: the same code is good once.
    await redeem(world, request, end.url);
    expect(await findings('test-web')).toEqual(['wrong code-used']);
    const other = authorization(world);
    const again = await visitor.get(other.url);
    await redeem(world, { ...other, verifier: randomBytes(32).toString('base64url') }, again.url);
    expect(await findings('test-web')).toEqual(['wrong verifier-mismatch']);
    const foreign = await redeem(world, { ...other, client: 'test-roster' }, again.url);
    expect([foreign.status, await findings('test-roster')]).toEqual([400, ['wrong code-foreign']]);
    // Nothing of all this is kept that opens anything or names anybody.
    const everything = JSON.stringify(await told()) + (await send(visitor, new URL('/integrator', world.issuer))).text;
    const secrets = [
      tokens['access_token'],
      tokens['id_token'],
      tokens['refresh_token'],
      end.url.searchParams.get('code'),
      request.verifier,
      aino,
    ];
    const secret = await clientSecret(world, 'test-web');
    for (const value of [...secrets, secret, request.url.searchParams.get('state')])
      if (String(value).length > 8) expect(everything).not.toContain(String(value));
  });

  test('says which secret, method, scope and client were wrong', async () => {
    const grant = { grant_type: 'authorization_code', code: 'x', redirect_uri: `${noListener}/callback` };
    await token(grant, await basicOf('test-web', 'wrong'));
    expect(await findings('test-web')).toEqual(['wrong secret-wrong']);
    await token(grant, await basicOf('test-public', 'wrong'));
    expect(await findings('test-public')).toEqual(['wrong auth-method']);
    await token(grant, await basicOf('test-wed', 'wrong'));
    expect(await findings('')).toEqual(['wrong client-misspelt']);
    await token(grant);
    expect(await findings('')).toEqual(['wrong auth-missing']);
    await token({ ...grant, grant_type: 'password', username: aino }, await basicOf('test-web'));
    expect(await findings('test-web')).toEqual(['wrong grant-unknown']);
    await send(createVisitor(), authorization(world, { scope: 'openid national_id' }).url);
    expect(await findings('test-web')).toContain('wrong scope-not-filed');
    await send(createVisitor(), authorization(world, { prompt: 'none' }).url);
    expect(await findings('test-web')).toContain('wrong silent-sign-in');
    const plain = { code_challenge: '', code_challenge_method: '' };
    await send(createVisitor(), authorization(world, plain).url);
    expect(await findings('test-web')).toContain('wrong pkce-missing');
    await send(
      visitor,
      new URL('/session/end?client_id=test-web&post_logout_redirect_uri=https://x.example/', world.issuer),
    );
    expect(await findings('test-web')).toEqual(['wrong sign-out-unregistered']);
  });

  const hint = 'eyJhbGciOiJub25lIn0.e30.';
  const asked: readonly (readonly [name: FindingName, params: Record<string, string>])[] = [
    ['redirect-host', { redirect_uri: 'https://other.example/callback' }],
    ['pkce-missing', { code_challenge: '', code_challenge_method: '' }],
    ['pkce-plain', { code_challenge_method: 'plain' }],
    ['pkce-malformed', { code_challenge: 'short' }],
    ['prompt-wrong', { prompt: 'none login' }],
    ['max-age-wrong', { max_age: 'soon' }],
    ['claims-malformed', { claims: '[]' }],
    ['hint-malformed', { id_token_hint: hint }],
    ['openid-missing', { scope: 'email', claims: '{"userinfo":{"email":null}}' }],
    ['response-mode', { response_mode: 'jwt' }],
    ['response-mode-unknown', { response_mode: 'web_message' }],
    ['response-type', { response_type: 'token' }],
    ['scope-not-filed', { scope: 'openid national_id' }],
    ['silent-sign-in', { prompt: 'none' }],
    ['silent-page', { prompt: 'none', client_id: 'test-two-step' }],
    ['client-unknown', { client_id: 'nobody-at-all' }],
    ['request-object', { request: 'x' }],
    ['pushed-over', { request_uri: `urn:ietf:params:oauth:request_uri:${'x'.repeat(43)}` }],
  ];
  const grant = { grant_type: 'authorization_code', code: 'x'.repeat(43), redirect_uri: `${noListener}/callback` };
  const redeemed: readonly (readonly [name: FindingName, body: Record<string, string>])[] = [
    ['parameter-missing', { grant_type: 'authorization_code' }],
    ['code-unknown', { ...grant, code_verifier: 'v'.repeat(43) }],
    ['grant-not-filed', { grant_type: 'client_credentials' }],
    ['grant-unknown', { grant_type: 'password' }],
    ['auth-twice', { ...grant, client_id: 'test-public' }],
    ['refresh-over', { grant_type: 'refresh_token', refresh_token: 'x'.repeat(43) }],
  ];

  test('finds the cause of each refusal, and it stands in docs/errors.md at the error that was given', async () => {
    const seen: (readonly [string | undefined, string | null | undefined])[] = [];
    const look = async () => {
      const [newest] = await told();
      seen.push([newest?.findings.find(({ kind }) => kind === 'wrong')?.name, newest?.error]);
    };
    const signedIn = createVisitor();
    signedIn.unvisited.add(noListener);
    const end = await signInWithPassword(signedIn, await signedIn.get(authorization(world).url), aino);
    for (const [name, params] of asked) {
      await send(name === 'silent-page' ? signedIn : createVisitor(), authorization(world, params).url);
      await look();
    }
    const basic = await basicOf('test-web');
    for (const [, body] of redeemed) {
      await token(body, basic);
      await look();
    }
    await token({ ...grant, code: end.url.searchParams.get('code') ?? '', code_verifier: 'short' }, basic);
    await look();
    const me = new URL('/me', world.issuer);
    await fetch(me, { headers: { authorization: `Bearer ${'x'.repeat(43)}` } });
    await look();
    await fetch(`${me}?access_token=${'x'.repeat(43)}`);
    await look();
    const names = [...asked, ...redeemed].map(([name]) => name);
    const all: readonly FindingName[] = [...names, 'verifier-malformed', 'token-over', 'token-in-query'];
    expect(seen).toEqual(all.map((name) => [name, findingErrors[name]]));
  });

  test('keeps the last twenty of a client, and what a stranger sends pushes out nobody else’s', async () => {
    const before = (await told('test-web')).length;
    for (let turn = 0; turn < 25; turn += 1)
      await send(visitor, new URL(`/auth?client_id=${aino}${turn}`, world.issuer));
    expect((await told('')).length).toBe(20);
    expect((await told('test-web')).length).toBe(before);
    expect(JSON.stringify(await told())).not.toContain('aino');
  });

  test('answers to its own name alone, so that a page whose name points here cannot read it', async () => {
    const { port } = new URL(world.issuer);
    for (const path of ['/integrator', '/integrator.json']) {
      const status = (host: string) =>
        new Promise<number | undefined>((resolve, reject) => {
          get({ host: '127.0.0.1', port, path, headers: { host } }, (answer) => {
            answer.resume();
            resolve(answer.statusCode);
          }).on('error', reject);
        });
      expect([path, await status(`localhost:${port}`)]).toEqual([path, 200]);
      for (const host of [`rebound.example:${port}`, 'localhost', `127.0.0.1:${port}`])
        expect([path, host, await status(host)]).toEqual([path, host, 421]);
    }
  });

  test('is read only', async () => {
    const answer = await send(visitor, new URL('/integrator', world.issuer), {
      method: 'POST',
      headers: urlencoded,
      body: '',
    });
    expect(answer.status).toBe(405);
  });
});

test('a refusal of a program has its reference in a header, and its cause in the log only', async () => {
  const answer = await token({ grant_type: 'authorization_code' }, await basicOf('test-web', 'wrong'));
  const reference = answer.headers.get('avain-reference') ?? 'none';
  expect(await answer.json()).toEqual({ error: 'invalid_client', error_description: 'client authentication failed' });
  const [line] = await logged(reference);
  expect(line).toMatchObject({
    client: 'test-web',
    error: 'invalid_client',
    detail: 'invalid secret provided',
  });
});

test('what a parser quotes of a request is not logged', async () => {
  await send(visitor, authorization(world, { claims: `{"x": ${aino}` }).url);
  expect(await logged('"detail":"not JSON"')).toHaveLength(1);
  expect(world.output()).not.toContain('oma.exam');
});

describe('in production', () => {
  let scratch: Scratch;
  let programs: Programs;
  let origin: string;
  beforeAll(async () => {
    scratch = await productionScratch();
    const offset = await freeOffset();
    origin = `http://localhost:${3000 + offset}`;
    const jwk = (use: string, alg: string) => {
      const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
      return { ...privateKey.export({ format: 'jwk' }), use, alg, kid: use };
    };
    const keys = JSON.stringify({ keys: [jwk('sig', 'RS256'), jwk('enc', 'RSA-OAEP')] });
    await scratch.write('data/secrets/broker-telia.jwks.json', keys, 0o600);
    const env = {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      AVAIN_CONFIG: join(scratch.root, 'config/avain.yaml'),
    };
    programs = createPrograms({ ...env, AVAIN_PORT: String(3000 + offset) });
    await programs.untilReady(`${origin}/health/ready`, programs.start(['bin/avain.mjs', 'serve']));
  });
  afterAll(async () => {
    await programs.stop();
    await scratch.remove();
  });

  test.each(['/integrator', '/integrator.json', '/integrator?client=palkka'])('%s is an unknown page', async (path) => {
    const answer = await fetch(`${origin}${path}`);
    expect([answer.status, says(await answer.text(), 'page.not-found-title')]).toEqual([404, true]);
  });

  test('a refusal has its reference, and not a word for developers', async () => {
    const answer = await fetch(`${origin}/auth?client_id=palkka&redirect_uri=https://evil.example/`, {
      headers: { accept: 'text/html' },
    });
    const text = await answer.text();
    expect(answer.status).toBe(400);
    expect(text).toContain(answer.headers.get('avain-reference'));
    expect(text).not.toMatch(/invalid_redirect_uri|integrator|redirect_uri/);
  });
});
