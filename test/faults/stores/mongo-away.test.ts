/**
 * F7: MongoDB is down, frozen, no primary, or does what nobody hears of. (A server compatible with MongoDB: elections,
 * roll-backs and secondaries are not shown here.)
 */
import { afterAll, beforeAll, test } from '@jest/globals';
import { describeWithStores } from '../../support/describe-with-stores.ts';
import { rounds } from '../../support/heavy.ts';
import { isWrite, notPrimary } from '../../support/mongo-wire.ts';
import { startNodes } from '../../support/nodes.ts';
import type { Fault as WireFault } from '../../support/wire-faults.ts';
import { passThrough, type Scene } from './passages.ts';
import { createResidents } from './through.ts';

const awayMs = rounds(2_500, 20_000);
const downMs = rounds(2_500, 60_000);

describeWithStores('MongoDB is away', () => {
  let scene: Scene;
  beforeAll(async () => {
    const nodes = await startNodes();
    scene = { nodes, residents: await createResidents(nodes, 3) };
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

  test('no primary for a while', async () => {
    const answer = (request: Buffer) => (isWrite(request) ? notPrimary(request) : null);
    const fault = onTheWire({ kind: 'impersonate', answer });
    await passThrough(scene, 'F7 stepping down', { ...fault, awayMs, away: false });
  }, 120_000);

  test('writes are applied and their connection is cut', async () => {
    let writes = 0;
    const everyThird = (request: Buffer) => {
      if (!isWrite(request)) return false;
      writes += 1;
      return writes % 3 === 0;
    };
    const fault = onTheWire({ kind: 'lose-replies', how: 'cut', to: everyThird });
    await passThrough(scene, 'F7 replies', { ...fault, awayMs, away: false });
  }, 120_000);
});
