import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { dialects } from '../../../src/demo/broker/dialects.ts';
import { ownPerson, testPersons, worldPersons } from '../../../src/demo/broker/persons.ts';
import { personas } from '../../../src/demo/personas.ts';
import { ageInYears, parseHetu } from '../../../src/identity/hetu.ts';
import { type BrokerWorld, begin, openBrokerWorld } from '../../upstream/broker-world.ts';
import { startProgram } from '../support/start-program.ts';

let world: BrokerWorld;
beforeAll(async () => {
  world = await openBrokerWorld({ avain: 7130, broker: 7131 });
}, 60_000);
afterAll(() => world.close());

test.each(['NODE_ENV', 'AVAIN_PROFILE'])('does not run with %s=production', async (name) => {
  const program = await startProgram('src/demo/broker/main.ts', [], { [name]: 'production' });
  const { status, output } = await program.ended;
  expect(status).toBe(1);
  expect(output).toContain(`${name}=production`);
});

test.each([
  ['AVAIN_DEMO_BROKER_DIALECT', 'nets', 'telia, op, idura, signicat'],
  ['AVAIN_DEMO_BROKER_JWE', 'RSA1_5/A128GCM', 'RSA-OAEP/A128CBC-HS256'],
])('does not run with %s=%s, and says what it may be', async (name, value, expected) => {
  const { status, output } = await (await startProgram('src/demo/broker/main.ts', [], { [name]: value })).ended;
  expect([status, output]).toEqual([1, expect.stringContaining(expected)]);
});

test('states test levels only, in every dialect', () => {
  for (const { levels } of Object.values(dialects)) {
    for (const level of levels ?? []) expect(level).toMatch(/loatest[23]$/);
  }
});

test('nobody real is a test person, and every sign between date and number occurs', () => {
  for (const { identityCode } of testPersons) {
    const parsed = parseHetu(identityCode, { allowArtificial: true, now: Date.now() });
    expect([identityCode, parsed]).toEqual([identityCode, expect.objectContaining({ ok: true })]);
    expect(parsed.ok && parsed.value.artificial).toBe(true);
  }
  expect(new Set(testPersons.map(({ identityCode }) => identityCode)).size).toBe(testPersons.length);
  expect([...new Set(testPersons.map(({ identityCode }) => identityCode.charAt(6)))].sort().join('')).toBe(
    '+-ABCDEFUVWXY',
  );
});

test('names that programs stumble over, and a minor who is 13 today', () => {
  const names = testPersons.map(({ name }) => name);
  for (const odd of [/[åäö]/i, /\p{L}-\p{L}/u, / (von|af|de) /, /^\S+$/, /^.{100,}$/]) {
    expect(names.some((name) => odd.test(name))).toBe(true);
  }
  const ages = testPersons.map(({ identityCode }) => {
    const parsed = parseHetu(identityCode, { allowArtificial: true, now: Date.now() });
    return parsed.ok ? ageInYears(parsed.value.birthdate, Date.now()) : null;
  });
  expect(ages).toContain(13);
});

test('a request that is not signed is answered on an own page, never by going back', async () => {
  const query = new URLSearchParams({
    client_id: 'avain',
    response_type: 'code',
    scope: 'openid',
    redirect_uri: 'http://localhost:7130/upstream/demotunnistus/callback',
  });
  const answer = await fetch(`${world.brokerOrigin}/oauth2/authorization?${query}`, { redirect: 'manual' });
  expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
});

test('a request whose signature was tampered with is refused', async () => {
  const { url } = await begin(await world.connector());
  const [header, payload = '', signature] = (url.searchParams.get('request') ?? '').split('.');
  const claims = { ...JSON.parse(Buffer.from(payload, 'base64url').toString()), acr_values: 'loatest3' };
  const forged = Buffer.from(JSON.stringify(claims)).toString('base64url');
  url.searchParams.set('request', `${header}.${forged}.${signature}`);
  const answer = await fetch(url, { redirect: 'manual' });
  expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
});

test('a form from another origin changes nothing', async () => {
  const headers = { origin: 'http://localhost:7130', 'content-type': 'application/json' };
  const answer = await fetch(`${world.brokerOrigin}/simulate`, { method: 'POST', headers, body: '{"outage":true}' });
  expect(answer.status).toBe(403);
  expect((await fetch(`${world.brokerOrigin}/oauth2/metadata.jwks`)).status).toBe(200);
});

test('every persona is a test person, once', () => {
  const codes = new Set(personas.map(({ identityCode }) => identityCode));
  expect(worldPersons.map(({ identityCode }) => identityCode).sort()).toEqual([...codes].sort());
});

test('an own person must be nobody', () => {
  expect(ownPerson('Tahvo Testi', '300605c908s')).toMatchObject({ familyName: 'Testi', identityCode: '300605C908S' });
  for (const code of ['010190-123A', '131189Y902B', '310290A901C', '', '131189Y902A ; x']) {
    expect(ownPerson('Tahvo Testi', code)).toBeNull();
  }
  expect(ownPerson('  ', '300605C908S')).toBeNull();
});
