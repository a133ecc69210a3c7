import { createPublicKey } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { compactVerify, createLocalJWKSet, importJWK, type JSONWebKeySet, jwtVerify } from 'jose';
import { isScenario, scenarioNames, scenarios } from '../../../src/demo/broker/scenarios.ts';
import { openSimulator, type Simulator } from './relying-party.ts';

let telia: Simulator;
let signicat: Simulator;
let op: Simulator;
beforeAll(async () => {
  [telia, signicat, op] = await Promise.all([
    openSimulator('telia', { avain: 7170, broker: 7171 }),
    openSimulator('signicat', { avain: 7172, broker: 7173 }),
    openSimulator('op', { avain: 7174, broker: 7175 }),
  ]);
}, 90_000);
afterAll(() => Promise.all([telia, signicat, op].map((each) => each.close())));

const uusi = '010190-999W';
const code = 'urn:oid:1.2.246.21';
const published = async (broker: Simulator) =>
  (await (await broker.get(String(broker.rules.paths.jwks))).json()) as JSONWebKeySet;
const verifies = async (broker: Simulator, jws: string) =>
  compactVerify(jws, createLocalJWKSet(await published(broker))).then(
    () => true,
    () => false,
  );

describe('what is said of the person and the event', () => {
  test('without a scenario everything is right', async () => {
    const { claims, jws } = await telia.identify({ person: uusi });
    expect(claims).toMatchObject({ [code]: uusi, 'urn:oid:1.3.6.1.5.5.7.9.1': '1990-01-01' });
    expect(await verifies(telia, jws)).toBe(true);
  });

  test.each([
    ['no-identity-code', { [code]: undefined, 'urn:oid:2.5.4.4': 'Uusitalo' }],
    [
      'foreigner',
      { [code]: undefined, 'http://eidas.europa.eu/attributes/naturalperson/PersonIdentifier': 'FI/SE/811228-9874' },
    ],
    ['changed-identity-code', { [code]: '010190-936V', 'urn:oid:2.5.4.4': 'Uusitalo' }],
    ['bad-check-character', { [code]: '010190-9990' }],
    ['wrong-birthdate', { [code]: uusi, 'urn:oid:1.3.6.1.5.5.7.9.1': '1917-12-06' }],
    ['name-only', { 'urn:oid:2.5.4.4': undefined, 'urn:oid:2.16.840.1.113730.3.1.241': 'Ursula Uusitalo' }],
    ['wrong-nonce', { nonce: 'a-nonce-of-somebody-else' }],
    ['wrong-audience', { aud: 'somebody-else' }],
    ['wrong-issuer', { iss: 'https://another-broker.example' }],
    ['wrong-level', { acr: 'http://ftn.ficora.fi/2017/loatest1' }],
    ['other-level', { acr: 'http://ftn.ficora.fi/2017/loatest3' }],
    ['no-level', { acr: undefined }],
  ] as const)('%s', async (fail, said) => {
    const { claims, jws } = await telia.identify({ person: uusi, fail });
    expect(Object.fromEntries(Object.keys(said).map((name) => [name, claims[name]]))).toEqual(said);
    expect(await verifies(telia, jws)).toBe(true);
  });

  test('stale and expired are old', async () => {
    const stale = await telia.identify({ fail: 'stale' });
    expect(Number(stale.claims['iat']) - Number(stale.claims['auth_time'])).toBeGreaterThan(3500);
    const expired = await telia.identify({ fail: 'expired' });
    expect(Number(expired.claims['exp'])).toBeLessThan(Date.now() / 1000 - 200);
  });

  test('replayed is the very token of the identification before', async () => {
    const before = await telia.identify();
    const replayed = await telia.identify({ fail: 'replayed' }, { nonce: 'o'.repeat(43) });
    expect(replayed.tokens.id_token).toBe(before.tokens.id_token);
  });
});

describe('how it is protected', () => {
  test.each(['wrong-key', 'unknown-kid', 'alg-none', 'hs256'] as const)('%s does not verify', async (fail) => {
    const { jws, header } = await telia.identify({ fail });
    expect(await verifies(telia, jws)).toBe(false);
    const known = (await published(telia)).keys.map(({ kid }) => kid);
    expect(known.includes(String(header['kid']))).toBe(fail === 'wrong-key' || fail === 'hs256');
    expect(header['alg']).toBe({ 'alg-none': 'none', hs256: 'HS256' }[String(fail)] ?? 'RS256');
  });

  test('hs256 would pass with a verifier that takes the public key for a secret', async () => {
    const { jws } = await telia.identify({ fail: 'hs256' });
    const [key] = (await published(telia)).keys;
    // A cast: node:crypto takes any JWK.
    const pem = createPublicKey({ key: key as never, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
    await expect(jwtVerify(jws, Buffer.from(pem))).resolves.toBeTruthy();
  });

  test('encryption: none, outdated, to a stranger, under a name that nobody knows, under none', async () => {
    expect((await telia.identify({ fail: 'unencrypted' })).outer).toBeUndefined();
    const outdated = await telia.identify({ fail: 'rsa1_5' });
    expect([outdated.outer?.['alg'], await verifies(telia, outdated.jws)]).toEqual(['RSA1_5', true]);
    await expect(telia.identify({ fail: 'wrong-encryption-key' })).rejects.toThrow('decryption operation failed');
    await expect(telia.identify({ fail: 'unknown-encryption-kid' })).rejects.toThrow('nobody-has-this-key');
    expect((await telia.identify({ fail: 'no-encryption-kid' })).outer).not.toHaveProperty('kid');
  });

  test('userinfo: nested like the ID token, and spoilt by its own two scenarios', async () => {
    const userinfo = async (fail?: string) => {
      const { tokens, claims } = await signicat.identify({ person: uusi, ...(fail && { fail }) });
      const headers = { authorization: `Bearer ${tokens.access_token}` };
      const answer = await fetch(`${signicat.origin}${signicat.rules.paths.userinfo}`, { headers });
      return {
        idToken: claims,
        type: answer.headers.get('content-type'),
        ...(await signicat.open(await answer.text())),
      };
    };
    const good = await userinfo();
    expect(good.type).toMatch('application/jwt');
    expect(good.outer).toMatchObject({ alg: 'RSA-OAEP', enc: 'A256CBC-HS512' });
    expect(good.claims).toMatchObject({ aud: 'avain', nin: uusi, family_name: 'Uusitalo', ftn_idp: 'fi-demopankki' });
    expect([good.claims['sub'], await verifies(signicat, good.jws)]).toEqual([good.idToken['sub'], true]);
    const another = await userinfo('userinfo-of-another');
    expect(another.claims['sub']).not.toBe(another.idToken['sub']);
    expect((await userinfo('userinfo-unencrypted')).outer).toBeUndefined();
  });
});

describe('what the token endpoint answers', () => {
  const answered = async (fail: string) => telia.redeem(await telia.walk({ fail }));

  test('refusal, fault, web page, redirect to itself', async () => {
    expect((await answered('token-400')).status).toBe(400);
    expect((await answered('token-500')).status).toBe(500);
    expect((await answered('token-html')).headers.get('content-type')).toMatch('text/html');
    const round = await answered('token-redirects');
    expect([round.status, round.headers.get('location')]).toEqual([307, `${telia.origin}/oauth2/token`]);
  });

  test('100 MB, piece by piece', async () => {
    const { body } = await answered('token-huge');
    let bytes = 0;
    for await (const chunk of body ?? []) bytes += chunk.byteLength;
    expect(bytes).toBeGreaterThan(100 * 1024 * 1024);
  });

  test('slow: not before the time limits of the network', async () => {
    const callback = await telia.walk({ fail: 'token-slow' });
    const waited = await Promise.race([
      telia.redeem(callback).then(() => 'answered'),
      new Promise((resolve) => setTimeout(resolve, 1_000, 'still waiting').unref()),
    ]);
    expect(waited).toBe('still waiting');
  });
});

describe('for everybody at once, by a switch', () => {
  test('by JSON and by form; null and an empty choice switch it off; an unknown name is refused', async () => {
    expect(await (await telia.simulate({ scenario: 'cancel' })).json()).toMatchObject({ scenario: 'cancel' });
    expect((await telia.walk()).searchParams.get('error')).toBe('cancel');
    expect(await (await telia.simulate({ scenario: null })).json()).toMatchObject({ scenario: null });
    await telia.post('/simulate', { scenario: 'bank-error' });
    expect((await telia.walk({}, { login_hint: '' })).searchParams.get('error')).toBe('server_error');
    expect((await telia.post('/simulate', { scenario: '' })).status).toBe(303);
    expect((await telia.walk()).searchParams.get('error')).toBeNull();
    const unknown = await telia.simulate({ scenario: 'constructor' });
    expect([unknown.status, await unknown.text()]).toEqual([400, expect.stringContaining('wrong-nonce')]);
  });

  test('every name of the table is a switch, and no other', () => {
    expect(scenarioNames.every(isScenario)).toBe(true);
    expect(isScenario('toString')).toBe(false);
    expect(scenarioNames.length).toBe(Object.keys(scenarios).length);
  });

  test('the broker takes what nobody signed, or a stranger, only while switched so', async () => {
    const forged = async () => {
      const url = new URL(`${telia.origin}${telia.rules.paths.authorization}`);
      const strangers = { ...telia.keys.rsa, alg: 'RS256', use: 'sig' };
      url.search = new URLSearchParams({
        client_id: 'avain',
        request: await telia.requestObject({}, strangers),
      }).toString();
      return (await fetch(url, { redirect: 'manual' })).status;
    };
    const plain = new URL(
      `${telia.origin}${telia.rules.paths.authorization}?${new URLSearchParams(telia.parameters())}`,
    );
    const unsigned = async () => (await fetch(plain, { redirect: 'manual' })).status;
    expect([await forged(), await unsigned()]).toEqual([400, 400]);
    await telia.simulate({ scenario: 'accepts-unsigned' });
    expect([await forged(), await unsigned()]).toEqual([303, 303]);
    await telia.simulate({ scenario: null });
    expect([await forged(), await unsigned()]).toEqual([400, 400]);
  });

  test('the broker takes a code of whoever asks, only while switched so', async () => {
    const stranger = async () => (await telia.redeem(await telia.walk(), {})).status;
    const basic = { client_secret: 'guessed' };
    expect(await stranger()).toBe(401);
    await telia.simulate({ scenario: 'accepts-any-client' });
    expect([await stranger(), (await telia.redeem(await telia.walk(), basic)).status]).toEqual([200, 200]);
    await telia.simulate({ scenario: null });
    expect(await stranger()).toBe(401);
  });

  test('the broker takes an assertion and a request object twice, only while switched so', async () => {
    const twice = async () => {
      const proof = await telia.proof();
      await telia.redeem(await telia.walk(), proof);
      const url = await telia.authorizationUrl();
      await fetch(url, { redirect: 'manual' });
      const again = await fetch(url, { redirect: 'manual' });
      return [(await telia.redeem(await telia.walk(), proof)).status, again.status];
    };
    expect(await twice()).toEqual([401, 400]);
    await telia.simulate({ scenario: 'accepts-replay' });
    expect(await twice()).toEqual([200, 303]);
    await telia.simulate({ scenario: null });
  });
});

describe('what is published', () => {
  const entityKey = async () => {
    const answer = await op.get('/.well-known/openid-federation');
    expect(answer.headers.get('content-type')).toMatch('application/entity-statement+jwt');
    const statement = await answer.text();
    const { jwks } = JSON.parse(Buffer.from(String(statement.split('.')[1]), 'base64url').toString());
    const key = await importJWK(jwks.keys[0], 'RS256');
    return { statement, key, verified: await jwtVerify(statement, key, { typ: 'entity-statement+jwt' }) };
  };
  const signedKeys = async () => {
    const answer = await op.get('/jwks/broker-signed');
    return { type: answer.headers.get('content-type'), text: await answer.text() };
  };

  test('an entity statement that stays the same, and keys signed by its key', async () => {
    const { statement, key, verified } = await entityKey();
    expect(verified.payload).toMatchObject({
      iss: op.origin,
      sub: op.origin,
      metadata: { openid_provider: { signed_jwks_uri: `${op.origin}/jwks/broker-signed` } },
    });
    expect((await entityKey()).statement).toBe(statement);
    const { type, text } = await signedKeys();
    expect(type).toMatch('application/jwk-set+jwt');
    const { payload } = await jwtVerify(text, key, { issuer: op.origin, subject: op.origin });
    const { jws } = await op.identify();
    // What the entity key vouched for is a key set beside its own claims.
    await expect(compactVerify(jws, createLocalJWKSet(payload as unknown as JSONWebKeySet))).resolves.toBeTruthy();
  });

  test('rotation: the next key signs, beside the present one; unsigned, stale and foreign key sets', async () => {
    const { key } = await entityKey();
    const before = (await jwtVerify((await signedKeys()).text, key)).payload['keys'] as unknown[];
    await op.simulate({ scenario: 'rotated-key' });
    const during = (await jwtVerify((await signedKeys()).text, key)).payload['keys'] as unknown[];
    expect([before.length, during.length]).toEqual([1, 2]);
    const { header } = await op.identify();
    expect([before, during].map((keys) => JSON.stringify(keys).includes(String(header['kid'])))).toEqual([false, true]);
    await op.simulate({ scenario: 'stale-jwks' });
    await expect(jwtVerify((await signedKeys()).text, key)).rejects.toMatchObject({ code: 'ERR_JWT_EXPIRED' });
    await op.simulate({ scenario: 'jwks-of-another' });
    const foreign = jwtVerify((await signedKeys()).text, key);
    await expect(foreign).rejects.toMatchObject({ code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' });
    await op.simulate({ scenario: 'unsigned-jwks' });
    expect(JSON.parse((await signedKeys()).text)).toMatchObject({ keys: [{ kty: 'RSA' }, { kty: 'RSA' }] });
    await op.simulate({ scenario: null });
  });

  test('outdated encryption only, in the metadata and in what follows', async () => {
    const offered = async () => {
      const metadata = (await (await telia.get('/.well-known/openid-configuration')).json()) as Record<string, unknown>;
      return metadata['id_token_encryption_alg_values_supported'];
    };
    expect(await offered()).toEqual(['RSA-OAEP']);
    await telia.simulate({ scenario: 'rsa1_5-only' });
    expect([await offered(), (await telia.identify()).outer?.['alg']]).toEqual([['RSA1_5'], 'RSA1_5']);
    await telia.simulate({ scenario: null });
  });
});
