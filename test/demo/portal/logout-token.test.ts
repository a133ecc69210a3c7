import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { createExpiringMap } from '../../../src/demo/portal/expiring-map.ts';
import { createLogoutTokenCheck, isEndedBy } from '../../../src/demo/portal/logout-token.ts';

const event = { 'http://schemas.openid.net/event/backchannel-logout': {} };
const good: JWTPayload = { iss: 'http://localhost:1', aud: 'oima', sub: 'p', sid: 's', events: event };

describe('a logout token', () => {
  const server = createServer();
  let check: ReturnType<typeof createLogoutTokenCheck>;
  let privateKey: Awaited<ReturnType<typeof generateKeyPair>>['privateKey'];
  const sign = (payload: JWTPayload, issuedAgo = 0, life = 120) => {
    const issuedAt = Math.floor(Date.now() / 1_000) - issuedAgo;
    return new SignJWT({ jti: crypto.randomUUID(), iat: issuedAt, exp: issuedAt + life, ...payload })
      .setProtectedHeader({ alg: 'ES256', kid: 'k' })
      .sign(privateKey);
  };

  beforeAll(async () => {
    const keys = await generateKeyPair('ES256');
    privateKey = keys.privateKey;
    const jwks = JSON.stringify({
      keys: [{ ...(await exportJWK(keys.publicKey)), kid: 'k', alg: 'ES256', use: 'sig' }],
    });
    server.on('request', (_request, response) => response.setHeader('content-type', 'application/json').end(jwks));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const jwksUri = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`);
    const seen = createExpiringMap<true>(600, 100, Date.now);
    check = createLogoutTokenCheck({ issuer: 'http://localhost:1', clientId: 'oima', jwksUri, seen });
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  test('tells whose sessions end, once', async () => {
    const token = await sign(good);
    await expect(check(token)).resolves.toEqual({ sub: 'p', sid: 's' });
    await expect(check(token)).rejects.toThrow('seen before');
  });

  test.each([
    ['another issuer', { iss: 'http://localhost:2' }],
    ['another client', { aud: 'kuitti' }],
    ['no event', { events: {} }],
    ['a nonce, as an ID token has', { nonce: 'n' }],
    ['nobody', { sub: undefined, sid: undefined }],
    ['no id', { jti: undefined }],
  ])('with %s is refused', async (_what, change) => {
    await expect(check(await sign({ ...good, ...change } as JWTPayload))).rejects.toThrow();
  });

  test('that is old or expired is refused', async () => {
    await expect(check(await sign(good, 400, 4_000))).rejects.toThrow();
    await expect(check(await sign(good, 100, 50))).rejects.toThrow();
  });

  test.each([
    [{ sub: 'p', sid: 's' }, { sub: 'p', sid: 's' }, true],
    [{ sub: 'p', sid: 's' }, { sub: 'p', sid: 'other' }, false],
    [{ sub: 'p', sid: undefined }, { sub: 'p', sid: 'any' }, true],
    [{ sub: 'other', sid: undefined }, { sub: 'p', sid: 's' }, false],
    [{ sub: undefined, sid: 's' }, { sub: 'p', sid: 's' }, true],
    [{ sub: undefined, sid: 's' }, { sub: 'p' }, false],
  ])('%j against %j ends: %p', (notice, claims, ends) => {
    expect(isEndedBy(notice, claims)).toBe(ends);
  });
});
