/** Anything at all in addresses, queries, cookies, fields and headers: never a 5xx, never an answer without protection. */

import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { rounds } from '../support/heavy.ts';
import { startWorld, type World } from '../support/start-world.ts';
import { storedRows } from '../support/stored-rows.ts';
import { authorization } from '../support/stories.ts';
import { createVisitor } from '../support/visitor.ts';
import { cookieHeader } from '../support/wire.ts';
import { arrive } from './hostile-pages.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

type Raw = {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
};

function ask({ method, path, headers, body }: Raw): Promise<{ status: number; protected: boolean }> {
  const port = Number(new URL(world.issuer).port);
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ host: '127.0.0.1', port, method, path, headers }, (answer) => {
      answer.resume();
      answer.on('end', () =>
        resolve({
          status: answer.statusCode ?? 0,
          protected: answer.headers['x-content-type-options'] === 'nosniff',
        }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const fine = async (raw: Raw): Promise<void> => {
  const { status, protected: isProtected } = await ask(raw);
  expect({ raw, bad: status >= 500 || !isProtected ? status : null }).toEqual({ raw, bad: null });
};

const odd = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '',
    '\u0000',
    '__proto__',
    'constructor',
    '../../etc/passwd',
    '%',
    '%00',
    '%ZZ',
    "' OR 1=1 --",
    '{}',
    '[]',
  ),
  fc.constantFrom('a@oma.example', '<script>', '<%= 7*7 %>', '\u202e', '\ud800', '💥', 'x'.repeat(2_000)),
);
const encoded = odd.map((text) => encodeURIComponent(text.replace(/\p{Surrogate}/gu, '')));
const rawPart = fc.stringMatching(/^[!-~]{0,30}$/);
const part = fc.oneof(
  encoded,
  rawPart.map((text) => text.replaceAll('#', '')),
);
const known = fc.constantFrom(
  '/',
  '/auth',
  '/auth/abc',
  '/token',
  '/me',
  '/jwks',
  '/token/introspection',
  '/token/revocation',
  '/session/end',
  '/session/end/confirm',
  '/interaction/abc',
  '/interaction/abc/sign-in',
  '/interaction/abc/cancel',
  '/links/activate',
  '/links/activate/abc',
  '/links/reset',
  '/links/reset/abc',
  '/upstream/demotunnistus/callback',
  '/terms/oima',
  '/assets/app.css',
  '/.well-known/openid-configuration',
  '/accessibility',
  '/accessibility/oima',
  '/cookies/oima',
  '/health/ready',
);
const path = fc.oneof(
  known,
  fc.array(part, { maxLength: 4 }).map((parts) => `/${parts.join('/')}`),
  fc.tuple(known, part).map(([start, end]) => `${start}/${end}`),
);
const query = fc
  .array(
    fc.tuple(
      fc.oneof(
        fc.constantFrom(
          'token',
          'state',
          'code',
          'error',
          'lang',
          'client_id',
          'ui_locales',
          'claims',
          'request',
          'redirect_uri',
        ),
        part,
      ),
      part,
    ),
    { maxLength: 5 },
  )
  .map((pairs) => pairs.map((pair) => pair.join('=')).join('&'));
const method = fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'PROPFIND');
const headerValue = fc.stringMatching(/^[ -~]{0,60}$/);

const shape = { numRuns: rounds(400, 20_000) };

test('any address with any query, method, cookie and header', async () => {
  const port = new URL(world.issuer).port;
  await fc.assert(
    fc.asyncProperty(path, query, method, headerValue, headerValue, async (where, asked, how, cookie, other) => {
      const cookies = ['browser', 'session', 'interaction', 'resume', 'locale', 'link'];
      await fine({
        method: how,
        path: asked === '' ? where : `${where}?${asked}`,
        headers: {
          host: `localhost:${port}`,
          accept: 'text/html',
          cookie: cookies.map((kind) => `avain_${kind}_${port}=${cookie}`).join('; '),
          'accept-language': other,
          origin: other,
          'sec-fetch-site': other,
          authorization: other,
          'content-type': other,
        },
      });
    }),
    shape,
  );
}, 300_000);

test.each(['sign-in', 'password', 'forgot-password', 'link-sent', 'terms', 'strong-auth', 'links/activate'] as const)(
  'any fields in the form of %s',
  async (page) => {
    const { visitor, page: shown, form } = await arrive(world, page);
    if (!form) throw new Error('no form');
    const where = new URL(form.action, shown.url);
    const headers = {
      host: where.host,
      accept: 'text/html',
      'content-type': 'application/x-www-form-urlencoded',
      cookie: cookieHeader(visitor, where),
    };
    const names = fc.oneof(fc.constantFrom(...Object.keys(form.fields), 'action', 'answer', 'method', 'code'), part);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(names, part), { maxLength: 6 }), fc.boolean(), async (fields, ours) => {
        const token = `csrf=${encodeURIComponent(form.fields.csrf ?? '')}`;
        const body = [...(ours ? [token] : []), ...fields.map((pair) => pair.join('='))].join('&');
        await fine({ method: 'POST', path: where.pathname, headers, body });
      }),
      { numRuns: rounds(60, 3_000) },
    );
  },
  300_000,
);

test('what is not even a request for sign-in writes nothing', async () => {
  const before = storedRows(world);
  const stranger = createVisitor();
  const begin = authorization(world).url;
  for (const params of [
    { client_id: 'nobody' },
    { redirect_uri: 'https://evil.example/' },
    { response_type: 'token' },
    { code_challenge: '', code_challenge_method: '' },
    { scope: 'email' },
    { prompt: 'none' },
    { prompt: 'none login' },
    { max_age: 'x' },
    { claims: '{' },
    { request: 'x' },
    { request_uri: 'urn:x' },
    { id_token_hint: 'x' },
    { client_id: '__proto__' },
  ]) {
    const url = new URL(begin);
    for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value ?? '');
    await ask({
      method: 'GET',
      path: `${url.pathname}${url.search}`,
      headers: { host: url.host, accept: 'text/html' },
    });
  }
  await stranger.head(new URL('/', world.issuer));
  expect(storedRows(world).filter((row) => !before.includes(row))).toEqual([]);
});

/** How many things each trail tells, by what it is the trail of. */
function trailLengths(): ReadonlyMap<string, number> {
  const database = new DatabaseSync(join(world.dataDir, 'expiring.db'), { readOnly: true });
  const rows = database.prepare("SELECT key, json_array_length(body) AS length FROM rows WHERE kind = 'trail'").all();
  database.close();
  return new Map(rows.map(({ key, length }) => [String(key), Number(length)]));
}

test('a flood of error pages leaves no more notes of their references than thirty a network in ten minutes', async () => {
  const { host } = new URL(world.issuer);
  const noted = () => [...trailLengths().keys()].filter((key) => key.startsWith('reference|')).length;
  const flood = async (pages: number) => {
    for (let page = 0; page < pages; page += 1) {
      const raw = { method: 'GET', path: `/interaction/ei-ole-${page}`, headers: { host, accept: 'text/html' } };
      expect((await ask(raw)).status).toBe(400);
    }
  };
  await flood(31);
  const most = noted();
  expect(most).toBeGreaterThan(20);
  await flood(60);
  expect(noted()).toBe(most);
  expect(Math.max(...trailLengths().values())).toBeLessThanOrEqual(50);
});
