/** F4, F5: Redis is down, frozen or slow under a crowd. Nobody waits long, nothing is lost, and all goes on by itself. */
import { afterAll, beforeAll, test } from '@jest/globals';
import { describeWithStores } from '../../support/describe-with-stores.ts';
import { rounds } from '../../support/heavy.ts';
import { gotOn, passThrough, type Scene, startScene } from './passages.ts';

const awayMs = rounds(2_500, 10_000);
const downMs = rounds(2_500, 60_000);

describeWithStores('Redis is away', () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await startScene();
  });
  afterAll(() => scene?.nodes.stop());

  const late = (ms: number) => async () => {
    for (const { redis } of scene.nodes.nodes) await redis.set({ kind: 'latency', ms, direction: 'replies' });
  };
  const inTime = async () => {
    for (const { redis } of scene.nodes.nodes) await redis.heal();
  };

  test('down', async () => {
    const { redis } = scene.nodes;
    await passThrough(scene, 'F4', { begin: redis.kill, end: redis.start, awayMs: downMs, away: true });
  }, 120_000);

  test('frozen', async () => {
    const { redis } = scene.nodes;
    await passThrough(scene, 'F5 frozen', { begin: redis.freeze, end: redis.thaw, awayMs, away: true });
  }, 120_000);

  test('slow, and people get on', async () => {
    await passThrough(scene, 'F5 +200 ms', {
      begin: late(200),
      end: inTime,
      awayMs: rounds(6_000, 12_000),
      away: false,
      also: gotOn,
    });
  }, 120_000);

  test('so slow that no answer is in time', async () => {
    await passThrough(scene, 'F5 +2 s', { begin: late(2_000), end: inTime, awayMs, away: true });
  }, 120_000);
});
