import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { BrokerUnreachable, createBrokerFetch } from '../../src/upstream/broker-fetch.ts';
import { createBrokerKeys, type PrivateJwks } from '../../src/upstream/ftn/keys.ts';
import {
  connectTo,
  identifyAt,
  openSmallBroker,
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

async function causes(times: number): Promise<string[]> {
  const connector = await connectTo(broker, { keys });
  const all: string[] = [];
  for (let time = 0; time < times; time += 1) {
    const outcome = await identifyAt(broker, connector);
    all.push('cause' in outcome ? outcome.cause : outcome.outcome);
  }
  return all;
}

test('a broker with useless metadata is soon asked no more', async () => {
  broker.now.metadata = { token_endpoint: 'nowhere' };
  const all = await causes(8);
  expect(all[0]).toBe('metadata_endpoints');
  expect(all.at(-1)).toBe('circuit_open');
  expect(broker.asked.length).toBeLessThan(8);
});

test('a broker whose keys are not to be used is soon asked no more', async () => {
  broker.now.instead['/jwks'] = { status: 200, body: '{"keys":"none"}' };
  const all = await causes(12);
  expect(all[0]).toBe('keys_content');
  expect(all.at(-1)).toBe('circuit_open');
});

test.each([
  ['refused codes', 'code_refused', () => ({ '/token': { status: 400, body: '{"error":"invalid_grant"}' } })],
  ['refused clients', 'client_refused', () => ({ '/token': { status: 401, body: '{"error":"invalid_client"}' } })],
  ['tokens that are not believed', 'token_not_encrypted', () => ({ '/token': { status: 200, body: unsealed } })],
])('%s, which a browser can bring about, never shut the bank', async (_what, cause, instead) => {
  broker.now.instead = instead();
  expect(new Set(await causes(12))).toEqual(new Set([cause]));
});

test('nobody is sent to a bank whose answers cannot be had', async () => {
  broker.now.instead['/token'] = { status: 500, body: '' };
  const connector = await connectTo(broker, { keys });
  for (let time = 0; time < 6; time += 1) await identifyAt(broker, connector);
  const asked = broker.asked.length;
  const outcome = await connector.start({ method: 'bank', locale: 'fi', serviceName: 'Oima' });
  expect(outcome).toEqual({ outcome: 'unavailable', cause: 'circuit_open' });
  expect(broker.asked).toHaveLength(asked);
});

test('nobody is sent to a bank that has died since it was last heard of', async () => {
  let now = Date.now();
  const connector = await connectTo(broker, { keys, clock: { now: () => now } });
  const start = () => connector.start({ method: 'bank', locale: 'fi', serviceName: 'Oima' });
  expect(await start()).toMatchObject({ outcome: 'started' });
  const asked = broker.asked.length;
  now += 29_000;
  expect(await start()).toMatchObject({ outcome: 'started' });
  expect(broker.asked).toHaveLength(asked);
  broker.close();
  now += 1_000;
  expect(await start()).toEqual({ outcome: 'unavailable', cause: 'connection' });
});

test.each([
  [404, 'started'],
  [405, 'started'],
  [501, 'started'],
  [502, 'unavailable'],
  [503, 'unavailable'],
  [504, 'unavailable'],
])('a sign of life answered by %i: %s', async (status, outcome) => {
  let now = Date.now();
  const connector = await connectTo(broker, { keys, clock: { now: () => now } });
  const start = () => connector.start({ method: 'bank', locale: 'fi', serviceName: 'Oima' });
  await start();
  broker.now.instead['/jwks'] = { status, body: '' };
  now += 30_000;
  expect(await start()).toMatchObject({ outcome });
});

test('one broker that is down leaves the others alone', async () => {
  const other = await openSmallBroker(keys, own);
  try {
    broker.now.instead['/token'] = { status: 500, body: '' };
    expect((await causes(8)).at(-1)).toBe('circuit_open');
    expect(await identifyAt(other, await connectTo(other, { keys }))).toMatchObject({ outcome: 'identified' });
  } finally {
    other.close();
  }
});

test('a certificate that nobody we trust has signed is a broker that cannot be reached', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'avain-tls-'));
  const [key, cert] = [join(dir, 'key.pem'), join(dir, 'cert.pem')];
  const made = [
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '1',
    '-subj',
    '/CN=localhost',
    '-keyout',
    key,
    '-out',
    cert,
  ];
  expect(spawnSync('openssl', ['req', ...made]).status).toBe(0);
  let answered = false;
  const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_request, response) => {
    answered = true;
    response.end('{}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    // A listening TCP server has a port.
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const options = { method: 'GET', headers: {}, body: undefined, redirect: 'manual' } as const;
    const error = await createBrokerFetch(2_000)(url, options).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(BrokerUnreachable);
    expect(error).toMatchObject({ code: 'connection' });
    expect(answered).toBe(false);
  } finally {
    server.closeAllConnections();
    server.close();
    rmSync(dir, { recursive: true });
  }
});

const unsealed = JSON.stringify({ access_token: 'at', token_type: 'Bearer', id_token: 'aaaa.bbbb.cccc' });
