/** `avain broker keys`: a whole rotation by command, too early, in time, and after an incident. */
import { createHash } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import { roleOf, stateOf } from '../../src/upstream/ftn/keys.ts';
import { readKeyFile } from '../../src/upstream/key-file.ts';
import { runAvain } from './avain.ts';

const hourMs = 3_600_000;
let dataDir: string;
let file: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'avain-broker-keys-'));
  file = join(dataDir, 'secrets/broker-demotunnistus.jwks.json');
});
afterAll(() => rm(dataDir, { recursive: true }));

const broker = (args: readonly string[], shiftMs = 0) =>
  runAvain(['broker', ...args], { AVAIN_DATA_DIR: dataDir }, shiftMs);
const states = async () => (await readKeyFile(file)).keys.map((key) => `${roleOf(key)} ${stateOf(key)}`);

test('keys are made before anything else is there, for their owner only, and never made again', async () => {
  expect(broker(['jwks', 'demo'])).toMatchObject({
    status: 1,
    told: expect.stringContaining('avain broker keys create'),
  });
  expect(broker(['keys', 'create', 'demo'])).toMatchObject({ status: 0, told: '' });
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await states()).toEqual(['sig active', 'enc active', 'entity active']);
  const before = await readFile(file, 'utf8');
  expect(broker(['keys', 'create', 'demo'])).toMatchObject({
    status: 1,
    told: expect.stringContaining('is there already'),
  });
  expect(await readFile(file, 'utf8')).toBe(before);
});

test('what is printed for the broker is public', () => {
  const { out } = broker(['jwks', 'demo']);
  const { keys } = JSON.parse(out) as { keys: Record<string, unknown>[] };
  expect(keys.map(({ use }) => use)).toEqual(['sig', 'enc']);
  expect(keys.flatMap(Object.keys).filter((member) => ['d', 'p', 'q', 'dp', 'dq', 'qi'].includes(member))).toEqual([]);
});

test('the entity statement is printed byte for byte, and its SHA-256 is that of the printed bytes', () => {
  const statement = broker(['entity-statement', 'demo']).out;
  expect(decodeJwt(statement).sub).toBe('http://localhost:3000/upstream/demotunnistus');
  const digest = createHash('sha256').update(statement).digest('hex');
  expect(broker(['entity-statement', 'demo', '--sha256']).out).toBe(`${digest}\n`);
});

test('a rotation goes by its days: each step refused before its time', async () => {
  const rotate = (shiftMs: number) => broker(['keys', 'rotate', 'demo', 'sig'], shiftMs);
  expect(rotate(0).status).toBe(0);
  expect(rotate(23 * hourMs)).toMatchObject({ status: 1, told: expect.stringMatching(/^Too early to sign .* UTC/) });
  expect(await states()).toEqual(['sig active', 'enc active', 'entity active', 'sig pending']);
  expect(rotate(25 * hourMs).status).toBe(0);
  expect(await states()).toEqual(['sig retiring', 'enc active', 'entity active', 'sig active']);
  expect(rotate(48 * hourMs).status).toBe(1);
  expect(rotate(50 * hourMs).status).toBe(0);
  expect(await states()).toEqual(['enc active', 'entity active', 'sig active']);
  // Made by the development profile once, refused by production for ever.
  expect(await readFile(file, 'utf8')).toContain("made by Avain's development profile");
});

test('after an incident the old key is gone at once', async () => {
  const [old] = (await readKeyFile(file)).keys.filter((key) => roleOf(key) === 'enc');
  // A group may read it: so it stays.
  await chmod(file, 0o640);
  for (let step = 0; step < 3; step += 1)
    expect(broker(['keys', 'rotate', 'demo', 'enc', '--ec', '--force']).status).toBe(0);
  const enc = (await readKeyFile(file)).keys.filter((key) => roleOf(key) === 'enc');
  expect(enc).toHaveLength(1);
  expect(enc[0]?.kid).not.toBe(old?.kid);
  expect(enc[0]?.crv).toBe('P-256');
  expect((await stat(file)).mode & 0o777).toBe(0o640);
});

test('the list tells names and states, and nothing of a key', async () => {
  const { out } = broker(['keys', 'list', 'demo']);
  const { keys } = await readKeyFile(file);
  for (const { kid, d } of keys) {
    expect(out).toContain(String(kid));
    expect(out).not.toContain(String(d).slice(0, 20));
  }
  expect(out).toContain('Next for entity: make a new entity key');
});

test('a key set from elsewhere gets an entity key and keeps the others', async () => {
  const { keys } = await readKeyFile(file);
  const plain = keys
    .filter((key) => roleOf(key) !== 'entity')
    .map(({ avain_state: _state, avain_since: _since, ...key }) => key);
  await writeFile(file, JSON.stringify({ keys: plain }));
  expect(broker(['entity-statement', 'demo'])).toMatchObject({
    status: 1,
    told: expect.stringContaining('no entity key'),
  });
  expect(broker(['keys', 'create', 'demo']).status).toBe(0);
  const after = (await readKeyFile(file)).keys;
  expect(after.slice(0, plain.length)).toEqual(plain);
  expect(after.slice(plain.length).map(roleOf)).toEqual(['entity']);
});

test('a folder that cannot be written is told in words', () => {
  const { status, told } = runAvain(['broker', 'keys', 'create', 'demo'], { AVAIN_DATA_DIR: file });
  expect([status, told]).toEqual([1, expect.stringMatching(/cannot be used from here \(ENOTDIR\)\. .*\n$/)]);
});

test('a broker that there is not is refused with those that there are', () => {
  expect(broker(['keys', 'list', 'telia'])).toEqual({
    status: 1,
    out: '',
    told: 'There is no broker "telia". Known: demotunnistus\n',
  });
});
