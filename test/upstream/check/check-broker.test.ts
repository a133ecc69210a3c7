/** Every duty is seen met at a proper broker, and each broken one is named: the one that is broken, and no other. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { testPersons } from '../../../src/demo/broker/persons.ts';
import { scenarioNames } from '../../../src/demo/broker/scenarios.ts';
import { type Duty, duties } from '../../../src/upstream/check/duty.ts';
import { createBrokerKeys, createKey } from '../../../src/upstream/ftn/keys.ts';
import { type CheckWorld, dutiesThatAre, openCheckWorld } from './check-world.ts';

let world: CheckWorld;
const simulate = (scenario: string | null) => world.simulate({ scenario });

describe('a broker that keys and requests come to by value (as Telia)', () => {
  beforeAll(async () => {
    world = await openCheckWorld({ avain: 7140, broker: 7141 }, { name: 'telia', config: {} });
  }, 60_000);
  afterAll(() => world.close());

  test('keeps every duty, and each is named once', async () => {
    const findings = await world.findings();
    expect(dutiesThatAre('met', findings)).toEqual(Object.keys(duties).filter((duty) => duty !== 'userinfo'));
    expect(findings).toHaveLength(Object.keys(duties).length - 1);
  });

  /** What is broken by each way to fail; [] where it is none, but the ordinary variety of the world. */
  const broken: Readonly<Record<string, readonly Duty[]>> = {
    cancel: ['return'],
    'access-denied': ['return'],
    'bank-error': ['return'],
    'token-400': ['token'],
    'token-500': ['token'],
    'token-slow': ['token'],
    'token-html': ['token'],
    'token-huge': ['token'],
    'token-redirects': ['token'],
    'no-identity-code': ['identity-code'],
    foreigner: ['identity-code'],
    'changed-identity-code': [],
    'bad-check-character': ['identity-code'],
    'wrong-birthdate': ['identity-code'],
    'name-only': [],
    'wrong-nonce': ['recipient'],
    'wrong-audience': ['recipient'],
    'wrong-issuer': ['recipient'],
    'wrong-level': ['level'],
    'other-level': [],
    'no-level': ['level'],
    stale: ['freshness'],
    expired: ['freshness'],
    'wrong-key': ['signature'],
    'unknown-kid': ['signature'],
    'alg-none': ['signature'],
    hs256: ['signature'],
    unencrypted: ['encryption'],
    rsa1_5: ['encryption'],
    'wrong-encryption-key': ['encryption'],
    'unknown-encryption-kid': ['encryption'],
    'no-encryption-kid': [],
    'rotated-key': [],
    'rsa1_5-only': ['metadata', 'encryption'],
    'accepts-unsigned': ['unsigned-refused', 'forged-refused'],
    // An assertion that is not looked at can be used again too.
    'accepts-any-client': ['client-required', 'stranger-refused', 'replay-refused'],
    'accepts-replay': ['replay-refused'],
  };

  test.each(Object.entries(broken))('%s: %j', async (scenario, expected) => {
    await simulate(scenario);
    const findings = await world.findings((check) => ({ ...check, config: { ...check.config, timeoutSeconds: 2 } }));
    await simulate(null);
    expect(dutiesThatAre('not met', findings)).toEqual(expected);
  });

  test('a token that was used before is not of this exchange', async () => {
    await world.findings();
    await simulate('replayed');
    const findings = await world.findings();
    await simulate(null);
    expect(dutiesThatAre('not met', findings)).toEqual(['recipient']);
  });

  test('every way to fail has its row here, or in another dialect', () => {
    const elsewhere = ['userinfo-of-another', 'userinfo-unencrypted', 'stale-jwks', 'unsigned-jwks', 'jwks-of-another'];
    const covered = [...Object.keys(broken), 'replayed', ...elsewhere];
    expect([...covered].sort()).toEqual([...scenarioNames].sort());
  });

  test('what was not looked at after a failure is not called met', async () => {
    await simulate('wrong-nonce');
    const findings = await world.findings();
    await simulate(null);
    // The library compares the nonce before it verifies the signature.
    expect(dutiesThatAre('not tried', findings)).toEqual(['signature', 'freshness', 'level', 'identity-code']);
  });

  test('a broker that is away is said once, and all the rest is not tried', async () => {
    await world.simulate({ outage: true });
    const findings = await world.findings();
    await world.simulate({ outage: false });
    expect(dutiesThatAre('not met', findings)).toEqual(['metadata']);
    expect(findings.find(({ duty }) => duty === 'metadata')?.reason).toBe('the broker answers 503');
    expect(dutiesThatAre('met', findings)).toEqual(['own-keys', 'own-keys-published']);
  });

  test('keys that the broker does not know are found out by every way there is', async () => {
    const keys = await createBrokerKeys({ now: 0 });
    const findings = await world.findings((check) => ({ ...check, keys }));
    expect(dutiesThatAre('not met', findings)).toEqual([
      'own-keys-published',
      'request-accepted',
      'client-accepted',
      'return',
    ]);
    expect(dutiesThatAre('not tried', findings)).toEqual(
      expect.arrayContaining(['unsigned-refused', 'replay-refused']),
    );
  });

  test('keys of ours that are unfit are found before the broker is asked', async () => {
    const [, enc] = world.keys.keys;
    const sig = await createKey('sig', { state: 'pending', since: new Date().toISOString() });
    const keys = { keys: [sig, ...(enc ? [enc] : [])] };
    const findings = await world.findings((check) => ({ ...check, keys }));
    expect(findings[0]).toMatchObject({ duty: 'own-keys', verdict: 'not met' });
    expect(dutiesThatAre('not tried', findings)).toContain('client-accepted');
  });

  test('a level that we accept and the broker does not give is our fault, and named so', async () => {
    const findings = await world.findings((check) => ({
      ...check,
      config: { ...check.config, acr: { ...check.config.acr, accept: { 'urn:other': 'substantial' } } },
    }));
    expect(dutiesThatAre('not met', findings)).toEqual(['level']);
  });

  test('a hint that the test environment does not know leaves the identification untried', async () => {
    const findings = await world.findings((check) => check, 'nobody');
    expect(dutiesThatAre('not met', findings)).toEqual([]);
    expect(dutiesThatAre('not tried', findings)).toHaveLength(9);
    expect(findings.find(({ duty }) => duty === 'return')?.reason).toContain('does not know check.loginHint');
  });

  test('nothing that is reported names the person, the code, or a token', async () => {
    const told = JSON.stringify(await world.findings());
    const uusi = testPersons.find(({ key }) => key === 'uusi');
    expect(uusi).toBeDefined();
    for (const secret of [uusi?.identityCode, uusi?.familyName, 'eyJ']) expect(told).not.toContain(secret);
  });
});

describe('a broker with an entity statement and signed keys (as OP)', () => {
  const config = {
    scopes: ['openid', 'profile', 'personal_identity_code', 'weak'],
    request: { audience: 'authorization_endpoint' },
    method: { parameter: 'none' },
    dialect: 'plain',
    claims: { method: null },
  };
  beforeAll(async () => {
    world = await openCheckWorld({ avain: 7142, broker: 7143 }, { name: 'op', config, pinned: true });
  }, 60_000);
  afterAll(() => world.close());

  test('keeps every duty', async () => {
    const findings = await world.findings();
    expect(dutiesThatAre('not met', findings)).toEqual([]);
    expect(dutiesThatAre('not tried', findings)).toEqual([]);
    expect(findings.find(({ duty }) => duty === 'broker-keys')?.reason).toContain('signed by the pinned entity key');
  });

  test.each(['stale-jwks', 'unsigned-jwks', 'jwks-of-another'])(
    '%s: keys that must not be trusted',
    async (scenario) => {
      await simulate(scenario);
      const findings = await world.findings();
      await simulate(null);
      expect(dutiesThatAre('not met', findings)).toEqual(['broker-keys', 'signature']);
    },
  );
});

describe('a broker that requests are pushed to, with userinfo (as Signicat)', () => {
  const config = {
    scopes: ['openid', 'profile', 'idp-id', 'nin', 'ftn-extra'],
    request: { mode: 'par' },
    acr: { request: ['idp:ftn'], assume: { level: 'substantial', when: { ftn_idp: 'fi-[a-z0-9-]+' } } },
    method: { parameter: 'none' },
    dialect: 'plain',
    claims: { identityCode: 'nin', method: 'ftn_idp' },
    userInfo: 'nested',
  };
  beforeAll(async () => {
    world = await openCheckWorld({ avain: 7144, broker: 7145 }, { name: 'signicat', config });
  }, 60_000);
  afterAll(() => world.close());

  test('keeps every duty that can be tried there, userinfo among them', async () => {
    const findings = await world.findings();
    expect(dutiesThatAre('not met', findings)).toEqual([]);
    // Pushed requests are not signed: whoever cannot prove to be the client cannot push.
    expect(dutiesThatAre('not tried', findings)).toEqual(['forged-refused']);
    expect(dutiesThatAre('met', findings)).toContain('userinfo');
  });

  test.each([
    ['userinfo-of-another', ['userinfo']],
    ['userinfo-unencrypted', ['userinfo']],
    ['accepts-unsigned', ['unsigned-refused']],
    ['accepts-any-client', ['client-required', 'stranger-refused', 'replay-refused']],
  ])('%s: %j', async (scenario, expected) => {
    await simulate(scenario);
    const findings = await world.findings();
    await simulate(null);
    expect(dutiesThatAre('not met', findings)).toEqual(expected);
  });
});
