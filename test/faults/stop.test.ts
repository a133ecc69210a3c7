/** Ends and beginnings that an operator meets: a signal under load, a second one, a taken port, a tree nobody may write. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { startWorld, type World } from '../support/start-world.ts';
import { authorization, mailsTo, noListener } from '../support/stories.ts';
import { type Answer, createVisitor } from '../support/visitor.ts';
import { atOnce, countIn, many, postForm, statuses } from './at-once.ts';

const root = join(import.meta.dirname, '../..');
const repeatMs = 2_000;
let world: World;
beforeAll(async () => {
  world = await startWorld();
});
beforeEach(async () => {
  const { exitCode, signalCode } = running();
  if (exitCode !== null || signalCode !== null) await world.restartAvain();
});
afterAll(() => world?.stop());

function running(): ChildProcess {
  if (!world.avain) throw new Error('no Avain');
  return world.avain;
}

type End = { readonly code: number | null; readonly tookMs: number };

async function endOf(child: ChildProcess): Promise<End> {
  const began = Date.now();
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return { code: child.exitCode, tookMs: Date.now() - began };
}

function newVisitor() {
  const visitor = createVisitor();
  visitor.unvisited.add(noListener);
  return visitor;
}

test('a signal while twenty passwords are being checked: all are answered, and it ends with 0', async () => {
  const visitors = await atOnce(many, async () => newVisitor());
  const pages = await Promise.all(
    visitors.map(async (visitor, index) =>
      visitor.submit(await visitor.get(authorization(world).url), { email: `load-${index}@oma.example` }),
    ),
  );
  const wrong = visitors.map((visitor, index) => postForm(visitor, pages[index] as Answer, { password: 'Väärä#2024' }));
  await sleep(100);
  running().kill('SIGTERM');
  const end = endOf(running());
  expect(statuses(await Promise.all(wrong))).toEqual({ 422: many });
  const { code, tookMs } = await end;
  expect(code).toBe(0);
  // Connections that are kept open for a next request do not hold it up.
  expect(tookMs).toBeLessThan(5_000);
});

/** Asks for a page again and again over one kept connection until it is closed; true = the last answer said so. */
async function keepAsking(url: URL): Promise<{ answered: number; cut: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  let answered = 0;
  for (;;) {
    const outcome = await new Promise<'answered' | 'refused' | 'cut'>((resolve) => {
      const asked = request(url, { agent }, (answer) => {
        answer.resume();
        answer.on('end', () => resolve('answered'));
        answer.on('error', () => resolve('cut'));
      });
      asked.on('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ECONNREFUSED' ? 'refused' : 'cut'));
      asked.end();
    });
    if (outcome === 'answered') answered += 1;
    else {
      agent.destroy();
      return { answered, cut: outcome === 'cut' ? 1 : 0 };
    }
  }
}

test('a signal under a stream of requests over kept connections: none is cut off, and it ends at once', async () => {
  const page = new URL('/accessibility', world.issuer);
  // One that has just begun has its lists to load first.
  for (let asked = 0; asked < 5; asked += 1) await fetch(page);
  const streams = atOnce(8, () => keepAsking(page));
  await sleep(1_000);
  running().kill('SIGTERM');
  const { code, tookMs } = await endOf(running());
  const ends = await streams;
  expect(code).toBe(0);
  expect(tookMs).toBeLessThan(5_000);
  expect(ends.reduce((sum, { answered }) => sum + answered, 0)).toBeGreaterThan(50);
  expect(ends.reduce((sum, { cut }) => sum + cut, 0)).toBe(0);
});

test('a connection that a browser opened ahead and never used does not hold the end up', async () => {
  const socket = connect(Number(new URL(world.issuer).port), 'localhost');
  socket.on('error', () => {});
  await once(socket, 'connect');
  await sleep(100);
  running().kill('SIGTERM');
  const { code, tookMs } = await endOf(running());
  expect(code).toBe(0);
  expect(tookMs).toBeLessThan(5_000);
});

test('mails asked for just before the signal are delivered before the end or after the next start', async () => {
  const visitor = newVisitor();
  const signIn = await visitor.get(authorization(world).url);
  const form = await visitor.get(new URL(signIn.url.pathname.replace(/sign-in$/, 'sign-up'), signIn.url));
  await visitor.submit(form, { email: 'late@oma.example' });
  running().kill('SIGTERM');
  expect((await endOf(running())).code).toBe(0);
  await world.restartAvain();
  expect(await mailsTo(world, 'late@oma.example')).toHaveLength(1);
  await sleep(500);
  expect(await mailsTo(world, 'late@oma.example')).toHaveLength(1);
  const waiting = 'SELECT count(*) FROM outbox WHERE settled_at IS NULL';
  expect(countIn(world.dataDir, 'avain.db', waiting)).toBe(0);
});

/** A request whose body never comes to its end holds the stopping up. */
async function unfinishedRequest(): Promise<{ destroy(): void }> {
  const socket = connect(Number(new URL(world.issuer).port), 'localhost');
  socket.on('error', () => {});
  await once(socket, 'connect');
  socket.write('POST /token HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n');
  socket.write('Content-Length: 100\r\n\r\ngrant_type=');
  await sleep(100);
  return socket;
}

test('a signal repeated within two seconds is the same signal', async () => {
  const slow = await unfinishedRequest();
  const child = running();
  child.kill('SIGTERM');
  await sleep(200);
  child.kill('SIGINT');
  await sleep(300);
  expect(child.exitCode).toBeNull();
  slow.destroy();
  expect((await endOf(child)).code).toBe(0);
});

test('a signal later than that ends it at once, with 1', async () => {
  const slow = await unfinishedRequest();
  const child = running();
  child.kill('SIGTERM');
  // A process that has just begun may be busy when the first one comes.
  await sleep(repeatMs + 1_000);
  expect(child.exitCode).toBeNull();
  child.kill('SIGTERM');
  expect(await endOf(child)).toMatchObject({ code: 1 });
  slow.destroy();
});

/** Starts another Avain and returns how it ended and what it said. */
async function another(env: NodeJS.ProcessEnv): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, ['bin/avain.mjs', 'serve'], { cwd: root, env: { ...world.env, ...env } });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += String(chunk);
  });
  // One that starts after all would stay behind.
  const giveUp = setTimeout(() => child.kill('SIGKILL'), 20_000);
  const { code } = await endOf(child);
  clearTimeout(giveUp);
  return { code, said };
}

test('a taken port is named, with the way out', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'avain-port-'));
  try {
    const { code, said } = await another({ AVAIN_DATA_DIR: dataDir });
    expect(code).toBe(1);
    expect(said).toContain(`port ${new URL(world.issuer).port} is taken`);
    expect(said).toContain('AVAIN_PORT');
    expect(said).not.toContain('    at ');
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
});

test('a data folder in use is named, and the first Avain goes on', async () => {
  const { code, said } = await another({});
  expect(code).toBe(1);
  expect(said).toContain('in use by another Avain process');
  // For an operator: words, not a stack.
  expect(said).not.toContain('    at ');
  expect((await fetch(`${world.issuer}/health/ready`)).status).toBe(200);
});
