/**
 * One node that is told to stop while the balancer still sends people to it, as in a rolling upgrade: readiness first, nobody is
 * refused, and what a newer node has put into an account already is kept by this one.
 */
import { once } from 'node:events';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startWorld, type World } from '../support/start-world.ts';
import { authorization, goodPassword, noListener, signInWithPassword, stepOf } from '../support/stories.ts';
import { createVisitor } from '../support/visitor.ts';
import { rowsIn } from './at-once.ts';

const drainSeconds = 3;
let world: World;
beforeAll(async () => {
  world = await startWorld({ env: { AVAIN_DRAIN_SECONDS: String(drainSeconds) } });
});
afterAll(() => world?.stop());

const isAino = "body ->> '$.email' = 'aino@oma.example'";

/** What a newer node on the same store would have written a moment ago. */
function writeAsTomorrow(): void {
  const db = new DatabaseSync(join(world.dataDir, 'avain.db'));
  try {
    db.exec(`UPDATE accounts SET body = json_set(body, '$.ofTomorrow', json('{"kept": true}')) WHERE ${isAino}`);
  } finally {
    db.close();
  }
}

const aino = () =>
  rowsIn(world.dataDir, 'avain.db', `SELECT version, body -> '$.ofTomorrow' AS kept FROM accounts WHERE ${isAino}`)[0];

test('while it waits for the balancer it says that it is not ready, and serves whoever comes; then it ends with 0', async () => {
  const { avain } = world;
  if (!avain) throw new Error('no Avain');
  const visitor = createVisitor();
  visitor.unvisited.add(noListener);
  const signIn = await visitor.get(authorization(world).url);
  writeAsTomorrow();
  const versionBefore = Number(aino()?.['version']);
  avain.kill('SIGTERM');
  const ended = once(avain, 'exit');
  const beganAt = performance.now();
  await sleep(200);
  const ready = await fetch(`${world.issuer}/health/ready`);
  expect([ready.status, await ready.json()]).toEqual([503, { status: 'not ready', reasons: ['stopping'] }]);
  expect((await fetch(`${world.issuer}/health/live`)).status).toBe(200);
  // New connections, each told to be the last on its line.
  const keys = await fetch(`${world.issuer}/jwks`);
  expect([keys.status, keys.headers.get('connection')]).toEqual([200, 'close']);
  const next = await signInWithPassword(visitor, signIn, 'aino@oma.example', goodPassword);
  expect([next.url.origin, stepOf(next)]).toEqual([noListener, 'callback']);
  expect(await ended).toEqual([0, null]);
  expect(aino()?.['kept']).toBe('{"kept":true}');
  expect(Number(aino()?.['version'])).toBeGreaterThan(versionBefore);
  const tookMs = performance.now() - beganAt;
  expect(tookMs).toBeGreaterThanOrEqual(drainSeconds * 1_000 - 100);
  expect(tookMs).toBeLessThan(drainSeconds * 1_000 + 5_000);
});
