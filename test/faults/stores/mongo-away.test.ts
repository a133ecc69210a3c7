/**
 * F7: MongoDB is down, frozen, no primary, or does what nobody hears of. (A server compatible with MongoDB: elections,
 * roll-backs and secondaries are not shown here.)
 */
import { afterAll, beforeAll, test } from '@jest/globals';
import { describeWithStores } from '../../support/describe-with-stores.ts';
import { rounds } from '../../support/heavy.ts';
import { isWrite, notPrimary } from '../../support/mongo-wire.ts';
import type { Fault as WireFault } from '../../support/wire-faults.ts';
import { passThrough, type Scene, startScene } from './passages.ts';

const awayMs = rounds(2_500, 10_000);
const downMs = rounds(2_500, 30_000);

describeWithStores('MongoDB is away', () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await startScene();
  });
  afterAll(() => scene?.nodes.stop());

  const onTheWire = (fault: WireFault) => ({
    begin: async () => {
      for (const { mongo } of scene.nodes.nodes) await mongo.set(fault);
    },
    end: async () => {
      for (const { mongo } of scene.nodes.nodes) await mongo.heal();
    },
  });

  test('down', async () => {
    const { mongo } = scene.nodes;
    await passThrough(scene, 'F7 down', { begin: mongo.kill, end: mongo.start, awayMs: downMs, away: true });
  }, 120_000);

  test('frozen', async () => {
    const { mongo } = scene.nodes;
    await passThrough(scene, 'F7 frozen', { begin: mongo.freeze, end: mongo.thaw, awayMs, away: true });
  }, 120_000);

  /** True for every `nth` write; `hit` counts them. */
  const writes = (nth: number) => {
    const count = { asked: 0, hit: 0 };
    const isHit = (request: Buffer) => {
      if (!isWrite(request)) return false;
      count.asked += 1;
      if (count.asked % nth !== 0) return false;
      count.hit += 1;
      return true;
    };
    return { isHit, also: () => (count.hit > 3 ? [] : [`only ${count.hit} writes were hit`]) };
  };

  test('no primary for a while', async () => {
    const { isHit, also } = writes(1);
    const answer = (request: Buffer) => (isHit(request) ? notPrimary(request) : null);
    const fault = onTheWire({ kind: 'impersonate', answer });
    await passThrough(scene, 'F7 stepping down', { ...fault, awayMs, away: false, also });
  }, 120_000);

  test('writes are applied and their connection is cut', async () => {
    const { isHit, also } = writes(3);
    const fault = onTheWire({ kind: 'lose-replies', how: 'cut', to: isHit });
    await passThrough(scene, 'F7 replies', { ...fault, awayMs, away: false, also });
  }, 120_000);
});
