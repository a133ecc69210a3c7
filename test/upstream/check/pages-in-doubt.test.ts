/** Brokers that answer a refusal with an ordinary page: what can be told from outside, and what cannot. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterEach, expect, test } from '@jest/globals';
import { allowInsecureRequests, Configuration } from 'openid-client';
import type { CheckInput, Finding, Verdict } from '../../../src/upstream/check/duty.ts';
import { requestDuties } from '../../../src/upstream/check/requests.ts';
import { createBrokerKeys, importBrokerKeys } from '../../../src/upstream/ftn/keys.ts';
import { connectorInput } from '../broker-world.ts';

const ports = { avain: 7150, broker: 7151 };
const origin = `http://localhost:${ports.broker}`;
let server: Server;
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

type Page = Readonly<{ path: string; title: string }>;

const first: Page = { path: '/methods', title: 'Choose' };

/** A broker that shows its first page to whoever signs, and another to everybody else, both with status 200. */
async function findings(other: Page): Promise<readonly Finding[]> {
  server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', origin);
    if (pathname !== '/start') return void response.end(`<title>${searchParams.get('title')}</title>`);
    const { path, title } = searchParams.has('request') ? first : other;
    response.writeHead(302, { location: `${path}?title=${title}` }).end();
  });
  server.listen(ports.broker, 'localhost');
  await once(server, 'listening');
  const keys = await createBrokerKeys({ now: 0 });
  const check: CheckInput = {
    ...connectorInput(ports, keys, {}),
    issuer: `http://localhost:${ports.avain}`,
    serviceName: 'Oma Palvelut',
  };
  const { signing } = await importBrokerKeys(keys, ['RSA-OAEP']);
  const configuration = new Configuration({ issuer: origin, authorization_endpoint: `${origin}/start` }, 'avain');
  allowInsecureRequests(configuration);
  return requestDuties(check, { configuration, signing, stranger: signing });
}

test.each<readonly [string, Page, Verdict]>([
  ['another page at another place is a refusal', { path: '/sorry', title: 'Error' }, 'met'],
  ['the same page is none', first, 'not met'],
  ['the same title at another place is a doubt', { path: '/sorry', title: 'Choose' }, 'not tried'],
  ['another title at the same place is a doubt', { path: '/methods', title: 'Error' }, 'not tried'],
])('%s', async (_what, other, verdict) => {
  const unsigned = (await findings(other)).find(({ duty }) => duty === 'unsigned-refused');
  expect(unsigned?.verdict).toBe(verdict);
});
