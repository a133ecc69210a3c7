/** People of an earlier system sign in with the passwords they had there, whatever hashed them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { legacyFormats } from '../../src/accounts/legacy-hashes/formats.ts';
import { vectors } from '../accounts/legacy-hash-vectors.ts';
import { runAvain } from '../cli/avain.ts';
import { auditOf, storedAccount } from '../support/inside.ts';
import { startWorld, type World } from '../support/start-world.ts';
import { authorization, goodPassword, signInWithPassword, stepOf } from '../support/stories.ts';
import { createVisitor } from '../support/visitor.ts';

/** Stays as it is: no guess at it is cheap. */
const strong = ['bcrypt'];
const good = vectors.filter(({ password }) => password === goodPassword);
const families = [...legacyFormats.keys()].map((format) => good.find((vector) => vector.format === format));
const dir = mkdtempSync(join(tmpdir(), 'avain-imported-'));
const addressOf = (format: string) => `${format}@vanha.example`;

let world: World;
beforeAll(async () => {
  world = await startWorld();
  const rows = families.map((vector) => ({ email: addressOf(vector?.format ?? ''), hash: vector?.hash }));
  const weak = { email: 'weak@vanha.example', hash: 'md5$seasalt$3f86d0d3d465b7b458c231bf3555c0e3' };
  const file = join(dir, 'users.ndjson');
  writeFileSync(file, [...rows, weak].map((row) => `${JSON.stringify(row)}\n`).join(''));
  // Beside the running service, which does it.
  const { status, out, told } = runAvain(['import', 'users', file, '--source', 'vanha', '--json'], world.env);
  expect([status, told]).toEqual([0, '']);
  expect(JSON.parse(out).outcomes).toMatchObject({ accepted: rows.length + 1, refused: 0 });
});
afterAll(async () => {
  await world.stop();
  rmSync(dir, { recursive: true });
});

async function signIn(email: string, password: string) {
  const visitor = createVisitor();
  return {
    visitor,
    page: await signInWithPassword(visitor, await visitor.get(authorization(world).url), email, password),
  };
}

test('every family has a hash of a good password here', () => {
  expect(families.map((vector) => vector?.format)).toEqual([...legacyFormats.keys()]);
});

describe.each([...legacyFormats.keys()])('%s', (format) => {
  const email = addressOf(format);

  test('a wrong password is wrong; the right one goes on to identification and is hashed by our rules', async () => {
    const before = storedAccount(world, email)?.password?.format;
    expect(before).toBe(strong.includes(format) ? format : `wrapped:${format}`);
    const wrong = await signIn(email, `${goodPassword}x`);
    expect([wrong.page.status, stepOf(wrong.page)]).toEqual([422, 'password']);
    expect(storedAccount(world, email)?.password?.format).toBe(before);
    expect(stepOf((await signIn(email, goodPassword)).page)).toBe('strong-auth');
    expect(storedAccount(world, email)?.password?.format).toBe('argon2id');
    expect(auditOf(world, email)).toContain('password.rehashed');
    expect(stepOf((await signIn(email, goodPassword)).page)).toBe('strong-auth');
  });
});

test('a weak old password, wrapped too, opens only its change, in the same visit', async () => {
  const { visitor, page } = await signIn('weak@vanha.example', 'lètmein');
  expect(stepOf(page)).toBe('new-password');
  expect(stepOf(await visitor.submit(page, { password: 'Uusi#Kesämökki7' }))).toBe('strong-auth');
  expect(storedAccount(world, 'weak@vanha.example')?.password?.format).toBe('wrapped:django');
});

test('the status tells how far they have come, and no log has an address or a hash', () => {
  const { out } = runAvain(['import', 'status', '--source', 'vanha', '--json'], world.env);
  const accounts = families.length + 1;
  expect(JSON.parse(out)).toMatchObject({ source: 'vanha', accounts, kept: families.length, dormant: 1, failed: 0 });
  expect(world.output()).not.toMatch(/vanha\.example|seasalt|\$2[aby]\$/);
});
