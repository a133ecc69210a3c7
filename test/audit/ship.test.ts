/** What is sent elsewhere: whole, in order, verified there with the public key alone; nothing lost while nobody takes it. */
import { createPublicKey } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeEach, expect, test } from '@jest/globals';
import { createCheckpointing } from '../../src/audit/checkpoints.ts';
import { exportedItems } from '../../src/audit/exported.ts';
import { auditShippingLag, shipBatch } from '../../src/audit/ship/ship.ts';
import { createSink, type SinkConfig } from '../../src/audit/ship/sink.ts';
import { trimAudit } from '../../src/audit/trim.ts';
import { verifyFile } from '../../src/audit/verify-file.ts';
import type { SqliteStorage } from '../../src/storage/sqlite/open.ts';
import { testKeyring } from '../support/keyring.ts';
import { openTestStorage, testAudit, testClock } from '../support/storage.ts';

const directory = mkdtempSync(join(tmpdir(), 'avain-ship-'));
const keyring = testKeyring(1);
const keyFile = join(directory, 'key.pem');
writeFileSync(keyFile, createPublicKey(keyring.auditKey()).export({ type: 'spki', format: 'pem' }));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

let storage: SqliteStorage;
let clock: ReturnType<typeof testClock>;
beforeEach(async () => {
  clock = testClock();
  storage = await openTestStorage(clock);
});
afterEach(() => storage.close());

const log = { error: () => undefined, info: () => undefined };
/** Casts: of the log and the configuration only these parts are used. */
const deps = (ship: readonly SinkConfig[] = []) =>
  ({ storage, keyring, clock, log, config: { audit: { ship } } }) as unknown as Parameters<typeof shipBatch>[0] &
    Parameters<typeof createCheckpointing>[0];

async function write(count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) await storage.audit.append(testAudit({ at: clock.now(), details: { n } }));
}
const sign = () => createCheckpointing(deps()).look(true);
const verified = async (path: string) => {
  const { faults, chains, unreadable } = await verifyFile(path, keyFile);
  return { faults: faults.map(({ what, sequence }) => `${what} ${sequence}`), chains, unreadable };
};
const whole = (records: number, signed: number) => ({
  faults: [],
  chains: [{ node: expect.any(String), records, last: records, signed }],
  unreadable: [],
});

test('a file: record after record, each once more if it must be, and it verifies with the key alone', async () => {
  const path = join(directory, 'audit.ndjson');
  const sink = createSink({ to: 'file', name: 'archive', path }, []);
  await write(3);
  await sign();
  expect(await shipBatch(deps(), 'archive', sink)).toBe(4);
  expect(await shipBatch(deps(), 'archive', sink)).toBe(0);
  await write(2);
  // Sent, and the node died before it noted that.
  const place = await storage.marks.get('audit.ship.archive');
  await shipBatch(deps(), 'archive', sink);
  await storage.marks.put('audit.ship.archive', place ?? '');
  await shipBatch(deps(), 'archive', sink);
  // A checkpoint behind more than its own record.
  await sign();
  await write(1);
  await shipBatch(deps(), 'archive', sink);
  expect(await verified(path)).toEqual(whole(6, 5));

  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  const save = (name: string, some: readonly string[]) => {
    writeFileSync(join(directory, name), `${some.join('\n')}\n`);
    return verified(join(directory, name));
  };
  expect(
    (
      await save(
        'edited',
        lines.map((line) => line.replace('"n":1', '"n":9')),
      )
    ).faults,
  ).toContain('edited 2');
  expect(
    (
      await save(
        'gap',
        lines.filter((line) => !line.includes('"sequence":2,')),
      )
    ).faults,
  ).toContain('gap 3');
  expect((await save('torn', [...lines, '{"record":'])).unreadable).toEqual([lines.length + 1]);
  const cut = lines.filter((line) => line.startsWith('{"checkpoint"') || !/"sequence":[56],/.test(line));
  expect((await save('cut', cut)).faults).toEqual(['cut-off 5']);
});

test('a file that is rotated away begins again, and both together are whole', async () => {
  const path = join(directory, 'rotated.ndjson');
  const sink = createSink({ to: 'file', name: 'rotated', path }, []);
  await write(2);
  await shipBatch(deps(), 'rotated', sink);
  renameSync(path, `${path}.1`);
  await write(2);
  await sign();
  await shipBatch(deps(), 'rotated', sink);
  appendFileSync(`${path}.1`, readFileSync(path));
  expect(await verified(`${path}.1`)).toEqual(whole(4, 4));
});

test('HTTP: what is refused waits, the lag says how long, and it goes on where it stood', async () => {
  const got: string[] = [];
  let status = 503;
  const server = createHttpServer(async (request, response) => {
    const body = await text(request);
    if (status === 204) got.push(`${request.headers.authorization} ${request.headers['content-type']}`, body);
    response.writeHead(status).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const tokenFile = join(directory, 'token');
  writeFileSync(tokenFile, 'a-token\n');
  const config = { to: 'https', name: 'collector', url: `${origin}/avain`, tokenFile } as const;
  await write(2);
  await expect(shipBatch(deps(), 'collector', createSink(config, []))).rejects.toMatchObject({
    code: 'private-address',
  });
  const sink = createSink(config, [origin]);
  clock.advance(7_000);
  await expect(shipBatch(deps(), 'collector', sink)).rejects.toMatchObject({ code: 'status_503' });
  expect(await auditShippingLag(deps([config]))).toEqual({ collector: 7 });
  status = 307;
  await expect(shipBatch(deps(), 'collector', sink)).rejects.toMatchObject({ code: 'status_307' });
  status = 204;
  expect(await shipBatch(deps(), 'collector', sink)).toBe(2);
  expect(await auditShippingLag(deps([config]))).toEqual({ collector: 0 });
  expect(got[0]).toBe('Bearer a-token application/x-ndjson');
  expect(
    got[1]
      ?.trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).record.sequence),
  ).toEqual([1, 2]);
  server.close();
});

test('syslog: one counted message for each line over TCP, one datagram over UDP', async () => {
  const received: Promise<string>[] = [];
  const server = createServer((socket) => void received.push(text(socket))).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const place = { to: 'syslog', name: 'siem', host: '127.0.0.1', caFile: null } as const;
  await write(2);
  await shipBatch(
    deps(),
    'tcp',
    createSink({ ...place, transport: 'tcp', port: (server.address() as AddressInfo).port }, []),
  );
  const frames = String(await received[0]);
  const [, length = '', rest = ''] = /^(\d+) (.*)$/s.exec(frames) ?? [];
  const first = rest.slice(0, Number(length));
  expect(first).toMatch(/^<110>1 \d{4}-\d\d-\d\dT[\d:.]+Z \S+ avain \d+ audit - \{"record":/);
  expect(JSON.parse(first.slice(first.indexOf('{'))).record.sequence).toBe(1);
  expect(rest.slice(Number(length))).toMatch(/^\d+ <110>1 /);
  server.close();

  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const datagrams: string[] = [];
  socket.on('message', (message) => datagrams.push(message.toString()));
  await shipBatch(deps(), 'udp', createSink({ ...place, transport: 'udp', port: socket.address().port }, []));
  while (datagrams.length < 2) await once(socket, 'message');
  expect(datagrams.map((one) => JSON.parse(one.slice(one.indexOf('{'))).record.sequence)).toEqual([1, 2]);
  socket.close();
  await expect(shipBatch(deps(), 'gone', createSink({ ...place, transport: 'tcp', port: 1 }, []))).rejects.toThrow();
});

test('where the front was removed by the rule, what is sent or exported still verifies', async () => {
  await write(4);
  await sign();
  clock.advance(1_000);
  await write(3);
  await trimAudit(deps(), clock.now(), () => false);
  const path = join(directory, 'trimmed.ndjson');
  await shipBatch(deps(), 'trimmed', createSink({ to: 'file', name: 'trimmed', path }, []));
  expect(await verified(path)).toMatchObject({ faults: [], chains: [{ records: 3, last: 7, signed: 4 }] });
  clock.advance(1_000);
  await write(2);
  const lines: string[] = [];
  const range = { from: clock.now(), to: null, node: null };
  for await (const item of exportedItems(deps(), range)) lines.push(JSON.stringify(item));
  writeFileSync(path, lines.join('\n'));
  expect(await verified(path)).toMatchObject({ faults: [], chains: [{ records: 2, last: 9, signed: 9 }] });
});
