import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type BrokerWorld, identify, openBrokerWorld } from './broker-world.ts';

// What Idura wants to be asked, and what it leaves out, whatever the claims are called.
const plain = {
  assertion: { audience: 'issuer' },
  acr: { assume: { level: 'substantial', when: { identityscheme: 'fitupas' } } },
  idToken: { authTime: 'issued' },
};

let world: BrokerWorld;
beforeAll(async () => {
  const env = { AVAIN_DEMO_BROKER_DIALECT: 'idura' };
  world = await openBrokerWorld({ avain: 7110, broker: 7111 }, env);
}, 60_000);
afterAll(() => world.close());

test('a broker with plain claim names and the other key encryption is configuration only', async () => {
  const outcome = await identify(
    await world.connector({ ...plain, dialect: 'plain', claims: { identityCode: 'hetu' } }),
    { person: '131189Y902A' },
  );
  expect(outcome).toMatchObject({
    outcome: 'identified',
    identity: {
      idValue: '131189Y902A',
      givenName: 'Aino Olivia',
      familyName: 'Virtanen',
      name: 'Aino Olivia Virtanen',
    },
  });
});

test('a broker that names its claims in a third way is configuration, too', async () => {
  const claims = { identityCode: 'hetu', familyName: 'family_name' };
  const outcome = await identify(await world.connector({ ...plain, dialect: 'oid', claims }));
  expect(outcome).toMatchObject({ outcome: 'identified', identity: { familyName: 'Uusitalo', givenName: null } });
});

test('claims under names nobody configured are no identity', async () => {
  expect(await identify(await world.connector({ ...plain, dialect: 'oid' }))).toEqual({ outcome: 'no-identity-code' });
});

test('an encryption that is not on our list is refused although we could read it', async () => {
  const idToken = { ...plain.idToken, keyEncryption: ['RSA-OAEP'] };
  const outcome = await identify(await world.connector({ ...plain, dialect: 'plain', idToken }));
  expect(outcome).toMatchObject({ outcome: 'failed' });
});

test('cancelling has another name, and only configured names mean it', async () => {
  expect(await identify(await world.connector(plain), { fail: 'cancel' })).toEqual({ outcome: 'cancelled' });
  const strict = await world.connector({ ...plain, cancelErrors: ['access_denied'] });
  expect(await identify(strict, { fail: 'cancel' })).toEqual({ outcome: 'failed', cause: 'refused_other' });
});

test('a signature algorithm the broker does not offer leaves nothing to believe', async () => {
  const outcome = await (await world.connector({ idToken: { signing: ['ES256'] } })).start({
    method: 'bank',
    locale: 'fi',
    serviceName: 'Oima',
  });
  expect(outcome).toEqual({ outcome: 'unavailable', cause: 'metadata_algorithms' });
});
