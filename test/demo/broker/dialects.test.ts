import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { SimulatedDialect } from '../../../src/demo/broker/dialect-rules.ts';
import { dialects } from '../../../src/demo/broker/dialects.ts';
import { openSimulator, type Simulator } from './relying-party.ts';

const aino = '131189Y902A';
const level = 'http://ftn.ficora.fi/2017/loatest2';

/** What each broker says of Aino, identified by mobile certificate. */
const saidOfAino: Readonly<Record<SimulatedDialect, Readonly<Record<string, unknown>>>> = {
  telia: {
    aud: ['avain'],
    azp: 'avain',
    acr: level,
    amr: ['https://demotunnistus.example/names/ac/mpki.demo.1'],
    'urn:oid:1.2.246.21': aino,
    'urn:oid:1.2.246.22': '99999999D',
    'urn:oid:1.2.246.575.1.14': 'Aino Olivia',
    'urn:oid:2.5.4.4': 'Virtanen',
    'urn:oid:2.16.840.1.113730.3.1.241': 'Aino Olivia Virtanen',
    'urn:oid:1.3.6.1.5.5.7.9.1': '1989-11-13',
    session_index: expect.any(String),
  },
  op: {
    aud: 'avain',
    acr: level,
    personal_identity_code: aino,
    given_name: 'Aino Olivia',
    family_name: 'Virtanen',
    name: 'Virtanen Aino Olivia',
    birthdate: '1989-11-13',
  },
  idura: {
    aud: 'avain',
    identityscheme: 'fitupas',
    authenticationtype: 'urn:grn:authn:fi:mobile-id',
    hetu: aino,
    satu: '99999999D',
    given_name: 'Aino Olivia',
    family_name: 'Virtanen',
    name: 'Aino Olivia Virtanen',
    birthdate: '1989-11-13',
  },
  signicat: { aud: 'avain' },
};

const ports: Readonly<Record<SimulatedDialect, number>> = { telia: 7160, op: 7162, idura: 7164, signicat: 7166 };
const eventClaims = { iss: 'string', sub: 'string', iat: 'number', exp: 'number', jti: 'string' };

describe.each(Object.keys(dialects) as SimulatedDialect[])('%s', (dialect) => {
  let broker: Simulator;
  beforeAll(async () => {
    broker = await openSimulator(dialect, { avain: ports[dialect], broker: ports[dialect] + 1 });
  }, 60_000);
  afterAll(() => broker.close());

  test('says exactly this in its ID token, signed and encrypted in its way', async () => {
    const { outer, header, claims } = await broker.identify({ person: aino, method: 'mobiilivarmenne' });
    expect(outer).toEqual({ ...dialects[dialect].encryption, cty: 'JWT', kid: broker.keys.rsa.kid });
    expect(header).toEqual({ alg: 'RS256', kid: expect.any(String) });
    const { iss, sub, iat, exp, auth_time: _time, jti, nonce, ...said } = claims;
    for (const [name, type] of Object.entries(eventClaims)) expect([name, typeof claims[name]]).toEqual([name, type]);
    expect([iss, nonce, Number(exp) - Number(iat)]).toEqual([broker.origin, 'n'.repeat(43), 600]);
    expect(new Set([sub, jti, aino]).size).toBe(3);
    expect(said).toEqual(saidOfAino[dialect]);
    expect(typeof claims['auth_time']).toBe(dialect === 'idura' ? 'undefined' : 'number');
  });

  test('takes a test person from the signed request, without pages, and ignores who it does not know', async () => {
    const callback = await followed(await broker.authorizationUrl({ login_hint: 'aino' }));
    expect(callback.searchParams.get('code')).not.toBeNull();
    const unknown = await followed(await broker.authorizationUrl({ login_hint: 'nobody' }));
    expect(unknown.pathname).toMatch(/^\/interaction\//);
  });

  test('calls cancelling by its own name, and sends `iss` only if the real one does', async () => {
    const { searchParams } = await broker.walk({ fail: 'leave' });
    const { cancelError, responseIssuer } = dialects[dialect];
    expect([searchParams.get('error'), searchParams.get('iss')]).toEqual([
      cancelError,
      responseIssuer ? broker.origin : null,
    ]);
  });

  test('encrypts to an elliptic key, too, where it is told to', async () => {
    const at = ports[dialect] + 100;
    const other = await openSimulator(
      dialect,
      { avain: at, broker: at + 1 },
      { AVAIN_DEMO_BROKER_JWE: 'ECDH-ES/A256GCM' },
    );
    const { outer } = await other.identify();
    expect(outer).toMatchObject({ alg: 'ECDH-ES', enc: 'A256GCM', kid: other.keys.ec.kid });
    await other.close();
  });

  test('takes an assertion for its own audience only, and once', async () => {
    const callback = await broker.walk();
    const { assertionAudience, paths } = broker.rules;
    const other = assertionAudience === 'issuer' ? `${broker.origin}${paths.token}` : broker.origin;
    if (assertionAudience !== null) {
      const refused = await broker.redeem(callback, await broker.proof({ aud: other }));
      expect([refused.status, await refused.json()]).toMatchObject([401, { error: 'invalid_client' }]);
    }
    const proof = await broker.proof();
    expect((await broker.redeem(callback, proof)).status).toBe(200);
    expect((await broker.redeem(await broker.walk(), proof)).status).toBe(401);
  });

  test('takes a request only in the way that its guide demands', async () => {
    const url = new URL(`${broker.origin}${broker.rules.paths.authorization}`);
    url.search = new URLSearchParams(broker.parameters()).toString();
    const unsigned = await fetch(url, { redirect: 'manual' });
    expect([unsigned.status, unsigned.headers.get('location')]).toEqual([400, null]);
    const form = { ...broker.parameters(), ...(await broker.proof()) };
    const pushed = await broker.post(broker.rules.paths.pushed ?? '/request', form);
    expect(pushed.status).toBe({ telia: 404, op: 404, idura: 400, signicat: 201 }[dialect]);
  });
});

/** Goes where redirects lead, as far as the broker or back at the service. */
async function followed(start: URL): Promise<URL> {
  const cookies = new Map<string, string>();
  let url = start;
  for (let hops = 0; hops < 8; hops += 1) {
    const cookie = [...cookies].map((pair) => pair.join('=')).join('; ');
    const answer = await fetch(url, { redirect: 'manual', headers: { cookie } });
    for (const line of answer.headers.getSetCookie()) {
      const [name = '', value = ''] = (line.split(';')[0] ?? '').split(/=(.*)/s);
      cookies.set(name, value);
    }
    if (answer.status !== 303) return url;
    url = new URL(String(answer.headers.get('location')), url);
    if (url.origin !== start.origin) return url;
  }
  return url;
}
