import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { walkBroker, walkBrokerPages } from '../support/broker-walk.ts';
import { type BrokerWorld, begin, identify, openBrokerWorld } from './broker-world.ts';

let world: BrokerWorld;
beforeAll(async () => {
  world = await openBrokerWorld({ avain: 7100, broker: 7101 });
}, 60_000);
afterAll(() => world.close());

describe('an identification that succeeds', () => {
  test('by a bank gives the person, the level the broker stated and the time', async () => {
    const before = Date.now() - 2_000;
    const outcome = await identify(await world.connector(), { person: '131189Y902A' });
    expect(outcome).toMatchObject({
      outcome: 'identified',
      identity: {
        country: 'FI',
        idType: 'hetu',
        idValue: '131189Y902A',
        givenName: 'Aino Olivia',
        familyName: 'Virtanen',
        name: 'Aino Olivia Virtanen',
        birthdate: '1989-11-13',
        level: 'substantial',
        method: 'ftn_bank',
        issuer: world.brokerOrigin,
      },
    });
    if (outcome.outcome !== 'identified') throw new Error('unreachable');
    expect(outcome.identity.authTime).toBeGreaterThan(before);
    expect(outcome.identity.authTime).toBeLessThanOrEqual(Date.now());
    expect(outcome.identity.evidenceId).not.toBe('');
  });

  test('by mobile certificate says so', async () => {
    const outcome = await identify(await world.connector(), { person: '010190-999W' }, { method: 'mobile' });
    expect(outcome).toMatchObject({
      outcome: 'identified',
      identity: { method: 'ftn_mobile', idValue: '010190-999W' },
    });
  });

  test('believes the token about the method, not what was asked for', async () => {
    const free = await world.connector({ method: { parameter: 'none' } });
    const { url, exchange } = await begin(free, { method: 'bank' });
    const callback = await walkBroker(url, { method: 'mobiilivarmenne' });
    const outcome = await free.finish({ callbackUrl: callback, exchange });
    expect(outcome).toMatchObject({ outcome: 'identified', identity: { method: 'ftn_mobile' } });
  });

  test('passes on level high where it is demanded', async () => {
    const outcome = await identify(await world.connector(), {}, { requireHigh: true });
    expect(outcome).toMatchObject({ outcome: 'identified', identity: { level: 'high' } });
  });

  test("accepts a person of one's own invention, and shows the data first where prompt=consent asks for it", async () => {
    const broker = await world.connector({ prompt: 'consent' });
    const { url, exchange } = await begin(broker);
    const { callback, pages } = await walkBrokerPages(url, { name: 'Örjan von Österman', person: '300605C908S' });
    expect(pages.at(-1)).toContain('Tarkista tietosi');
    const outcome = await broker.finish({ callbackUrl: callback, exchange });
    expect(outcome).toMatchObject({ outcome: 'identified', identity: { familyName: 'Österman' } });
  });
});

describe('the request', () => {
  test('is signed, short-lived and complete, and nothing but it stands in the address', async () => {
    const { url, exchange } = await begin(await world.connector(), { locale: 'sv', serviceName: 'A <b>; '.repeat(20) });
    expect([...url.searchParams.keys()].sort()).toEqual(['client_id', 'request']);
    const request = url.searchParams.get('request') ?? '';
    const { jti, iat, nbf, exp, ftn_spname: name, ...claims } = decodeJwt(request);
    expect(decodeProtectedHeader(request)).toMatchObject({
      alg: 'RS256',
      typ: 'JWT',
      kid: expect.stringMatching(/^sig-/),
    });
    expect(claims).toMatchObject({
      iss: 'avain',
      client_id: 'avain',
      aud: world.brokerOrigin,
      response_type: 'code',
      code_challenge_method: 'S256',
      scope: 'openid',
      ui_locales: 'sv',
      max_age: 0,
      ftn_idp_id: 'bank',
      nonce: exchange.nonce,
      state: exchange.state,
    });
    expect(exchange.nonce).toHaveLength(43);
    expect(jti).toBeDefined();
    expect(nbf).toBe(iat);
    expect(Number(exp) - Number(iat)).toBe(600);
    expect(String(name).length).toBeLessThanOrEqual(40);
    expect(String(name)).not.toMatch(/[<>;]/);
  });

  test('cannot be used twice', async () => {
    const { url } = await begin(await world.connector());
    await walkBroker(url);
    await expect(walkBroker(url)).rejects.toThrow('used before');
  });
});

describe('a person who backs out', () => {
  test.each(['leave', 'cancel', 'access-denied'])('%s: is not a failure', async (fail) => {
    expect(await identify(await world.connector(), { fail })).toEqual({ outcome: 'cancelled' });
  });
});

describe('what is not believed', () => {
  test.each([
    ['bank-error', 'failed', 'refused_server_error'],
    ['wrong-nonce', 'failed', 'token_oauth_jwt_claim_comparison_failed'],
    ['wrong-audience', 'failed', 'token_oauth_jwt_claim_comparison_failed'],
    ['wrong-level', 'failed', 'acr'],
    ['stale', 'failed', 'auth_time_stale'],
    ['unencrypted', 'failed', 'token_not_encrypted'],
  ])('%s', async (fail, outcome, cause) => {
    expect(await identify(await world.connector(), { fail })).toEqual({ outcome, cause });
  });

  test.each(['no-identity-code', 'foreigner'])('%s: has no identity code', async (fail) => {
    expect(await identify(await world.connector(), { fail })).toEqual({ outcome: 'no-identity-code' });
  });

  test('an artificial identity code, where only real people are expected', async () => {
    const strict = await world.connector({ allowArtificialCodes: false });
    expect(await identify(strict)).toEqual({ outcome: 'failed', cause: 'identity_code_artificial' });
  });

  test('the answer to another exchange', async () => {
    const broker = await world.connector();
    const tampered = (change: object) => identify(broker, {}, {}, (exchange) => ({ ...exchange, ...change }));
    expect(await tampered({ state: 'x'.repeat(43) })).toEqual({ outcome: 'failed', cause: 'state' });
    expect(await tampered({ nonce: 'x'.repeat(43) })).toMatchObject({ outcome: 'failed' });
    expect(await tampered({ codeVerifier: 'x'.repeat(43) })).toEqual({ outcome: 'failed', cause: 'code_refused' });
    expect(await tampered({ brokerId: 'telia' })).toEqual({ outcome: 'failed', cause: 'other_broker' });
    expect(await tampered({ startedAt: Date.now() - 16 * 60_000 })).toEqual({
      outcome: 'failed',
      cause: 'exchange_expired',
    });
  });

  test('a code used before', async () => {
    const broker = await world.connector();
    const { url, exchange } = await begin(broker);
    const callback = await walkBroker(url);
    expect(await broker.finish({ callbackUrl: callback, exchange })).toMatchObject({ outcome: 'identified' });
    expect(await broker.finish({ callbackUrl: callback, exchange })).toEqual({
      outcome: 'failed',
      cause: 'code_refused',
    });
  });

  test('another issuer in the response, and parameters given twice', async () => {
    const broker = await world.connector();
    const { url, exchange } = await begin(broker);
    const callback = await walkBroker(url);
    const other = new URL(callback);
    other.searchParams.set('iss', 'https://evil.example');
    expect(await broker.finish({ callbackUrl: other, exchange })).toEqual({ outcome: 'failed', cause: 'issuer' });
    const twice = new URL(callback);
    twice.searchParams.append('state', exchange.state);
    expect(await broker.finish({ callbackUrl: twice, exchange })).toEqual({ outcome: 'failed', cause: 'repeated' });
  });

  test('a broker that was switched off meanwhile', async () => {
    const broker = await world.connector();
    const { url, exchange } = await begin(broker);
    const callback = await walkBroker(url);
    const off = await world.connector({ enabled: false });
    expect(await off.finish({ callbackUrl: callback, exchange })).toEqual({ outcome: 'failed', cause: 'disabled' });
    expect(await off.start({ method: 'bank', locale: 'fi', serviceName: 'Oima' })).toMatchObject({ cause: 'disabled' });
  });
});

describe('a broker that is not well', () => {
  test.each([
    ['token-500', 'status_500'],
    ['token-html', 'not_json'],
    ['token-huge', 'too_large'],
  ])('%s: is unavailable', async (fail, cause) => {
    expect(await identify(await world.connector(), { fail })).toEqual({ outcome: 'unavailable', cause });
  });

  test('that answers too slowly is given up within the time limit', async () => {
    const startedAt = Date.now();
    const outcome = await identify(await world.connector({ timeoutSeconds: 1 }), { fail: 'token-slow' });
    expect(outcome).toEqual({ outcome: 'unavailable', cause: 'timeout' });
    expect(Date.now() - startedAt).toBeLessThan(5_000);
  });

  test('answers 503: nothing starts, a waiting code is not called refused, and it works again afterwards', async () => {
    const fresh = await world.connector();
    const known = await world.connector();
    const { url, exchange } = await begin(known);
    const callback = await walkBroker(url);
    await world.simulate({ outage: true });
    try {
      const input = { method: 'bank', locale: 'fi', serviceName: 'Oima' } as const;
      expect(await fresh.start(input)).toEqual({ outcome: 'unavailable', cause: 'status_503' });
      expect(await known.finish({ callbackUrl: callback, exchange })).toEqual({
        outcome: 'unavailable',
        cause: 'status_503',
      });
    } finally {
      await world.simulate({ outage: false });
    }
    expect(await identify(fresh)).toMatchObject({ outcome: 'identified' });
  });

  test('that is not there at all, again and again, opens the circuit', async () => {
    const nobody = await world.connector({ issuer: 'http://localhost:7199' });
    const causes = [];
    for (let time = 0; time < 6; time += 1) {
      const outcome = await nobody.start({ method: 'bank', locale: 'fi', serviceName: 'Oima' });
      causes.push(outcome.outcome === 'unavailable' ? outcome.cause : outcome.outcome);
    }
    expect(causes[0]).toBe('connection');
    expect(causes.at(-1)).toBe('circuit_open');
  });
});
