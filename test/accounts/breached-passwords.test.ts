import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { countPrefixes, createBreachedPasswords } from '../../src/accounts/breached-passwords.ts';

const password = 'Kesämökki#2024';

let directory: string;
let told: string[];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'avain-breached-'));
  told = [];
});
afterEach(() => rm(directory, { recursive: true }));

const digestOf = (text: string) => createHash('sha1').update(text).digest('hex').toUpperCase();
const [prefix, suffix] = [digestOf(password).slice(0, 5), digestOf(password).slice(5)];
const others = (count: number) => Array.from({ length: count }, (_, index) => `${digestOf(String(index)).slice(5)}:3`);

const isBreached = (text: string, minCount = 1) =>
  createBreachedPasswords(
    { directory, minCount },
    { error: (line: unknown) => void told.push(JSON.stringify(line)) },
  ).isBreached(text);

test.each([
  ['as the downloader of Have I Been Pwned writes it', `${prefix}.txt`, '\r\n'],
  ['without an ending, with line feeds', prefix, '\n'],
])('a range %s', async (_what, name, lineEnd) => {
  const lines = [...others(400), `${suffix}:17`, ...others(400).reverse()];
  await writeFile(join(directory, name), lines.join(lineEnd));
  expect(await isBreached(password)).toBe(true);
  expect(await isBreached(password, 17)).toBe(true);
  expect(await isBreached(password, 18)).toBe(false);
  // Of the same file, of no file.
  await writeFile(join(directory, `${digestOf('Other').slice(0, 5)}.txt`), lines.join(lineEnd));
  expect(await isBreached('Other')).toBe(false);
  expect(await isBreached('Nobody has this')).toBe(false);
  expect(told).toEqual([]);
});

test('the first and the last line count, and a line that only fills up does not', async () => {
  const file = join(directory, `${prefix}.txt`);
  for (const [content, breached] of [
    [`${suffix}:1`, true],
    [`${suffix}:1\r\n${others(1)[0]}`, true],
    [`${others(1)[0]}\n${suffix.toLowerCase()}:2\n`, true],
    [`${suffix}:0`, false],
    [`A${suffix}:9`, false],
    [`${suffix}`, false],
  ] as const) {
    await writeFile(file, content);
    expect([content, await isBreached(password)]).toEqual([content, breached]);
  }
});

test('a file that cannot be read, or is none of a range, is told and refuses nobody', async () => {
  const file = join(directory, `${prefix}.txt`);
  await writeFile(file, `${suffix}:9\n${'0'.repeat(2_000_000)}`);
  expect(await isBreached(password)).toBe(false);
  await rm(file);
  await mkdir(file);
  expect(await isBreached(password)).toBe(false);
  expect(told).toEqual(['{"code":"too-large"}', '{"code":"EISDIR"}']);
});

test('prefixes are counted once each, and other files are none', async () => {
  for (const name of ['00000.txt', '00000', 'ABCDE', 'FFFFF.txt', 'abcde.txt', 'README.txt', '123456', '1234.txt'])
    await writeFile(join(directory, name), '');
  expect(await countPrefixes(directory)).toBe(3);
  expect(await countPrefixes(directory, 1)).toBe(1);
  await expect(countPrefixes(join(directory, 'nowhere'))).rejects.toThrow('ENOENT');
});
