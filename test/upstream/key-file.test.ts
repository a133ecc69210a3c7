/** A rotation reaches a running Avain by the file alone, and a bad file takes nothing away. */
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createBrokerKeys, type PrivateJwks } from '../../src/upstream/ftn/keys.ts';
import { followKeyFile } from '../../src/upstream/key-file.ts';

let folder: string;
let file: string;
let first: PrivateJwks;
const time = { at: 0 };
const clock = { now: () => time.at };
const told: string[] = [];
const log = {
  info: (_fields: object, message: string) => void told.push(message),
  error: (fields: object, message: string) => void told.push(`${message} ${JSON.stringify(fields)}`),
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'avain-key-file-'));
  file = join(folder, 'keys.json');
  first = await createBrokerKeys({ now: 0 });
  await writeFile(file, JSON.stringify(first));
  time.at = 0;
  told.length = 0;
});
afterEach(() => rm(folder, { recursive: true }));

const follow = (build = async (keys: PrivateJwks) => keys) =>
  followKeyFile({ brokerId: 'telia', file, build, clock, log: log as never });

/** As the command does it: whole or not at all. */
async function replace(content: string): Promise<void> {
  await writeFile(`${file}.new`, content);
  await rename(`${file}.new`, file);
}

test('a replaced file is taken up, at most every two seconds', async () => {
  const current = await follow();
  const second = await createBrokerKeys({ now: 1 });
  await replace(JSON.stringify(second));
  time.at = 1_999;
  expect(await current()).toEqual(first);
  time.at = 2_000;
  expect(await current()).toEqual(second);
  expect(told).toEqual(['broker keys read again']);
});

test('a file that did not change is not read again', async () => {
  let builds = 0;
  const current = await follow(async (keys) => {
    builds += 1;
    return keys;
  });
  time.at = 10_000;
  await current();
  expect(builds).toBe(1);
});

test.each([
  ['is no key set', () => replace('{"keys": "soon"}')],
  ['is gone', () => rm(file)],
])('a file that %s is told once, without its content, and the keys stay', async (_how, spoil) => {
  const current = await follow();
  await spoil();
  for (const at of [3_000, 6_000]) {
    time.at = at;
    expect(await current()).toEqual(first);
  }
  expect(told).toHaveLength(1);
  expect(told[0]).toContain('broker keys unusable');
  expect(told[0]).not.toContain('soon');
});

test('keys that the connector refuses are told too, and the good ones stay', async () => {
  const current = await follow(async (keys) => {
    if (keys.keys.length > 3) throw new Error('Broker keys: too many');
    return keys;
  });
  await replace(JSON.stringify({ keys: [...first.keys, ...first.keys] }));
  time.at = 3_000;
  expect(await current()).toEqual(first);
  expect(told[0]).toContain('too many');
});
