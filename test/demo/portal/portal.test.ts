import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type ProgramUnderTest, startProgram } from '../support/start-program.ts';
import { createVisitor, type Visitor } from '../support/visitor.ts';

const portal = 'http://localhost:7221';
const issuer = 'http://localhost:7220';
const startProvider = () =>
  startProgram('test/demo/support/small-provider.ts', ['7220', portal], {}, `${issuer}/health/ready`);
const sessionOf = async (visitor: Visitor) => {
  const { status, text } = await visitor.get(`${portal}/session.json`);
  return { status, body: JSON.parse(text) as Record<string, Record<string, unknown>> };
};

describe('a portal', () => {
  let dataDir: string;
  let provider: ProgramUnderTest;
  let program: ProgramUnderTest;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'avain-portal-'));
    const env = { AVAIN_DATA_DIR: dataDir, AVAIN_MOVED_PORTS: '3000:7220,3200:7221' };
    // Started before its provider and its secret exist, as a portal may be.
    program = await startProgram('src/demo/portal/main.ts', ['oima'], env, portal);
  });
  afterAll(async () => {
    expect(await program.stop()).toBe(0);
    await provider.stop();
    await rm(dataDir, { recursive: true });
  });

  test('says so while Avain is down, and works as soon as it is up', async () => {
    const early = await createVisitor().get(`${portal}/login`);
    expect([early.status, early.text]).toEqual([503, expect.stringContaining('Avain ei vastaa')]);
    await mkdir(join(dataDir, 'secrets'));
    await writeFile(join(dataDir, 'secrets', 'client-oima'), 'a-secret-of-the-portal-test\n');
    provider = await startProvider();
    expect((await createVisitor().get(`${portal}/login`)).url.href).toBe(`${portal}/`);
  });

  test('shows who is signed in, how, and gives it as JSON', async () => {
    const visitor = createVisitor();
    expect((await visitor.get(portal)).text).toContain('<a class="button" href="/login">Kirjaudu sisään</a>');
    expect(await sessionOf(visitor)).toEqual({ status: 401, body: {} });
    const home = await visitor.get(`${portal}/login`);
    expect(home.text).toContain('<dd id="sub">person-1</dd>');
    expect(home.text).toContain('<dd id="email">person@oma.example</dd>');
    expect(home.text).toContain('<button type="submit" name="logout" value="yes">Kirjaudu ulos</button>');
    const { body } = await sessionOf(visitor);
    expect(body['claims']).toMatchObject({ iss: issuer, aud: 'oima', sub: 'person-1', sid: expect.any(String) });
    expect(body['userinfo']).toMatchObject({ email: 'person@oma.example', name: 'Aino Olivia Virtanen' });
  });

  test('asks with PKCE, state, nonce and its own language, and passes on only what it lists', async () => {
    const visitor = createVisitor();
    await visitor.get(`${portal}/?lang=sv`);
    const { hops } = await visitor.get(`${portal}/login?prompt=login&max_age=60&redirect_uri=https://evil.example/`);
    const asked = Object.fromEntries(new URL(hops[1] ?? '').searchParams);
    expect(asked).toMatchObject({
      response_type: 'code',
      scope: 'openid email profile offline_access',
      redirect_uri: `${portal}/callback`,
      code_challenge_method: 'S256',
      ui_locales: 'sv',
      prompt: 'login',
      max_age: '60',
      state: expect.stringMatching(/^[\w-]{22}$/),
      nonce: expect.stringMatching(/^[\w-]{22}$/),
    });
  });

  test('/vahva accepts nothing below substantial', async () => {
    const strong = createVisitor();
    expect((await strong.get(`${portal}/vahva`)).text).toContain('ftn.ficora.fi/2017/loatest2</dd>');
    const weak = createVisitor();
    await weak.get(`${portal}/login?login_hint=weak`);
    const refused = await weak.get(`${portal}/vahva?login_hint=weak&prompt=login`);
    expect(refused.text).toContain('<code id="error">unmet_authentication_requirements</code>');
    expect(refused.text).toContain('href="/vahva">Yritä uudelleen</a>');
  });

  test.each([
    ['refused by the person', '/login?login_hint=refuse', 'access_denied', 'keskeytettiin'],
    ['silent without a session', '/login?prompt=none', 'login_required', 'et ole kirjautunut'],
    ['an unknown state', '/callback?code=x&state=y', 'unknown_state', 'ei ole aloitettu tässä selaimessa'],
    ['an error nobody knows', '/callback?error=<b>&state=y', '&lt;b&gt;', 'Jokin meni vikaan'],
  ])('%s: shows the code and a way on', async (_what, path, code, words) => {
    const shown = await createVisitor().get(`${portal}${path}`);
    expect(shown.status).toBe(400);
    expect(shown.text).toContain(`<code id="error">${code}</code>`);
    expect(shown.text).toContain(words);
    expect(shown.text).toContain('href="/login">Yritä uudelleen</a>');
  });

  test('takes a callback only in the browser that began, once, and survives its reload', async () => {
    const visitor = createVisitor();
    const { hops } = await visitor.get(`${portal}/login`);
    const callback = hops.find((hop) => hop.includes('/callback?')) ?? '';
    expect((await createVisitor().get(callback)).text).toContain('unknown_state');
    expect((await visitor.get(callback)).url.href).toBe(`${portal}/`);
  });

  test('refreshes', async () => {
    const visitor = createVisitor();
    await visitor.get(`${portal}/login`);
    expect((await visitor.post(`${portal}/refresh`, {})).text).toContain('Tunnisteet uusittiin.');
  });

  test('signs out here and at Avain, and nobody else', async () => {
    const visitor = createVisitor();
    await visitor.get(`${portal}/login`);
    const other = createVisitor();
    await other.get(`${portal}/login`);
    const cookie = `portal_oima=${visitor.cookies.get('portal_oima') ?? ''}`;
    const asked = await visitor.post(`${portal}/logout`, { logout: 'yes' });
    expect(asked.url.pathname).toBe('/session/end');
    expect(asked.url.searchParams.get('post_logout_redirect_uri')).toBe(`${portal}/`);
    expect((await fetch(`${portal}/session.json`, { headers: { cookie } })).status).toBe(401);
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(asked.text)?.[1] ?? '';
    const end = await visitor.post(`${issuer}/session/end/confirm`, { xsrf, logout: 'yes' });
    expect(end.url.origin + end.url.pathname).toBe(`${portal}/`);
    expect((await sessionOf(visitor)).status).toBe(401);
    expect((await sessionOf(other)).status).toBe(200);
  });

  test('a logout token that Avain sends ends the session', async () => {
    const visitor = createVisitor();
    await visitor.get(`${portal}/login`);
    const asked = await visitor.get(`${issuer}/session/end`);
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(asked.text)?.[1] ?? '';
    await visitor.post(`${issuer}/session/end/confirm`, { xsrf, logout: 'yes' });
    expect((await sessionOf(visitor)).status).toBe(401);
  });

  test('is not signed out by a page of another origin, nor by a forged logout token', async () => {
    const visitor = createVisitor();
    await visitor.get(`${portal}/login`);
    const foreign = await visitor.post(`${portal}/logout`, {}, { origin: 'http://localhost:3100' });
    expect(foreign.status).toBe(403);
    const forged = await visitor.post(`${portal}/backchannel-logout`, { logout_token: 'a.b.c' });
    expect([forged.status, JSON.parse(forged.text)]).toEqual([
      400,
      expect.objectContaining({ error: 'invalid_request' }),
    ]);
    expect((await sessionOf(visitor)).status).toBe(200);
  });
});
