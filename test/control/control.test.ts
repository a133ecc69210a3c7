/** The control socket: what an operator's command and the running service say to each other, and what strangers get. */
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { askRunning } from '../../src/control/client.ts';
import { maxRequestBytes } from '../../src/control/message.ts';
import { type OperationDeps, OperationRefused, type Operations } from '../../src/control/operation.ts';
import { type Control, startControl } from '../../src/control/server.ts';

let dir: string;
let path: string;
let control: Control | null;
let logged: unknown[];
/** Pages of 100 kB that the operation `flood` has printed. */
let flooded: number;

// A cast: these operations use nothing of the deps, and the server their log only.
const depsOf = () =>
  ({
    log: { error: (what: object) => logged.push(what), warn: (what: object) => logged.push(what) },
  }) as unknown as OperationDeps;

const operations: Operations = {
  echo: async (_deps, args, print) => {
    for (const arg of args) print(arg);
    return args.length;
  },
  refuse: async () => {
    throw new OperationRefused('not today');
  },
  fall: async () => {
    throw new Error('a fault of ours');
  },
  flood: async (_deps, _args, print) => {
    for (let page = 0; page < 200; page += 1) {
      for (let line = 0; line < 10; line += 1) print('x'.repeat(10_000));
      await print.caughtUp();
      flooded += 1;
    }
    return 0;
  },
  hang: () => new Promise(() => undefined),
};

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'avain-control-'));
  path = join(dir, 'control.sock');
  logged = [];
  flooded = 0;
  control = await startControl(depsOf(), path, operations);
});
afterEach(async () => {
  await control?.stop();
  rmSync(dir, { recursive: true });
});

async function ask(operation: string, ...args: string[]) {
  const lines: string[] = [];
  const end = await askRunning(path, { operation, args }, (line) => lines.push(line));
  return { lines, ...end };
}

/** What a stranger gets who writes this and waits. */
async function answerTo(bytes: string): Promise<string> {
  const socket = connect(path);
  socket.on('error', () => undefined);
  socket.write(bytes);
  return text(socket);
}

test('a command sees each line and the exit code, whatever its arguments hold', async () => {
  const odd = ['', 'with\nline ends\r\n', '"quotes" $(a) `b`', 'ÅÄÖ \u2028 \u2029'];
  expect(await ask('echo', ...odd)).toEqual({ lines: odd, exit: 4, refusal: null });
});

test('the socket is for its own user only, and never was open to others', () => {
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('a refusal is told; a fault of ours is told to the log, without the arguments', async () => {
  expect(await ask('refuse')).toEqual({ lines: [], exit: 1, refusal: 'not today' });
  expect(logged).toEqual([]);
  const { exit, refusal } = await ask('fall', '010190-999W');
  expect([exit, refusal]).toEqual([1, expect.not.stringContaining('a fault of ours')]);
  expect(logged).toEqual([{ err: expect.any(Error), operation: 'fall' }]);
});

test('only what is in the table can be asked', async () => {
  for (const name of ['constructor', '__proto__', 'toString', 'eval', '']) {
    expect(await ask(name)).toMatchObject({ exit: 1, refusal: expect.stringContaining('knows no such operation') });
  }
});

test('what is no request gets a refusal and the end of the line', async () => {
  const refusal = '{"exit":1,"refusal":"This is no request for Avain."}\n';
  for (const wrong of [
    'GET / HTTP/1.1\r\n\r\n',
    '{}\n',
    '{"operation":"echo"}\n',
    '{"operation":"echo","args":"a"}\n',
    '{"operation":"echo","args":[],"more":1}\n',
    `{"operation":"echo","args":["${'x'.repeat(maxRequestBytes)}"]}\n`,
    'x'.repeat(maxRequestBytes + 1),
  ])
    expect(await answerTo(wrong)).toBe(refusal);
});

test('one connection asks once: what follows the first line is not looked at', async () => {
  const one = '{"operation":"echo","args":["once"]}\n';
  expect(await answerTo(one + one)).toBe('{"line":"once"}\n{"exit":1,"refusal":null}\n');
});

test('an operation that prints a lot goes no faster than its reader, and a reader that leaves does not hold it up', async () => {
  const socket = connect(path);
  socket.pause();
  socket.write('{"operation":"flood","args":[]}\n');
  const after = async (ms: number) => {
    await sleep(ms);
    return flooded;
  };
  const held = await after(300);
  expect(held).toBeLessThan(100);
  expect(await after(200)).toBe(held);
  socket.destroy();
  expect(await after(500)).toBe(200);
  expect((await ask('flood')).lines).toHaveLength(2_000);
});

test('nobody listens: the command is told so, and may do the work itself', async () => {
  await control?.stop();
  control = null;
  expect(await askRunning(path, { operation: 'echo', args: [] }, () => undefined)).toBeNull();
  expect(await askRunning(join(dir, 'x'.repeat(200)), { operation: 'echo', args: [] }, () => undefined)).toBeNull();
});

test('an Avain that stops in the middle is told from one that has answered', async () => {
  const asked = askRunning(path, { operation: 'hang', args: [] }, () => undefined);
  await sleep(50);
  // It waits five seconds for what is under way.
  void control?.stop();
  control = null;
  await expect(asked).rejects.toThrow('Avain stopped before it had answered');
});

test('a socket file that a killed process left behind is no obstacle', async () => {
  await control?.stop();
  writeFileSync(path, '');
  chmodSync(path, 0o644);
  control = await startControl(depsOf(), path, operations);
  expect(await ask('echo')).toMatchObject({ exit: 0 });
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('where the path is too long for a socket, the service goes on without and says so', async () => {
  const other = await startControl(depsOf(), join(dir, 'x'.repeat(120)), operations);
  expect(logged).toEqual([{ code: expect.any(String) }]);
  await other.stop();
});
