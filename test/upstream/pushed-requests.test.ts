import { afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import { createBrokerKeys, type PrivateJwks } from '../../src/upstream/ftn/keys.ts';
import {
  connectTo,
  identifyAt,
  openSmallBroker,
  redirectUri,
  type SmallBroker,
  type SmallBrokerKeys,
  smallBrokerKeys,
} from './small-broker.ts';

let keys: PrivateJwks;
let own: SmallBrokerKeys;
let broker: SmallBroker;
beforeAll(async () => {
  keys = await createBrokerKeys({ now: Date.now() });
  own = await smallBrokerKeys();
});
beforeEach(async () => {
  broker = await openSmallBroker(keys, own);
});
afterEach(() => broker.close());

const input = { method: 'bank', locale: 'sv', serviceName: 'Oima' } as const;
const connector = (mode: string, more: object = {}) =>
  connectTo(broker, { keys, config: { request: { mode }, ...more } });

async function push(mode: string, more: object = {}) {
  const started = await (await connector(mode, more)).start(input);
  if (started.outcome !== 'started') throw new Error(started.cause);
  const parameters = broker.pushed.get(started.url.searchParams.get('request_uri') ?? '');
  if (!parameters) throw new Error('nothing was pushed');
  return { ...started, parameters };
}

test.each(['par', 'par-jar'])('%s: nothing but the reference of what was pushed is in the address', async (mode) => {
  const { url } = await push(mode);
  expect([...url.searchParams.keys()].sort()).toEqual(['client_id', 'request_uri']);
  expect(url.origin + url.pathname).toBe(`${broker.issuer}/authorize`);
});

test('par: everything is pushed with our proof of who we are, PKCE among it', async () => {
  const { parameters, exchange } = await push('par');
  expect(Object.fromEntries(parameters)).toMatchObject({
    client_id: 'avain',
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: 'openid',
    state: exchange.state,
    nonce: exchange.nonce,
    code_challenge_method: 'S256',
    acr_values: 'http://ftn.ficora.fi/2017/loa2',
    ui_locales: 'sv',
    ftn_spname: 'Oima',
    max_age: '0',
  });
  expect(parameters.get('code_challenge')).toHaveLength(43);
  expect(parameters.has('request')).toBe(false);
  const assertion = decodeJwt(parameters.get('client_assertion') ?? '');
  expect(assertion).toMatchObject({ iss: 'avain', sub: 'avain', aud: `${broker.issuer}/token` });
});

test('par-jar: what is pushed is the signed object and who we are, nothing else', async () => {
  const { parameters, exchange } = await push('par-jar');
  const names = ['client_assertion', 'client_assertion_type', 'client_id', 'request'];
  expect([...parameters.keys()].sort()).toEqual(names);
  expect(decodeJwt(parameters.get('request') ?? '')).toMatchObject({ iss: 'avain', nonce: exchange.nonce, max_age: 0 });
});

test.each(['jar', 'par', 'par-jar'])('%s: a whole identification', async (mode) => {
  expect(await identifyAt(broker, await connector(mode))).toMatchObject({ outcome: 'identified' });
});

test('a broker that does not take the request is told before anybody leaves for it', async () => {
  broker.now.instead['/par'] = { status: 400, body: '{"error":"invalid_request"}' };
  expect(await (await connector('par')).start(input)).toEqual({ outcome: 'unavailable', cause: 'request_refused' });
  broker.now.instead['/par'] = { status: 503, body: '' };
  expect(await (await connector('par')).start(input)).toEqual({ outcome: 'unavailable', cause: 'status_503' });
  broker.now.instead['/par'] = { status: 201, body: '{"expires_in":60}' };
  expect(await (await connector('par')).start(input)).toMatchObject({ outcome: 'unavailable' });
});

test('a broker without a place to push to is not asked anything', async () => {
  broker.now.metadata = { pushed_authorization_request_endpoint: undefined };
  const outcome = await (await connector('par')).start(input);
  expect(outcome).toEqual({ outcome: 'unavailable', cause: 'metadata_endpoints' });
});

test('a means chosen by acr_values may stand alone there, or nothing at all', async () => {
  const method = { parameter: 'acr_values', bank: 'urn:bank', mobile: 'urn:mobile' };
  const { parameters } = await push('par', { method, acr: { request: [] } });
  expect(parameters.get('acr_values')).toBe('urn:bank');
});

test('for a self-test a test person may be named, and only then', async () => {
  const started = await (await connector('par')).start({ ...input, loginHint: 'uusi' });
  if (started.outcome !== 'started') throw new Error(started.cause);
  expect(broker.pushed.get(started.url.searchParams.get('request_uri') ?? '')?.get('login_hint')).toBe('uusi');
  expect((await push('par')).parameters.has('login_hint')).toBe(false);
});
