/** The fault proxy itself: a suite that trusts a proxy which does nothing proves nothing. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';

/** What the server got; it answers each request "word" by "echo word". */
let received: string[];
let inServer: Socket[];
let server: Server;
let proxy: FaultProxy;
let clients: Client[];

beforeEach(async () => {
  received = [];
  inServer = [];
  clients = [];
  server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
    inServer.push(socket);
    socket.on('error', () => {});
    socket.on('data', (data) => {
      received.push(String(data));
      socket.write(`echo ${data}`);
    });
    socket.on('end', () => socket.end('farewell'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  proxy = await startFaultProxy({ to: { host: '127.0.0.1', port } });
});
afterEach(async () => {
  for (const { socket } of clients) socket.destroy();
  await proxy.stop();
  server.close();
});

type Client = {
  readonly socket: Socket;
  /** Sends, and returns what came back within the time (as one text), `ended` or `reset`. */
  ask(word: string, withinMs?: number): Promise<string>;
};

const soonMs = 150;

async function client(): Promise<Client> {
  const socket = connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true });
  let came = '';
  socket.on('data', (data) => {
    came += String(data);
  });
  socket.on('end', () => {
    came += 'ended';
  });
  socket.on('error', (error: NodeJS.ErrnoException) => {
    came += error.code === 'ECONNRESET' ? 'reset' : error.message;
  });
  await once(socket, 'connect');
  const ask = async (word: string, withinMs = soonMs): Promise<string> => {
    came = '';
    if (word !== '') socket.write(word);
    const until = performance.now() + withinMs;
    while (came === '' && performance.now() < until) await sleep(5);
    await sleep(5);
    return came;
  };
  const made = { socket, ask };
  clients.push(made);
  return made;
}

test('without a fault everything passes, ends too, and is counted', async () => {
  const one = await client();
  expect(await one.ask('one')).toBe('echo one');
  expect(await one.ask('three')).toBe('echo three');
  expect(proxy.stats()).toEqual({ connections: 1, open: 1, requestBytes: 8, replyBytes: 18, turnarounds: 2 });
  one.socket.end();
  expect(await one.ask('')).toBe('farewellended');
  await sleep(20);
  expect(proxy.stats().open).toBe(0);
});

test('turnarounds count bursts: requests sent together are one round trip', async () => {
  const one = await client();
  one.socket.write('a');
  one.socket.write('b');
  await one.ask('c');
  await sleep(20);
  expect(proxy.stats().turnarounds).toBe(1);
  const two = await client();
  await two.ask('d');
  expect(proxy.stats()).toMatchObject({ connections: 2, turnarounds: 2 });
});

test.each([
  ['both ways', undefined, 160],
  ['requests', 'requests', 80],
  ['replies', 'replies', 80],
] as const)('latency, %s, from now on and until it is healed', async (_, direction, atLeastMs) => {
  const one = await client();
  await one.ask('before');
  await proxy.set({ kind: 'latency', ms: 80, ...(direction && { direction }) });
  const began = performance.now();
  expect(await one.ask('late', 1_000)).toBe('echo late');
  const tookMs = performance.now() - began;
  expect(tookMs).toBeGreaterThanOrEqual(atLeastMs - 2);
  expect(tookMs).toBeLessThan(atLeastMs + 75);
  await proxy.heal();
  expect(await one.ask('quick', 60)).toBe('echo quick');
});

test('latency keeps the order, also of what is sent after it has gone', async () => {
  const one = await client();
  await proxy.set({ kind: 'latency', ms: 60, direction: 'requests' });
  one.socket.write('first ');
  await sleep(20);
  await proxy.heal();
  one.socket.write('second ');
  await sleep(120);
  expect(received.join('')).toBe('first second ');
});

test('bandwidth: bytes take their time', async () => {
  const one = await client();
  await proxy.set({ kind: 'bandwidth', bytesPerSecond: 10_000, direction: 'requests' });
  const began = performance.now();
  await one.ask('x'.repeat(1_000), 1_000);
  expect(performance.now() - began).toBeGreaterThanOrEqual(98);
});

test('cut after n bytes: those arrive, then the connection is reset; the next has as many again', async () => {
  for (const _ of [1, 2]) {
    const one = await client();
    await proxy.set({ kind: 'cut-after', bytes: 8, direction: 'replies' });
    expect(await one.ask('abc')).toBe('echo abcreset');
    expect(received.at(-1)).toBe('abc');
  }
  const cut = await client();
  await proxy.set({ kind: 'cut-after', bytes: 2, direction: 'requests' });
  expect(await cut.ask('abc')).toBe('reset');
  expect(received.at(-1)).toBe('ab');
});

test.each([
  ['silence', ''],
  ['cut', 'reset'],
] as const)('lost replies (%s): the server has done what nobody hears of', async (how, heard) => {
  const one = await client();
  await one.ask('before');
  await proxy.set({ kind: 'lose-replies', how });
  expect(await one.ask('unheard')).toBe(heard);
  expect(received).toContain('unheard');
  await proxy.heal();
  // Its stream lacks bytes for ever; a new one does not.
  expect(await one.ask('after')).toBe('');
  expect(received).not.toContain('after');
  expect(await (await client()).ask('anew')).toBe('echo anew');
});

test('lost replies to chosen requests only', async () => {
  const one = await client();
  await proxy.set({ kind: 'lose-replies', how: 'cut', to: (request) => request.includes('write') });
  expect(await one.ask('read')).toBe('echo read');
  expect(await one.ask('write')).toBe('reset');
  expect(received).toEqual(['read', 'write']);
});

test('a black hole swallows what is asked on old and new connections, and even the end of the server', async () => {
  const old = await client();
  await old.ask('before');
  await proxy.set({ kind: 'black-hole' });
  const young = await client();
  expect(await old.ask('lost')).toBe('');
  expect(await young.ask('lost')).toBe('');
  expect(received).toEqual(['before']);
  for (const socket of inServer) socket.destroy();
  await proxy.heal();
  expect(await old.ask('lost still')).toBe('');
  expect(received).toEqual(['before']);
});

test('garbage: the reply is as long, and nonsense', async () => {
  const one = await client();
  await proxy.set({ kind: 'garbage' });
  const reply = await one.ask('word');
  expect(reply).toHaveLength('echo word'.length);
  expect(reply).not.toContain('echo');
  expect(received).toEqual(['word']);
});

test('half-closed towards the client: it sees the end, its requests still arrive', async () => {
  const one = await client();
  await one.ask('before');
  await proxy.set({ kind: 'half-close', direction: 'replies' });
  expect(await one.ask('')).toBe('ended');
  await one.ask('still', 30);
  expect(received).toEqual(['before', 'still']);
});

test('half-closed towards the server: it sees the end, its last words still arrive', async () => {
  await proxy.set({ kind: 'half-close', direction: 'requests' });
  expect(await (await client()).ask('')).toBe('farewellended');
});

test('refused: nobody gets in any more, who is in stays until cut, and healed it is the same port', async () => {
  const one = await client();
  await proxy.set({ kind: 'refuse' });
  await expect(client()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  expect(await one.ask('inside')).toBe('echo inside');
  proxy.cut();
  expect(await one.ask('')).toBe('reset');
  await proxy.heal();
  expect(await (await client()).ask('again')).toBe('echo again');
});

test('the proxy answers in the place of the server where it is told to', async () => {
  const one = await client();
  const answer = (request: Buffer) => (request.includes('write') ? Buffer.from('not by me') : null);
  await proxy.set({ kind: 'impersonate', answer });
  expect(await one.ask('write')).toBe('not by me');
  expect(await one.ask('read')).toBe('echo read');
  expect(received).toEqual(['read']);
});

test('aimed at another server, new connections go there, and old ones stay until cut', async () => {
  const old = await client();
  await old.ask('before');
  const other = createServer((socket) => socket.on('error', () => {}).on('data', () => socket.write('the other')));
  other.listen(0, '127.0.0.1');
  await once(other, 'listening');
  proxy.aim({ host: '127.0.0.1', port: (other.address() as AddressInfo).port });
  expect(await old.ask('old')).toBe('echo old');
  expect(await (await client()).ask('new')).toBe('the other');
  other.close();
});

test('a server that is gone resets whoever comes', async () => {
  const gone = await startFaultProxy({ to: { host: '127.0.0.1', port: 1 } });
  const socket = connect(gone.port, '127.0.0.1');
  const [error] = await once(socket, 'error');
  expect(error).toMatchObject({ code: 'ECONNRESET' });
  await gone.stop();
});
