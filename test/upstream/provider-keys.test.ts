import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createBrokerKeys, type PrivateJwks } from '../../src/upstream/ftn/keys.ts';
import {
  connectTo,
  identifyAt,
  type NamedKey,
  namedKey,
  openSmallBroker,
  type SmallBroker,
  type SmallBrokerKeys,
  smallBrokerKeys,
} from './small-broker.ts';

let keys: PrivateJwks;
let own: SmallBrokerKeys;
let other: NamedKey;
let broker: SmallBroker;
beforeAll(async () => {
  keys = await createBrokerKeys({ now: Date.now() });
  own = await smallBrokerKeys();
  other = await namedKey('RS256', 'sig-2');
});
beforeEach(async () => {
  broker = await openSmallBroker(keys, own);
});
afterEach(() => {
  Date.now = present;
  broker.close();
});

const present = Date.now;
/** From now on it is so much later for everybody: the connector, its library and the broker. */
const later = (seconds: number) => {
  const before = Date.now;
  Date.now = () => before() + seconds * 1000;
};

const pinned = async (change: Record<string, unknown> = {}) =>
  connectTo(broker, { keys, statement: await broker.statement(change) });
const asked = (path: string) => broker.asked.filter((each) => each === path).length;
const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;

describe('keys pinned by an entity statement', () => {
  test('are believed, and neither discovery nor an unsigned set is asked for', async () => {
    expect(await identifyAt(broker, await pinned())).toMatchObject({ outcome: 'identified' });
    // And before anybody is sent there, whether the broker is alive.
    const other = broker.asked.filter((path) => !path.startsWith('/token'));
    expect(other).toEqual(['HEAD /signed-jwks', '/signed-jwks']);
  });

  test('are read once for many people', async () => {
    const connector = await pinned();
    for (let person = 0; person < 3; person += 1) await identifyAt(broker, connector);
    expect(asked('/signed-jwks')).toBe(1);
  });

  test.each([
    ['signed by a key that the statement does not name', () => broker.signedJwks({}, other)],
    ['signed by another key under the right name', async () => broker.signedJwks({}, { ...other, kid: 'entity-1' })],
    ['of another entity', () => broker.signedJwks({ iss: 'https://evil.example' })],
    ['about another entity', () => broker.signedJwks({ sub: 'https://evil.example' })],
    ['that says about nobody', () => broker.signedJwks({ sub: undefined })],
    ['that has expired', () => broker.signedJwks({ exp: inSeconds(-60) })],
    ['that is not signed at all', async () => JSON.stringify({ keys: [broker.now.signing.publicJwk] })],
  ])('a set %s is used by nobody', async (_what, make) => {
    broker.now.signedJwks = make;
    expect(await identifyAt(broker, await pinned())).toEqual({ outcome: 'unavailable', cause: 'keys_signature' });
  });

  test.each([{ keys: undefined }, { keys: 'all' }, { keys: [7] }])('a set with %j holds none', async (change) => {
    broker.now.signedJwks = () => broker.signedJwks(change);
    expect(await identifyAt(broker, await pinned())).toEqual({ outcome: 'unavailable', cause: 'keys_content' });
  });

  test('are not used a moment longer than their set says', async () => {
    const exp = inSeconds(100);
    broker.now.signedJwks = () => broker.signedJwks({ exp });
    const connector = await pinned();
    await identifyAt(broker, connector);
    later(98);
    await identifyAt(broker, connector);
    expect(asked('/signed-jwks')).toBe(1);
    // The broker still hands out the old set, whose time is over by now.
    later(40);
    expect(await identifyAt(broker, connector)).toEqual({ outcome: 'unavailable', cause: 'keys_signature' });
    broker.now.signedJwks = () => broker.signedJwks({ exp: inSeconds(1000) });
    expect(await identifyAt(broker, connector)).toMatchObject({ outcome: 'identified' });
  });

  test('end with the statement', async () => {
    const connector = await pinned({ exp: inSeconds(600) });
    expect(await identifyAt(broker, connector)).toMatchObject({ outcome: 'identified' });
    later(700);
    expect(await identifyAt(broker, connector)).toEqual({ outcome: 'unavailable', cause: 'statement_expired' });
  });
});

test.each([
  ['plain', '/jwks', () => connectTo(broker, { keys })],
  ['signed', '/signed-jwks', () => pinned()],
])('a new key in a %s set is believed once a minute has passed since it was read', async (_kind, path, connect) => {
  const connector = await connect();
  expect(await identifyAt(broker, connector)).toMatchObject({ outcome: 'identified' });
  broker.now.signing = other;
  broker.now.published = [own.signing, other];
  // Whoever could make us ask for keys at every token could make us a load on the broker.
  for (let time = 0; time < 3; time += 1)
    expect(await identifyAt(broker, connector)).toMatchObject({ outcome: 'failed' });
  expect(asked(path)).toBe(1);
  later(61);
  expect(await identifyAt(broker, connector)).toMatchObject({ outcome: 'identified' });
  expect(asked(path)).toBe(2);
});

describe('metadata that must not be used', () => {
  test.each([
    ['metadata_issuer', { issuer: 'http://localhost:1/' }, 'metadata'],
    ['no token endpoint', { token_endpoint: undefined }, 'metadata_endpoints'],
    ['an endpoint that is no address', { jwks_uri: 'keys' }, 'metadata_endpoints'],
    ['an endpoint of another kind', { authorization_endpoint: 'javascript:alert(1)' }, 'metadata_endpoints'],
    ['no algorithm of ours', { id_token_signing_alg_values_supported: ['HS256', 'none'] }, 'metadata_algorithms'],
  ])('%s', async (_what, metadata, cause) => {
    broker.now.metadata = metadata;
    expect(await identifyAt(broker, await connectTo(broker, { keys }))).toEqual({ outcome: 'unavailable', cause });
  });
});
