import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Client } from '../../src/config/schema.ts';
import type { FindingName } from '../../src/integrator/finding-names.ts';
import { findingsOf } from '../../src/integrator/findings.ts';
import type { Observed } from '../../src/integrator/observed.ts';
import { createRecentRequests, type RecentRequest } from '../../src/integrator/recent-requests.ts';
import { misspelt } from '../../src/integrator/refusal-findings.ts';
import { shownParameters } from '../../src/integrator/shown-parameters.ts';

// A cast: findings read these keys of a client only.
const oima = {
  id: 'oima',
  authMethod: 'client_secret_basic',
  scopes: ['openid', 'email'],
  redirectUris: ['https://oima.example/callback'],
  postLogoutRedirectUris: ['https://oima.example/'],
} as unknown as Client;

const silent: Observed = {
  endpoint: 'token',
  method: 'POST',
  status: 400,
  clientId: 'oima',
  client: oima,
  params: { grant_type: 'authorization_code' },
  usedMethod: 'client_secret_basic',
  refusals: [],
  codeAge: null,
  answer: { code: false, members: [], active: null },
  clientIds: ['oima', 'oima-apu', 'kuitti'],
  codeLifeSeconds: 60,
};

const namesOf = (observed: Partial<Observed>): readonly FindingName[] =>
  findingsOf({ ...silent, ...observed }).map(({ name }) => name);
const wrong = (error: string, detail: string, more: Partial<Observed> = {}) =>
  namesOf({ refusals: [{ error, description: '', detail }], ...more })[0];

const libraryDir = join(import.meta.dirname, '../../node_modules/oidc-provider/lib');
const library = readdirSync(libraryDir, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.js'))
  .map((file) => readFileSync(join(libraryDir, file), 'utf8'))
  .join('\n');

describe('what the library says is understood', () => {
  const said: readonly (readonly [string, string, FindingName])[] = [
    ['invalid_request', 'Authorization Server policy requires PKCE to be used for this request', 'pkce-missing'],
    ['invalid_request', 'not supported value of code_challenge_method', 'pkce-plain'],
    ['invalid_request', 'prompt none must only be used alone', 'prompt-wrong'],
    ['invalid_request', 'invalid max_age parameter value', 'max-age-wrong'],
    ['invalid_request', 'could not parse the claims parameter JSON', 'claims-malformed'],
    ['invalid_request', 'could not decode id_token_hint', 'hint-malformed'],
    ['invalid_request', 'Pushed Authorization Request must be used', 'pushing-demanded'],
    ['invalid_request', 'Request Object must be used by this client', 'pushing-demanded'],
    ['invalid_request', 'requested grant type is not allowed for this client', 'grant-not-filed'],
    ['invalid_request', 'no client authentication mechanism provided', 'auth-missing'],
    ['invalid_request', 'client authentication must only be provided using one mechanism', 'auth-twice'],
    ['invalid_request', 'invalid authorization header value format', 'header-malformed'],
    ['invalid_request', 'failed to parse the request body', 'body-unread'],
    ['invalid_request', 'access tokens must not be provided via query parameter', 'token-in-query'],
    ['invalid_request', 'post_logout_redirect_uri not registered', 'sign-out-unregistered'],
    ['invalid_request', 'requested response_mode is not allowed for this client or request', 'response-mode'],
    ['invalid_client', 'invalid secret provided', 'secret-wrong'],
    ['invalid_client', 'alg mismatch', 'assertion-refused'],
    [
      'invalid_client',
      'the provided authentication mechanism does not match the registered client authentication method',
      'auth-method',
    ],
    ['invalid_grant', 'authorization code is expired', 'code-late'],
    ['invalid_grant', 'code_verifier must be provided', 'verifier-missing'],
    ['invalid_grant', 'code_verifier does not match code_challenge', 'verifier-mismatch'],
    ['invalid_grant', 'authorization code redirect_uri mismatch', 'code-redirect'],
    ['invalid_grant', 'client mismatch', 'code-foreign'],
    ['invalid_grant', 'refresh token not found', 'refresh-over'],
    ['invalid_grant', 'refresh token already used', 'refresh-used'],
    ['invalid_grant', 'failed jkt verification', 'binding-missing'],
    ['invalid_token', 'access token not found', 'token-over'],
  ];

  test.each(said)('%s: %s', (error, detail, name) => {
    expect(library).toContain(detail);
    expect(wrong(error, detail)).toBe(name);
  });

  test('and what it never said is told as it is', () => {
    expect(wrong('invalid_request', 'something new')).toBe('as-told');
  });
});

describe('what is known beside the words', () => {
  const notFound = 'authorization code not found';

  test('how late a code came, and whose it was', () => {
    expect(wrong('invalid_grant', notFound)).toBe('code-unknown');
    expect(wrong('invalid_grant', notFound, { codeAge: { seconds: 10, own: false } })).toBe('code-foreign');
    const [late] = findingsOf({
      ...silent,
      refusals: [{ error: 'invalid_grant', description: '', detail: notFound }],
      codeAge: { seconds: 61, own: true },
    });
    expect(late).toMatchObject({ name: 'code-late', params: { seconds: 61, life: 60 } });
  });

  test('the same words mean a refresh token where one was sent', () => {
    const refresh = { params: { grant_type: 'refresh_token' } };
    expect(wrong('invalid_grant', 'already consumed')).toBe('code-used');
    expect(wrong('invalid_grant', 'already consumed', refresh)).toBe('refresh-used');
    expect(wrong('invalid_grant', 'client mismatch', refresh)).toBe('refresh-over');
  });

  test('a client that was misspelt is guessed, another is not', () => {
    const known = ['oima', 'oima-apu', 'kuitti'];
    for (const asked of ['oma', 'oimaa', 'oime', 'omia', 'Oima']) expect(misspelt(asked, known)).toBe('oima');
    for (const asked of ['kuittaus', '', 'xyz', 'oima-avustaja']) expect(misspelt(asked, known)).toBeNull();
  });

  test('what was right is told beside what was wrong, and what is mere advice last', () => {
    const request = {
      endpoint: 'authorization',
      usedMethod: 'none',
      params: {
        redirect_uri: 'https://oima.example/callback',
        code_challenge: 'x'.repeat(43),
        code_challenge_method: 'S256',
        scope: 'openid phone national_id',
        state: 's',
      },
    } as const;
    const refusals = [{ error: 'invalid_scope', description: '', detail: '' }];
    const findings = findingsOf({ ...silent, ...request, refusals });
    expect(findings.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'wrong scope-not-filed',
      'right redirect-exact',
      'right pkce-good',
      'advice nonce-missing',
    ]);
    expect(namesOf({ ...request, status: 303 })).toContain('scope-unknown');
  });
});

test('nothing that opens anything or names a person is kept of the parameters', () => {
  const secretNames = ['code', 'code_verifier', 'client_secret', 'refresh_token', 'token', 'login_hint', 'state', 'x'];
  const shownNames = ['scope', 'redirect_uri', 'prompt', 'client_id'];
  const secret = fc.stringMatching(/^[A-Za-z0-9_-]{32,60}$/);
  const address = fc.constantFrom('aino@oma.example', 'Aino.Virtanen%40oma.example', 'aino+x@oma.example');
  fc.assert(
    fc.property(
      secret,
      address,
      fc.constantFrom(...secretNames),
      fc.constantFrom(...shownNames),
      (value, mail, hidden, open) => {
        const kept = JSON.stringify([
          shownParameters({ [hidden]: value }),
          shownParameters({ [hidden]: mail }),
          // Put into the wrong parameter by mistake.
          shownParameters({ [open]: `openid ${value}` }),
          shownParameters({ [open]: mail }),
          shownParameters({ redirect_uri: `https://oima.example/callback?mail=${mail}&short=abc123#token=abc123` }),
          shownParameters({ [value.toUpperCase()]: 'x' }),
          shownParameters({ [hidden]: [value, mail] }),
        ]);
        expect(kept).not.toContain(value);
        expect(kept).not.toMatch(/oma\.example"|aino|virtanen/i);
        expect(kept).not.toContain('abc123');
      },
    ),
  );
});

test('however many requests come, a few of each client are kept, the newest, and not many in all', () => {
  const clients = fc.constantFrom('a', 'b', 'c', 'd', null);
  fc.assert(
    fc.property(fc.array(clients, { maxLength: 60 }), (ids) => {
      const recent = createRecentRequests({ perClient: 3, inAll: 8, codes: 2 });
      ids.forEach((clientId, at) => {
        // A cast: what else a request has does not matter here.
        recent.add({ at, clientId } as RecentRequest);
      });
      expect(recent.list().length).toBeLessThanOrEqual(8);
      for (const id of ['a', null]) {
        const times = recent.list(id).map(({ at }) => at);
        expect(times.length).toBeLessThanOrEqual(3);
        expect(times).toEqual([...times].sort((x, y) => y - x));
      }
      expect(recent.list()[0]?.at).toBe(ids.length > 0 ? ids.length - 1 : undefined);
    }),
  );
});

test('of a code only its age is remembered, of the last ones', () => {
  const recent = createRecentRequests({ perClient: 1, inAll: 1, codes: 2 });
  for (const [index, code] of ['one', 'two', 'three'].entries()) recent.codeIssued(code, 'oima', index * 1_000);
  expect(recent.codeAge('one', 'oima', 5_000)).toBeNull();
  expect(recent.codeAge('three', 'oima', 63_999)).toEqual({ seconds: 61, own: true });
  expect(recent.codeAge('three', 'kuitti', 3_000)).toEqual({ seconds: 1, own: false });
});
