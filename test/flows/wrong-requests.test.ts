/**
 * Requests of clients as they should not be, at every address that clients call: never a fault of ours, never a way to an
 * address that is not registered, always an error of the catalogue, as JSON where a program asks (security R01, R59).
 */
import { Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { errorEntry } from '../../src/integrator/catalogue.ts';
import { rounds } from '../support/heavy.ts';
import { startWorld, type World } from '../support/start-world.ts';
import { authorization, clientSecret, noListener } from '../support/stories.ts';

const registered = `${noListener}/callback`;
const planted = 'Kanarialintu-Keltainen-Salaisuus';
const urlencoded = 'application/x-www-form-urlencoded';

let world: World;
let basic: string;
beforeAll(async () => {
  world = await startWorld();
  const secret = encodeURIComponent(await clientSecret(world, 'test-web'));
  basic = `Basic ${Buffer.from(`test-web:${secret}`).toString('base64')}`;
});
const agent = new Agent({ keepAlive: true, maxSockets: 2 });
afterAll(async () => {
  agent.destroy();
  await world.stop();
});

type Asked = { method: string; path: string; headers?: Record<string, string>; body?: string };
type Answer = { status: number; headers: IncomingHttpHeaders; text: string };

/** As it is written: nothing is tidied up on the way. */
function ask({ method, path, headers = {}, body }: Asked): Promise<Answer> {
  const { port, host } = new URL(world.issuer);
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      { agent, host: '127.0.0.1', port, method, path, headers: { host, ...headers } },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text: Buffer.concat(chunks).toString() }),
        );
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

const post = (path: string, body: string, headers: Record<string, string> = {}): Asked => ({
  method: 'POST',
  path,
  headers: { 'content-type': urlencoded, ...headers },
  body,
});

const programs = ['/token', '/token/introspection', '/token/revocation', '/request'] as const;

/** What is wrong with an answer, in words; nothing = []. */
function faultsOf(path: string, { status, headers, text }: Answer): readonly string[] {
  const location = headers.location === undefined ? null : new URL(headers.location, world.issuer);
  const goesOut = location !== null && location.origin !== new URL(world.issuer).origin;
  const isProgram = path === '/me' || programs.some((one) => one === path);
  const isJson = /^application\/json/.test(headers['content-type'] ?? '');
  const answered: unknown = isJson ? JSON.parse(text).error : (location?.searchParams.get('error') ?? undefined);
  const faults: Readonly<Record<string, boolean>> = {
    'a fault of ours': status >= 500,
    'a redirect to what is not registered': goesOut && `${location.origin}${location.pathname}` !== registered,
    'an error that is in no catalogue': typeof answered === 'string' && errorEntry(answered) === null,
    'a refusal of a program that is no JSON': isProgram && status >= 400 && typeof answered !== 'string',
    'an answer that may be kept': !/no-store/.test(headers['cache-control'] ?? ''),
    'a header of the request’s making': /x=1/.test(String(headers['set-cookie'] ?? '')) || 'x-planted' in headers,
    'a secret told back': text.includes(planted) || (headers.location ?? '').includes(planted),
    'script of the request’s making': text.includes('<script>alert'),
  };
  return Object.keys(faults).filter((fault) => faults[fault]);
}

const odd = fc.oneof(
  fc.constantFrom('', '%00', '%0d%0aX-Planted:%201', '%0d%0aSet-Cookie:%20x=1', '%ED%A0%80', '%ZZ', '%', '%FF%FE'),
  fc.constantFrom(
    '__proto__',
    'constructor',
    '-1',
    '1e99',
    'null',
    '%7B%22userinfo%22%3A%7B%22__proto__%22%3A%7B%7D%7D%7D',
  ),
  fc.constantFrom(
    'https%3A%2F%2Fevil.example%2F',
    '%2F%2Fevil.example',
    'javascript%3Aalert(1)',
    'data%3Atext%2Fhtml%2Cx',
  ),
  fc.constantFrom(
    '%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E',
    'x'.repeat(6_000),
    '%F0%9F%92%A5',
    'none',
    'login%20none',
  ),
  fc.constantFrom('urn%3Aietf%3Aparams%3Aoauth%3Arequest_uri%3Ax', 'eyJhbGciOiJub25lIn0.e30.', 'form_post', 'fragment'),
  fc.string({ unit: 'binary', maxLength: 30 }).map((text) => encodeURIComponent(text.replace(/\p{Surrogate}/gu, ''))),
);
const names = {
  '/auth':
    'client_id redirect_uri response_type response_mode scope state nonce code_challenge code_challenge_method prompt max_age ' +
    'claims acr_values ui_locales login_hint id_token_hint request request_uri registration resource dpop_jkt display',
  '/session/end': 'id_token_hint post_logout_redirect_uri state client_id ui_locales logout_hint',
  '/me': 'access_token scope',
  '/token':
    'grant_type code redirect_uri code_verifier refresh_token scope client_id client_secret client_assertion ' +
    'client_assertion_type resource device_code',
  '/token/introspection': 'token token_type_hint client_id client_secret client_assertion',
  '/token/revocation': 'token token_type_hint client_id client_secret client_assertion',
  '/request':
    'client_id redirect_uri response_type scope code_challenge code_challenge_method request request_uri claims dpop_jkt',
} as const;
type Path = keyof typeof names;

/** A request that would be good, as pairs of what is written. */
function goodPairs(path: Path): [string, string][] {
  if (path === '/auth' || path === '/request') {
    const { searchParams } = authorization(world).url;
    return [...searchParams].map(([name, value]) => [name, encodeURIComponent(value)]);
  }
  if (path === '/token')
    return Object.entries({ grant_type: 'authorization_code', code: 'x'.repeat(43), redirect_uri: registered });
  return path === '/session/end' ? [['client_id', 'test-web']] : [['token', planted]];
}

type Change = (pairs: [string, string][]) => [string, string][];
const change = (path: Path): fc.Arbitrary<Change> => {
  const name = fc.constantFrom(...names[path].split(' '));
  const put = fc.tuple(name, odd);
  return fc.oneof(
    put.map(
      ([key, value]): Change =>
        (pairs) => [...pairs.filter(([one]) => one !== key), [key, value]],
    ),
    put.map(
      ([key, value]): Change =>
        (pairs) => [...pairs, [key, value]],
    ),
    put.map(
      ([key, value]): Change =>
        (pairs) => [...pairs, [`${key}[]`, value], [`${key}[x]`, value]],
    ),
    name.map(
      (key): Change =>
        (pairs) =>
          pairs.filter(([one]) => one !== key),
    ),
    fc.constant<Change>((pairs) => [...pairs, ['client_secret', planted]]),
    odd.map(
      (value): Change =>
        (pairs) => [...pairs, [value, 'x']],
    ),
  );
};

const headersOf = fc.record(
  {
    'content-type': fc.constantFrom(
      urlencoded,
      `${urlencoded}; charset=utf-16`,
      `${urlencoded}; charset=nonsense`,
      `${urlencoded}, text/html`,
      'application/json',
      'multipart/form-data; boundary=x',
      'x',
    ),
    authorization: fc.constantFrom(
      'right',
      'Basic',
      'Basic ===',
      'Basic AAAA',
      'Basic OiU=',
      'Bearer x',
      'DPoP x',
      'x',
    ),
    accept: fc.constantFrom('text/html', 'application/json', '*/*', 'x'),
    dpop: fc.constantFrom('x', 'a.b.c'),
    origin: fc.constantFrom('https://client.example', 'https://evil.example', 'null'),
  },
  { requiredKeys: [] },
);

// A cast: Object.keys forgets that a record's keys are its type's.
test.each(Object.keys(names) as Path[])(
  '%s: whatever the parameters and headers are',
  async (path) => {
    const byQuery = path === '/auth' || path === '/session/end';
    const changes = fc.array(change(path), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(changes, headersOf, async (all, { authorization: who, ...headers }) => {
        const pairs = all.reduce((before, one) => one(before), goodPairs(path));
        const written = pairs.map((pair) => pair.join('=')).join('&');
        const sent = {
          accept: 'text/html',
          ...(!byQuery && { 'content-type': urlencoded }),
          ...headers,
          ...(who !== undefined && { authorization: who === 'right' ? basic : who }),
        };
        const answer = await ask(
          byQuery
            ? { method: 'GET', path: `${path}?${written}`, headers: sent }
            : { method: 'POST', path, headers: sent, body: written },
        );
        expect({ sent, written, faults: faultsOf(path, answer) }).toEqual({ sent, written, faults: [] });
      }),
      { numRuns: rounds(60, 4_000) },
    );
  },
  300_000,
);

describe('a program is told what is wrong', () => {
  const form = 'grant_type=authorization_code&code=x&redirect_uri=x';
  type Row = readonly [what: string, asked: () => Asked, status: number, error: string];
  const rows: readonly Row[] = [
    ...programs.flatMap((path): Row[] => [
      [`${path}: a megabyte`, () => post(path, `token=${'x'.repeat(1_000_000)}`), 400, 'invalid_request'],
      [`${path}: JSON`, () => post(path, '{}', { 'content-type': 'application/json' }), 400, 'invalid_request'],
      [
        `${path}: a character set that is none`,
        () => post(path, form, { 'content-type': `${urlencoded}; charset=x` }),
        400,
        'invalid_request',
      ],
      [`${path}: nobody`, () => post(path, form), 400, 'invalid_request'],
      [`${path}: an unknown client`, () => post(path, `${form}&client_id=nobody`), 401, 'invalid_client'],
      [`${path}: two secrets`, () => post(path, `${form}&client_secret=a&client_secret=b`), 400, 'invalid_request'],
      [`${path}: half a header`, () => post(path, form, { authorization: 'Basic' }), 400, 'invalid_request'],
      [`${path}: GET`, () => ({ method: 'GET', path }), 405, 'invalid_request'],
      [`${path}: PUT`, () => ({ method: 'PUT', path, body: form }), 405, 'invalid_request'],
    ]),
    ['a code twice', () => post('/token', `${form}&code=y`, { authorization: basic }), 400, 'invalid_request'],
    ['a code that is none', () => post('/token', form, { authorization: basic }), 400, 'invalid_grant'],
    [
      'a code with NUL',
      () => post('/token', form.replace('code=x', 'code=%00'), { authorization: basic }),
      400,
      'invalid_grant',
    ],
    ['no grant type', () => post('/token', 'code=x', { authorization: basic }), 400, 'invalid_request'],
    ['a token in the address', () => ({ method: 'GET', path: '/me?access_token=x' }), 400, 'invalid_request'],
    ['no token at all', () => ({ method: 'GET', path: '/me' }), 401, 'invalid_token'],
    [
      'a token that is none',
      () => ({ method: 'GET', path: '/me', headers: { authorization: 'Bearer x' } }),
      401,
      'invalid_token',
    ],
    ['DELETE of userinfo', () => ({ method: 'DELETE', path: '/me' }), 405, 'invalid_request'],
    ['POST of the keys', () => post('/jwks', ''), 405, 'invalid_request'],
  ];

  test('each by the right error, in JSON, with a reference, and nothing that may be kept', async () => {
    const answers = [];
    for (const [what, asked, status, error] of rows) {
      const sent = asked();
      const answer = await ask(sent);
      const told = JSON.parse(answer.text) as { error: string; error_description: string };
      answers.push([what, answer.status, told.error, faultsOf(new URL(sent.path, world.issuer).pathname, answer)]);
      expect([what, told.error_description]).toEqual([what, expect.stringMatching(/^[ -~]+$/)]);
      expect([what, answer.headers['avain-reference'] ?? answer.headers.allow]).toEqual([what, expect.any(String)]);
      expect([status, error]).toEqual([answer.status, told.error]);
    }
    expect(answers).toEqual(rows.map(([what, , status, error]) => [what, status, error, []]));
  });
});

describe('a redirect URI that is not the registered one', () => {
  const variants = [
    'https://client.example./callback',
    'https://client.example\\@evil.example/callback',
    'https://client.example\\.evil.example/callback',
    'https://client.example%2Fcallback',
    'https://client.example//callback',
    'https://client.example/./callback',
    'https://client.example/callback%2F',
    'https://client.example/callback%00',
    'https://client.example/callback\r\nX-Planted: 1',
    'https://client.example/callback ',
    ' https://client.example/callback',
    'https:client.example/callback',
    'https:\\\\client.example\\callback',
    'https://clіent.example/callback',
    'https://xn--clent-8xd.example/callback',
    'https://evil.example#https://client.example/callback',
    'https://evil.example?https://client.example/callback',
    'https://client.example/callback,https://evil.example/',
    'vbscript:x',
    'client.example/callback',
    '/callback',
  ];
  const at = (index: fc.Arbitrary<number>) => index;
  const position = at(fc.nat({ max: registered.length - 1 }));
  const piece = fc.oneof(
    fc.constantFrom('/', '.', '@', ':', '#', '?', '\\', '%2e', ' ', '\t', '*', ';'),
    fc.string({ maxLength: 3 }),
  );
  const changed = fc.oneof(
    fc.tuple(position, piece).map(([index, text]) => registered.slice(0, index) + text + registered.slice(index)),
    fc.tuple(position, piece).map(([index, text]) => registered.slice(0, index) + text + registered.slice(index + 1)),
    position.map((index) => registered.slice(0, index) + registered.slice(index + 1)),
    position.map(
      (index) => registered.slice(0, index) + (registered[index] ?? '').toUpperCase() + registered.slice(index + 1),
    ),
    position.map(
      (index) =>
        `${registered.slice(0, index)}%${registered.charCodeAt(index).toString(16)}${registered.slice(index + 1)}`,
    ),
    piece.map((text) => registered + text),
    piece.map((text) => text + registered),
  );

  async function expectRefused(uri: string): Promise<void> {
    const { url } = authorization(world, { redirect_uri: uri });
    const answer = await ask({ method: 'GET', path: `${url.pathname}${url.search}`, headers: { accept: 'text/html' } });
    expect([uri, answer.status, answer.headers.location]).toEqual([uri, 400, undefined]);
    expect(answer.text).not.toMatch(/href="[^"]*evil\.example/);
  }

  test('is refused without going there, whichever it is', async () => {
    for (const uri of variants) await expectRefused(uri);
  });

  test('is refused whatever in it was changed', async () => {
    const other = changed.filter((uri) => uri !== registered && uri !== '' && !/\p{Surrogate}/u.test(uri));
    await fc.assert(fc.asyncProperty(other, expectRefused), { numRuns: rounds(120, 10_000) });
  }, 120_000);
});
