import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import Koa from 'koa';
import { pinPublicAddress } from '../../src/http/public-address.ts';

type Told = { status: number | undefined; body: string; cookies: readonly string[] };

/** One plain http request, with a target and headers as a stranger would choose them. */
async function ask(app: Koa, path: string, headers: Record<string, string>): Promise<Told> {
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  // The cast: a listening TCP server has such an address.
  const { port } = server.address() as AddressInfo;
  try {
    return await new Promise((resolve, reject) => {
      const asked = request({ host: '127.0.0.1', port, path, headers, agent: false }, (answer) => {
        let body = '';
        answer.on('data', (chunk) => {
          body += String(chunk);
        });
        answer.on('end', () =>
          resolve({ status: answer.statusCode, body, cookies: answer.headers['set-cookie'] ?? [] }),
        );
      });
      asked.once('error', reject);
      asked.end();
    });
  } finally {
    server.close();
  }
}

function service(issuer: string): Koa {
  const app = new Koa({ proxy: true });
  pinPublicAddress(app, { issuer });
  app.use((ctx) => {
    ctx.cookies.set('kept', 'x', { secure: ctx.secure, signed: false });
    ctx.body = [ctx.href, ctx.origin, ctx.host, ctx.protocol, ctx.path].join(' ');
  });
  return app;
}

test.each([
  ['/auth?a=1', { host: '127.0.0.1' }],
  ['/auth?a=1', { host: 'evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'http' }],
  ['http://evil.example/auth?a=1', { host: 'evil.example' }],
])('addresses and Secure cookies stand on the issuer, whatever %s with %j says', async (path, headers) => {
  const { status, body, cookies } = await ask(service('https://id.example.fi'), path, headers);
  expect(status).toBe(200);
  expect(body).toBe('https://id.example.fi/auth?a=1 https://id.example.fi id.example.fi https /auth');
  expect(cookies.join()).toContain('secure');
});

test('an http issuer of the development profile keeps its port and sets no Secure cookie', async () => {
  const { body, cookies } = await ask(service('http://localhost:3000'), '/', { 'x-forwarded-proto': 'https' });
  expect(body).toBe('http://localhost:3000/ http://localhost:3000 localhost:3000 http /');
  expect(cookies.join()).not.toContain('secure');
});
