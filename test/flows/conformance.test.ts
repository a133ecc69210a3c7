/**
 * The conformance profile, as docs/conformance.md has it prepared and started, and a client that is like the OpenID
 * Foundation's: described by metadata, over https, without PKCE; then one that registers itself.
 */
import { execFileSync } from 'node:child_process';
import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import * as client from 'openid-client';
import { type ConformanceRun, startConformance } from '../support/conformance-run.ts';
import { stepOf } from '../support/stories.ts';
import { type Answer, createVisitor, type Visitor } from '../support/visitor.ts';

const suite = 'https://suite.example';
const callback = `${suite}/test/a/avain/callback`;
const withQuery = `${callback}?dummy1=lorem&dummy2=ipsum`;

let run: ConformanceRun;
let person: { email: string; password: string };
type Known = { client_id: string; client_secret: string };
type SuiteFile = { client: Known & { initial_access_token: string }; client_secret_post: Known; browser: unknown };

beforeAll(async () => {
  run = await startConformance(suite);
  // The suite types what its configuration says: so does this test.
  const typed = JSON.stringify(((await run.prepared('suite-oidcc.json')) as SuiteFile).browser);
  const word = (field: string) => new RegExp(`"name","${field}","([^"]+)"`).exec(typed)?.[1] ?? '';
  person = { email: word('email'), password: word('password') };
}, 120_000);
afterAll(() => run?.stop());

function browser(): Visitor {
  const visitor = createVisitor({}, run.ask);
  visitor.unvisited.add(suite);
  return visitor;
}

const request = (params: Record<string, string>) => ({
  response_type: 'code',
  scope: 'openid email profile',
  redirect_uri: callback,
  state: 'a-state',
  nonce: 'a-nonce',
  ...params,
});

const authAddress = (params: Record<string, string>) => {
  const url = new URL('/auth', run.issuer);
  url.search = new URLSearchParams(request(params)).toString();
  return url;
};

/** Address, password, and consent where it is asked; ends at the client. */
async function signIn(visitor: Visitor, start: Answer): Promise<Answer> {
  let at = start;
  for (let step = 0; step < 4 && at.url.origin !== suite; step += 1) {
    if (stepOf(at) === 'sign-in') at = await visitor.submit(at, { email: person.email });
    else if (stepOf(at) === 'password') at = await visitor.submit(at, { password: person.password });
    else if (stepOf(at) === 'consent') at = await visitor.submit(at, { answer: 'allow' });
    else throw new Error(`stopped at ${at.url.pathname} (${at.status})`);
  }
  return at;
}

function relyingParty(known: Known, authentication: client.ClientAuth): Promise<client.Configuration> {
  // A cast: the library's own word for what `fetch` takes.
  const customFetch = run.ask as client.CustomFetch;
  return client.discovery(new URL(run.issuer), known.client_id, {}, authentication, {
    [client.customFetch]: customFetch,
  });
}

const checks = { expectedState: 'a-state', expectedNonce: 'a-nonce', idTokenExpected: true };

describe('a client of the JSON file', () => {
  test('posts its request, without PKCE, to a redirect URI with a query, and gets tokens by client_secret_post', async () => {
    const { client_secret_post: known } = (await run.prepared('suite-oidcc.json')) as SuiteFile;
    const visitor = browser();
    const params = request({ client_id: known.client_id, redirect_uri: withQuery });
    const end = await signIn(visitor, await visitor.post(new URL('/auth', run.issuer), params));
    expect(end.url.href).toMatch(`${withQuery}&code=`);
    expect(end.url.searchParams.get('iss')).toBe(run.issuer);
    // By hand: openid-client leaves the query out of the redirect URI that it repeats here.
    const code = end.url.searchParams.get('code') ?? '';
    const body = new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri: withQuery, ...known });
    const answer = await run.ask(`${run.issuer}/token`, { method: 'POST', body });
    const tokens = (await answer.json()) as { access_token: string; id_token: string };
    const keys = (await (await run.ask(`${run.issuer}/jwks`)).json()) as JSONWebKeySet;
    const { payload, protectedHeader } = await jwtVerify(tokens.id_token, createLocalJWKSet(keys), {
      issuer: run.issuer,
      audience: known.client_id,
    });
    // RS256 where nothing is said (OpenID Connect Registration 2).
    expect([protectedHeader.alg, payload['nonce']]).toEqual(['RS256', 'a-nonce']);
    const party = await relyingParty(known, client.ClientSecretPost(known.client_secret));
    const told = await client.fetchUserInfo(party, tokens.access_token, payload.sub ?? '');
    expect(told).toMatchObject({ email: person.email, email_verified: true, name: 'Testi Henkilö' });
    // The two other ways of sending a token (RFC 6750 2.1, 2.2).
    const token = tokens.access_token;
    const byHeader = { method: 'POST', headers: { authorization: `Bearer ${token}` } };
    for (const init of [byHeader, { method: 'POST', body: new URLSearchParams({ access_token: token }) }])
      expect(await (await run.ask(`${run.issuer}/me`, init)).json()).toEqual(told);
    // The levels of discovery, as the suite asks for them: the lowest is enough, and nobody is sent to a bank.
    const all = 'urn:avain:acr:email http://ftn.ficora.fi/2017/loatest2 http://ftn.ficora.fi/2017/loatest3';
    const again = await visitor.get(authAddress({ client_id: known.client_id, acr_values: all, prompt: 'none' }));
    expect(again.url.searchParams.get('code')).not.toBeNull();
  });

  test('is sent nowhere else than it said', async () => {
    for (const redirect_uri of [`${withQuery}&more=1`, `${callback}?dummy1=lorem`, `${callback}/`]) {
      const page = await browser().get(authAddress({ client_id: 'suite-1', redirect_uri }));
      expect([page.status, page.url.origin]).toEqual([400, run.issuer]);
    }
  });

  test('is told at its own address what is missing, and what Avain does not do', async () => {
    const wrong = [
      [{ response_type: '' }, 'invalid_request'],
      [{ request_uri: `${suite}/request.jwt` }, 'request_uri_not_supported'],
      [{ prompt: 'none' }, 'login_required'],
    ] as const;
    for (const [params, error] of wrong) {
      const end = await browser().get(authAddress({ client_id: 'suite-1', ...params }));
      expect([`${end.url.origin}${end.url.pathname}`, end.url.searchParams.get('error')]).toEqual([callback, error]);
    }
  });

  test('of FAPI 2.0 must push its requests', async () => {
    const end = await browser().get(authAddress({ client_id: 'suite-fapi-1' }));
    expect(`${end.url.search} ${end.text}`).not.toContain('code=');
    expect(end.url.pathname).not.toContain('/interaction/');
  });

  test('is asked for PKCE where it says so, after its file was read again', async () => {
    const metadata = (await run.prepared('clients.json')) as Record<string, unknown>[];
    const changed = metadata.map((one) =>
      one['client_id'] === 'suite-2' ? { ...one, avain_require_pkce: true } : one,
    );
    await writeFile(join(run.dataDir, 'clients.json'), JSON.stringify(changed));
    const asked = () => browser().get(authAddress({ client_id: 'suite-2' }));
    expect(stepOf(await asked())).toBe('sign-in');
    run.avain.kill('SIGHUP');
    await until(async () => (await asked()).url.searchParams.get('error') === 'invalid_request');
    expect((await asked()).url.searchParams.get('error_description')).toContain('PKCE');
  });
});

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    if (await holds()) return;
    await sleep(100);
  }
  throw new Error('never came');
}

describe('a posted request', () => {
  const post = (body: string) =>
    run.ask(`${run.issuer}/auth`, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: 'https://elsewhere.example' },
      body,
    });

  test('is the same as a GET, and touches no cookie of a browser that could not send its own', async () => {
    const answer = await post('client_id=suite-1&scope=openid%20email&x=%0d%0aSet-Cookie:%20a=b');
    expect(answer.status).toBe(303);
    const location = answer.headers.get('location') ?? '';
    expect(location).toBe('/auth?client_id=suite-1&scope=openid+email&x=%0D%0ASet-Cookie%3A+a%3Db');
    expect(answer.headers.getSetCookie()).toEqual([]);
  });

  test('that says a thing twice says it twice, and is refused as a GET is', async () => {
    const answer = await post('client_id=suite-1&client_id=suite-2&response_type=code');
    expect(answer.headers.get('location')).toBe('/auth?client_id=suite-1&client_id=suite-2&response_type=code');
    expect((await browser().get(new URL(answer.headers.get('location') ?? '', run.issuer))).status).toBe(400);
  });

  test.each([
    ['longer than an address can be', `client_id=suite-1&state=${'x'.repeat(9_000)}`],
    ['a megabyte', `state=${'x'.repeat(1_000_000)}`],
  ])('%s: a page that says so', async (_, body) => {
    const answer = await post(body);
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('<main');
  });
});

describe('a client that registers itself', () => {
  const register = (body: object, headers: Record<string, string>) =>
    run.ask(`${run.issuer}/reg`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/html', ...headers },
      body: JSON.stringify(body),
    });
  const bearer = (token: unknown) => ({ authorization: `Bearer ${token}` });
  const initial = async () =>
    bearer(((await run.prepared('suite-dynamic.json')) as SuiteFile).client.initial_access_token);
  const said = {
    client_name: 'Kirjasto',
    redirect_uris: [callback],
    grant_types: ['authorization_code'],
    scope: 'openid email national_id groups',
    subject_type: 'public',
    default_max_age: 3600,
    software_id: 'library',
  };

  test('needs the initial access token, and is told in JSON what is wrong', async () => {
    for (const headers of [{}, bearer('guess')]) {
      const answer = await register(said, headers);
      expect([answer.status, await answer.json()]).toEqual([401, expect.objectContaining({ error: 'invalid_token' })]);
    }
    const wrong = [
      [{ ...said, redirect_uris: ['http://suite.example/callback'] }, 'invalid_redirect_uri'],
      [{ ...said, redirect_uris: ['https://*.suite.example/callback'] }, 'invalid_redirect_uri'],
      [{ ...said, client_name: 'Oma\u202eSivu' }, 'invalid_client_metadata'],
      [{ ...said, response_types: ['code id_token'] }, 'invalid_client_metadata'],
      [{ ...said, token_endpoint_auth_method: 'private_key_jwt' }, 'invalid_client_metadata'],
    ] as const;
    for (const [body, error] of wrong) {
      const answer = await register(body, await initial());
      expect([answer.status, await answer.json()]).toEqual([400, expect.objectContaining({ error })]);
    }
  });

  test('asks people for consent, under its own `sub`; then it changes what it said, and takes itself away', async () => {
    const made = await register(said, await initial());
    const known = (await made.json()) as Known & Record<string, string>;
    expect([made.status, known]).toEqual([
      201,
      expect.objectContaining({ subject_type: 'pairwise', scope: 'openid email', client_name: 'Kirjasto' }),
    ]);
    // It is in the store: a set of clients that is read anew has it too.
    const reads = () => run.output().split('clients read again').length;
    const before = reads();
    run.avain.kill('SIGHUP');
    await until(async () => reads() > before);
    const visitor = browser();
    const asked = await visitor.get(
      authAddress({ client_id: known.client_id, scope: 'openid email', ui_locales: 'fi' }),
    );
    const password = await visitor.submit(asked, { email: person.email });
    const consent = await visitor.submit(password, { password: person.password });
    expect(stepOf(consent)).toBe('consent');
    // Anybody can call themselves anything: where people are sent is shown beside it.
    expect(consent.text).toContain('Kirjasto (suite.example)');
    const end = await visitor.submit(consent, { answer: 'allow' });
    const party = await relyingParty(known, client.ClientSecretBasic(known.client_secret));
    const tokens = await client.authorizationCodeGrant(party, end.url, checks);
    expect(tokens.claims()?.sub).toMatch(/^[\w-]{20,}$/);

    const at = known['registration_client_uri'] ?? '';
    const headers = { ...bearer(known['registration_access_token']), 'content-type': 'application/json' };
    const read = async () => (await (await run.ask(at, { headers })).json()) as Known & Record<string, unknown>;
    expect(await read()).toMatchObject({
      client_secret: known.client_secret,
      default_max_age: 3600,
      software_id: 'library',
    });
    const moved = { ...said, client_id: known.client_id, client_name: 'Lainaamo', redirect_uris: [`${suite}/moved`] };
    const put = await run.ask(at, { method: 'PUT', headers, body: JSON.stringify(moved) });
    expect([put.status, ((await put.json()) as Known).client_id]).toEqual([200, known.client_id]);
    expect(await read()).toMatchObject({ client_name: 'Lainaamo', redirect_uris: [`${suite}/moved`] });
    expect((await browser().get(authAddress({ client_id: known.client_id }))).status).toBe(400);
    // What people allowed stays with the host that they were shown.
    const away = JSON.stringify({ ...moved, redirect_uris: ['https://elsewhere.example/cb'] });
    const refused = await run.ask(at, { method: 'PUT', headers, body: away });
    expect([refused.status, await refused.json()]).toEqual([
      400,
      expect.objectContaining({ error: 'invalid_redirect_uri' }),
    ]);
    expect(await read()).toMatchObject({ redirect_uris: [`${suite}/moved`] });

    expect((await run.ask(at, { headers: bearer('guess') })).status).toBe(401);
    expect((await run.ask(at, { method: 'DELETE', headers })).status).toBe(204);
    expect((await run.ask(at, { headers })).status).toBe(401);
    const gone = await browser().get(authAddress({ client_id: known.client_id, redirect_uri: `${suite}/moved` }));
    expect([gone.status, gone.url.origin]).toEqual([400, run.issuer]);
    // Neither its secret nor its token ever lay in the log.
    for (const secret of [known.client_secret, known['registration_access_token'] ?? '']) {
      expect(run.output()).not.toContain(secret);
    }
  });

  test('is refused when there are as many as may be, until one has gone', async () => {
    const made: Record<string, string>[] = [];
    for (let count = 0; count < 3; count += 1) {
      const answer = await register(said, await initial());
      expect(answer.status).toBe(201);
      made.push((await answer.json()) as Record<string, string>);
    }
    const full = await register(said, await initial());
    const { error, error_description: told } = (await full.json()) as Record<string, string>;
    expect([full.status, error, told]).toEqual([503, 'temporarily_unavailable', expect.stringContaining('most')]);
    for (const { registration_client_uri: at = '', registration_access_token: token } of made) {
      expect((await run.ask(at, { headers: bearer(token) })).status).toBe(200);
      expect((await run.ask(at, { method: 'DELETE', headers: bearer(token) })).status).toBe(204);
    }
    expect((await register(said, await initial())).status).toBe(201);
  });
});

/** What a TLS client is given: the cipher, or the error that ended the greeting. */
function greeting(options: object): Promise<string> {
  const { port } = new URL(run.issuer);
  return new Promise((resolve) => {
    const socket = connect({ host: 'localhost', port: Number(port), rejectUnauthorized: false, ...options }, () => {
      resolve(
        `${socket.getProtocol()} ${socket.getCipher().standardName} ${socket.getPeerCertificate().fingerprint256}`,
      );
      socket.end();
    });
    socket.once('error', ({ message }) => resolve(`refused: ${message}`));
  });
}

describe('TLS by Avain itself', () => {
  test('is 1.3, or 1.2 with forward secrecy and GCM, and nothing else', async () => {
    expect(await greeting({})).toMatch(/^TLSv1\.3 /);
    expect(await greeting({ maxVersion: 'TLSv1.2' })).toMatch(/^TLSv1\.2 TLS_ECDHE_ECDSA_WITH_AES_\d+_GCM_/);
    expect(await greeting({ maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA256' })).toMatch(/^refused/);
    expect(await greeting({ minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'ALL@SECLEVEL=0' })).toMatch(
      /^refused/,
    );
  });

  test('takes a new certificate on SIGHUP, and keeps the old one where the new is none', async () => {
    const before = await greeting({});
    const [certificate, key] = ['certificate.pem', 'key.pem'].map((name) => join(run.dataDir, name)) as [
      string,
      string,
    ];
    await cp(certificate, `${certificate}.old`);
    await writeFile(certificate, 'no certificate');
    run.avain.kill('SIGHUP');
    await until(async () => run.output().includes('certificate not read again'));
    expect(await greeting({})).toBe(before);
    const subject = ['-subj', '/CN=another', '-addext', 'subjectAltName=DNS:localhost'];
    execFileSync('openssl', ['req', '-x509', '-key', key, '-days', '2', ...subject, '-out', certificate]);
    run.avain.kill('SIGHUP');
    await until(async () => (await greeting({})) !== before);
    await run.trust();
    expect((await run.ask(`${run.issuer}/health/live`)).status).toBe(200);
  });

  test('ends in order: who greeted and asked nothing holds nobody up', async () => {
    const { port } = new URL(run.issuer);
    const idle = connect({ host: 'localhost', port: Number(port), rejectUnauthorized: false });
    await new Promise((resolve) => idle.once('secureConnect', resolve));
    const ended = new Promise((resolve) => run.avain.once('exit', resolve));
    const began = performance.now();
    run.avain.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(performance.now() - began).toBeLessThan(8_000);
    idle.destroy();
  });
});

test('it says what it is for', () => {
  expect(run.output()).toContain('NOT FOR PEOPLE');
});
