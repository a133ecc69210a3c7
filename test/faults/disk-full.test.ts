/**
 * The disk of the data folder fills up amid sign-ups: tokens are still verified, the node says that it is not ready, nothing
 * that somebody was told is lost, and it goes on by itself once there is room (F10). On a file system of 32 MB of its own, which
 * only the superuser can mount: elsewhere it is left out, and says so.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { open, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ended } from '../support/programs.ts';
import { startWorld, type World } from '../support/start-world.ts';
import {
  authorization,
  goodPassword,
  linkMailedTo,
  noListener,
  signInWithPassword,
  stepOf,
} from '../support/stories.ts';
import { createVisitor, type Visitor } from '../support/visitor.ts';
import { rowsIn } from './at-once.ts';

const sizeMb = 32;
const disk = mkdtempSync(join(tmpdir(), 'avain-small-disk-'));
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeMb}m`, 'avain', disk]).status === 0;
if (!mounted) process.stderr.write('LEFT OUT: the full disk, since no file system can be mounted here.\n');
const filler = join(disk, 'filler');
let world: World;

afterAll(async () => {
  await world?.stop();
  if (mounted) execFileSync('umount', ['--lazy', disk]);
  rmSync(disk, { recursive: true, force: true });
});

/** Writes until nothing goes any more. */
async function fill(): Promise<void> {
  const file = await open(filler, 'a');
  try {
    for (const bytes of [65_536, 4_096, 512, 1]) {
      const block = Buffer.alloc(bytes, 1);
      // Short writes come before the refusal.
      while ((await file.write(block).catch(() => ({ bytesWritten: 0 }))).bytesWritten > 0);
    }
  } finally {
    await file.close().catch(() => undefined);
  }
}

function newVisitor(): Visitor {
  const visitor = createVisitor();
  visitor.unvisited.add(noListener);
  return visitor;
}

const status = async (path: string): Promise<number> => (await fetch(`${world.issuer}${path}`)).status;

async function untilReadyIs(wanted: number): Promise<number> {
  const beganAt = performance.now();
  while ((await status('/health/ready')) !== wanted && performance.now() - beganAt < 10_000) await sleep(50);
  expect(await status('/health/ready')).toBe(wanted);
  return Math.round(performance.now() - beganAt);
}

/** To the activated account; the address is written down when the answer has arrived. */
async function signUpAndTell(told: string[], email: string): Promise<void> {
  const visitor = newVisitor();
  const signIn = await visitor.get(authorization(world).url);
  const form = await visitor.get(new URL(signIn.url.pathname.replace(/sign-in$/, 'sign-up'), signIn.url));
  await visitor.submit(form, { email });
  const activation = await visitor.get(await linkMailedTo(world, email, 'activate'));
  if (stepOf(await visitor.submit(activation, { password: goodPassword })) === 'strong-auth') told.push(email);
}

async function signsIn(email: string): Promise<string> {
  const visitor = newVisitor();
  return stepOf(await signInWithPassword(visitor, await visitor.get(authorization(world).url), email));
}

const describeMounted = (name: string, body: () => void): void =>
  mounted ? describe(name, body) : test(`${name}: left out, since no file system can be mounted here`, () => undefined);

describeMounted('a full disk', () => {
  beforeAll(async () => {
    world = await startWorld({ env: { AVAIN_DATA_DIR: join(disk, 'data') } });
  });

  test('stops the writing and nothing else, loses nothing, and is over when there is room', async () => {
    const told: string[] = [];
    for (const name of ['ennen-1', 'ennen-2']) await signUpAndTell(told, `${name}@oma.example`);
    // People go on while it fills up; who was told of an account has one.
    const meanwhile = Promise.allSettled(
      [1, 2, 3].map((number) => signUpAndTell(told, `kesken-${number}@oma.example`)),
    );
    await sleep(300);
    await fill();
    await untilReadyIs(503);
    await fill();
    expect(await (await fetch(`${world.issuer}/health/ready`)).json()).toMatchObject({
      reasons: ['storage-unavailable'],
    });
    const { bavail } = await statfs(disk);
    expect(bavail).toBe(0);

    // Who verifies tokens, and who wants to know what is wrong, is answered.
    for (const path of ['/jwks', '/.well-known/openid-configuration', '/health/live', '/status', '/accessibility'])
      expect([path, await status(path)]).toEqual([path, 200]);
    const refused = await newVisitor().get(authorization(world).url);
    expect(refused.status).toBe(503);
    expect(world.avain?.exitCode).toBeNull();

    rmSync(filler);
    const backMs = await untilReadyIs(200);
    expect(backMs).toBeLessThan(5_000);
    await meanwhile;
    expect(told.length).toBeGreaterThanOrEqual(2);
    for (const email of told) expect([email, await signsIn(email)]).toEqual([email, 'strong-auth']);
    await signUpAndTell(told, 'jalkeen@oma.example');
    expect(told).toContain('jalkeen@oma.example');
  });

  test('killed while it is full, it comes back whole', async () => {
    await fill();
    await untilReadyIs(503);
    if (!world.avain) throw new Error('no Avain');
    await ended(world.avain, 'SIGKILL');
    rmSync(filler);
    await world.restartAvain();
    for (const file of ['avain.db', 'expiring.db'] as const)
      expect(rowsIn(join(disk, 'data'), file, 'PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
    expect(await signsIn('jalkeen@oma.example')).toBe('strong-auth');
  });
});
