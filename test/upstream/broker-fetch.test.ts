import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { BrokerUnreachable, createBrokerFetch } from '../../src/upstream/broker-fetch.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function brokerThat(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  // A listening TCP server has a port.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

async function call(url: string, method: 'GET' | 'POST', timeoutMs = 500): Promise<number | string> {
  const options = { method, headers: {}, body: method === 'POST' ? 'code=x' : undefined, redirect: 'manual' } as const;
  return createBrokerFetch(timeoutMs)(url, options).then(
    (response) => response.status,
    (error: unknown) => (error instanceof BrokerUnreachable ? error.code : String(error)),
  );
}

const json = (status: number, body: string, headers = {}): RequestListener => {
  return (_request, response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
};

describe('one call', () => {
  test.each([
    ['a refused code is an answer', 'POST', json(400, '{"error":"invalid_grant"}'), 400],
    ['refused metadata is a broker that is not well', 'GET', json(404, '{}'), 'status_404'],
    ['an error of the server', 'POST', json(502, '{}'), 'status_502'],
    ['a list where an object belongs', 'GET', json(200, '[]'), 'not_json'],
    ['half an answer', 'GET', json(200, '{"a":'), 'not_json'],
  ] as const)('%s', async (_what, method, listener, expected) => {
    expect(await call(await brokerThat(listener), method)).toBe(expected);
  });

  test('a redirect is not followed', async () => {
    let asked = false;
    const elsewhere = await brokerThat((_request, response) => {
      asked = true;
      response.end('{}');
    });
    expect(await call(await brokerThat(json(307, '', { location: elsewhere })), 'POST')).toBe('redirect');
    expect(asked).toBe(false);
  });

  test('an endless body is cut off, and a body that stops coming is given up', async () => {
    let ended = false;
    const endless = await brokerThat((_request, response) => {
      const timer = setInterval(() => response.write('x'.repeat(8192)), 1);
      response.on('close', () => {
        ended = true;
        clearInterval(timer);
      });
    });
    expect(await call(endless, 'GET')).toBe('too_large');
    const stuck = await brokerThat((_request, response) => response.writeHead(200).write('{"a"'));
    expect(await call(stuck, 'GET', 200)).toBe('timeout');
    expect(ended).toBe(true);
  });
});

test('a signed key set and an encrypted answer are no JSON, and pass', async () => {
  for (const body of ['aaaa.bbbb.cccc', 'aaaa..iiii.cccc.tttt']) {
    expect(await call(await brokerThat(json(200, body)), 'GET')).toBe(200);
  }
});
