/** What every answer carries, whatever it is, and what no request can talk the service into (security R01–R09, R47, R51–R54). */

import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newPerson } from '../support/people.ts';
import { startWorld, type World } from '../support/start-world.ts';
import { storedRows } from '../support/stored-rows.ts';
import { authorization, linkMailedTo, mailsTo, noListener } from '../support/stories.ts';
import { createVisitor, formsOf } from '../support/visitor.ts';
import { send, urlencoded } from '../support/wire.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

const visitor = createVisitor();
const at = (path: string) => new URL(path, world.issuer);
const post = { method: 'POST', headers: urlencoded } as const;

describe('every answer is protected', () => {
  const answers: Readonly<Record<string, () => ReturnType<typeof send>>> = {
    'the list of services': () => send(visitor, at('/')),
    'an unknown page': () => send(visitor, at('/no-such-page')),
    'an unknown page under .well-known': () => send(visitor, at('/.well-known/no-such-thing')),
    'a dead interaction': () => send(visitor, at('/interaction/abc')),
    'a page that the sign-in begins with': async () => visitor.get(authorization(world).url),
    'a redirect to an interaction': () => send(visitor, authorization(world).url),
    'an authorization request that is refused': () => send(visitor, at('/auth?client_id=nobody')),
    'a garbled link': () => send(visitor, at('/links/reset?token=x')),
    'a wrong method': () => send(visitor, at('/accessibility'), { method: 'PUT' }),
    'a body too large': () => send(visitor, at('/interaction/abc/sign-in'), { ...post, body: 'x'.repeat(20_000) }),
    'a path that cannot be decoded': () => send(visitor, at('/terms/%E0%A4%A')),
    'a callback that nobody asked for': () => send(visitor, at('/upstream/demotunnistus/callback?state=x')),
    'an unknown broker': () => send(visitor, at('/upstream/nobody/callback')),
    discovery: () => send(visitor, at('/.well-known/openid-configuration')),
    keys: () => send(visitor, at('/jwks')),
    'keys for the broker': () => send(visitor, at('/upstream/demotunnistus/jwks')),
    'a token error': () => send(visitor, at('/token'), { ...post, body: 'grant_type=x' }),
    'a userinfo error': () => send(visitor, at('/me')),
    'an introspection error': () => send(visitor, at('/token/introspection'), { ...post, body: 'token=x' }),
    'a revocation error': () => send(visitor, at('/token/revocation'), { ...post, body: 'token=x' }),
    'sign-out': () => send(visitor, at('/session/end')),
    'sign-out that is refused': () => send(visitor, at('/session/end?id_token_hint=x')),
    health: () => send(visitor, at('/health/ready')),
    'a missing asset': () => send(visitor, at('/assets/none.css')),
  };

  test.each(Object.entries(answers))('%s', async (_name, ask) => {
    const { headers, status } = await ask();
    expect(status).toBeLessThan(500);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(['same-origin', 'no-referrer']).toContain(headers.get('referrer-policy'));
    expect(headers.get('x-powered-by')).toBeNull();
    const policy = headers.get('content-security-policy') ?? '';
    for (const part of ["default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"])
      expect(policy).toContain(part);
    expect(policy).not.toMatch(/unsafe-inline|unsafe-eval|\*/);
    // What carries nobody's data may be kept, everything else must not.
    expect(headers.get('cache-control')).toMatch(/no-store|^public|no-cache/);
  });

  test('an asset may be kept for ever, the rest not at all', async () => {
    const page = await send(visitor, at('/'));
    const [css = ''] = /\/assets\/[^"]+\.css/.exec(page.text) ?? [];
    expect(page.headers.get('cache-control')).toBe('no-store');
    const asset = await send(visitor, at(css));
    expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(asset.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('no page has a script or a style of its own', async () => {
    const { text } = await visitor.get(authorization(world).url);
    expect(text).not.toMatch(/<script(?![^>]*src=)|<style|\sstyle=|\son\w+=/);
  });
});

test('every cookie is HttpOnly, Lax, named for this port, and scoped', async () => {
  const stranger = createVisitor();
  const begun = await fetch(authorization(world).url, { redirect: 'manual' });
  const { email } = newPerson('keksi');
  const signIn = await stranger.get(authorization(world).url);
  await stranger.submit(await stranger.get(new URL(signIn.url.pathname.replace('sign-in', 'sign-up'), signIn.url)), {
    email,
  });
  const link = await fetch(await linkMailedTo(world, email, 'activate'), { redirect: 'manual' });
  const switched = await fetch(at('/?lang=sv'));
  const lines = [begun, link, switched].flatMap(({ headers }) => headers.getSetCookie());
  const names = lines.map((line) => line.slice(0, line.indexOf('=')).replace(/\.sig$/, ''));
  const port = new URL(world.issuer).port;
  expect([...new Set(names)].sort()).toEqual(
    ['browser', 'interaction', 'link', 'locale', 'resume'].map((kind) => `avain_${kind}_${port}`),
  );
  for (const line of lines) {
    expect(line).toMatch(/; httponly/i);
    expect(line).toMatch(/; samesite=lax/i);
    expect(line).toMatch(/; path=\//i);
    expect(line).not.toMatch(/; domain=/i);
    if (/_(interaction|resume|link)_/.test(line)) expect(line).not.toMatch(/; path=\/(;|$)/i);
  }
});

describe('a redirect URI is one of the client’s own, letter by letter', () => {
  const registered = 'https://client.example/callback';
  const variants = [
    `${registered}/`,
    `${registered}/more`,
    `${registered}?x=1`,
    `${registered}#x`,
    'https://client.example/Callback',
    'https://CLIENT.example/callback',
    'https://client.example:443/callback',
    'https://client.example:8443/callback',
    'https://client.example/%63allback',
    'https://client.example/x/../callback',
    'https://user@client.example/callback',
    'http://client.example/callback',
    'https://client.example.evil.example/callback',
    'https://evil.example/callback',
    '//evil.example',
    'javascript:alert(1)',
    'data:text/html,x',
  ];

  test.each(variants)('%s is refused without going there', async (redirect) => {
    const answer = await send(visitor, authorization(world, { redirect_uri: redirect }).url);
    expect(answer.status).toBe(400);
    expect(answer.headers.get('location')).toBeNull();
    expect(answer.text).not.toContain('evil.example');
  });

  test('the registered one begins a sign-in', async () => {
    const answer = await send(visitor, authorization(world, { redirect_uri: registered }).url);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, expect.stringMatching(/^\/interaction\//)]);
  });

  test('two of them are refused, at the registered one or not at all', async () => {
    const { url } = authorization(world);
    const registeredFirst = url.searchParams.get('redirect_uri') ?? '';
    url.searchParams.delete('redirect_uri');
    for (const uri of [registeredFirst, 'https://evil.example/callback']) url.searchParams.append('redirect_uri', uri);
    const answer = await send(visitor, url);
    expect(answer.headers.get('location')).toMatch(/^https:\/\/client\.example\/callback\?error=invalid_request&/);
  });
});

describe('what a request must be', () => {
  const refusals: readonly (readonly [string, Record<string, string>, string])[] = [
    ['no code_challenge', { code_challenge: '', code_challenge_method: '' }, 'invalid_request'],
    ['a plain code_challenge', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['implicit', { response_type: 'id_token' }, 'unsupported_response_type'],
    ['a token in the redirect', { response_type: 'token' }, 'unsupported_response_type'],
    ['hybrid', { response_type: 'code id_token' }, 'unsupported_response_type'],
    ['hybrid with a token', { response_type: 'code token' }, 'unsupported_response_type'],
    ['nobody signed in, and no page wanted', { prompt: 'none' }, 'login_required'],
  ];

  test.each(refusals)('%s: %p is answered with %s, and says who answers', async (_name, params, error) => {
    const answer = await send(createVisitor(), authorization(world, params).url);
    const location = new URL(answer.headers.get('location') ?? '');
    const answered = new URLSearchParams(location.hash.slice(1) || location.search);
    expect(answer.status).toBe(303);
    expect(`${location.origin}${location.pathname}`).toBe(`${noListener}/callback`);
    expect([answered.get('error'), answered.get('iss')]).toEqual([error, world.issuer]);
  });

  test.each(['/token', '/token/introspection', '/token/revocation'])(
    '%s answers programs in JSON, whatever they accept',
    async (path) => {
      // As Java's own HTTP client asks.
      const accept = 'text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2';
      const answer = await send(visitor, at(path), {
        method: 'POST',
        headers: { ...urlencoded, accept },
        body: 'token=x',
      });
      expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
      expect(JSON.parse(answer.text).error).toMatch(/^invalid_/);
    },
  );

  test('HEAD begins no sign-in', async () => {
    const before = storedRows(world);
    const answer = await send(createVisitor(), authorization(world).url, { method: 'HEAD' });
    expect([answer.status, answer.headers.get('location')]).toEqual([204, null]);
    expect(storedRows(world).filter((row) => !before.includes(row))).toEqual([]);
  });

  test('a password is no grant', async () => {
    const body = 'grant_type=password&username=aino@oma.example&password=x&client_id=test-public';
    const answer = await send(visitor, at('/token'), {
      ...post,
      headers: { ...urlencoded, accept: 'application/json' },
      body,
    });
    expect([answer.status, JSON.parse(answer.text).error]).toEqual([400, 'unsupported_grant_type']);
  });

  test('discovery offers code, S256 and iss, and nothing weaker', async () => {
    const { text } = await send(visitor, at('/.well-known/openid-configuration'));
    expect(JSON.parse(text)).toMatchObject({
      issuer: world.issuer,
      response_types_supported: ['code'],
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
    });
    expect(JSON.parse(text).grant_types_supported).not.toContain('implicit');
  });
});

describe('no parameter opens a way out', () => {
  const evil = 'https://evil.example/';
  const targets = [
    `/?lang=fi&next=${evil}`,
    `/links/activate?token=${evil}`,
    `/upstream/demotunnistus/callback?state=${evil}&redirect_uri=${evil}`,
    `/session/end?post_logout_redirect_uri=${evil}`,
    `/session/end?client_id=test-web&post_logout_redirect_uri=${evil}`,
    `/session/end?client_id=${evil}`,
    '//evil.example/%2f..',
    '/%2f%2fevil.example/',
    '/\\evil.example/',
    '/interaction//evil.example',
  ];

  test.each(targets)('%s', async (target) => {
    const url = new URL(world.issuer);
    const raw = await rawGet(Number(url.port), target, { host: url.host });
    expect(raw.status).toBeLessThan(500);
    expect(raw.location ?? '').not.toMatch(/^(https?:)?[\\/]{2}(?!localhost)/);
    expect(raw.body).not.toMatch(/(href|action)="(https?:)?[/\\]{2}evil\.example/);
  });
});

type Raw = { status: number; location: string | undefined; body: string };

/** As it is written, without what fetch would tidy up, and with any Host. */
function rawGet(port: number, path: string, headers: Record<string, string>): Promise<Raw> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      { host: '127.0.0.1', port, path, headers: { accept: 'text/html', ...headers } },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            location: answer.headers.location,
            body: Buffer.concat(chunks).toString(),
          }),
        );
      },
    );
    sent.on('error', reject);
    sent.end();
  });
}

describe('names that a request gives the service', () => {
  const lies: Readonly<Record<string, string>> = {
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'https',
    'x-forwarded-for': '203.0.113.7',
    forwarded: 'host=evil.example;proto=https',
    'x-original-url': '/evil',
    'x-rewrite-url': '/evil',
  };

  test('a mail’s link leads to the issuer whatever the request called it', async () => {
    const liar = createVisitor(lies);
    const { email } = newPerson('isanta');
    const signIn = await liar.get(authorization(world).url);
    const door = await liar.get(new URL(signIn.url.pathname.replace('sign-in', 'sign-up'), signIn.url));
    const [form] = formsOf(door);
    await liar.post(new URL(form?.action ?? '', door.url), { ...form?.fields, email });
    const [mail] = await mailsTo(world, email);
    expect(mail?.text).toContain(`${world.issuer}/links/activate?token=`);
    expect(`${mail?.text}${mail?.html}`).not.toContain('evil');
  });

  test('discovery and redirects name the issuer whatever Host says', async () => {
    const port = Number(new URL(world.issuer).port);
    const evil = { host: 'evil.example', ...lies };
    for (const path of [
      '/.well-known/openid-configuration',
      '/',
      authorization(world).url.href.replace(world.issuer, ''),
    ]) {
      const { body, location } = await rawGet(port, path, evil);
      expect(`${body} ${location}`).not.toContain('evil.example');
    }
  });
});
