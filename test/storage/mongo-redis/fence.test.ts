/** Which Redis may be used, and what it says of itself that raises the fence. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import {
  type FenceStore,
  type FenceWatch,
  openFence,
  type ServerInfo,
} from '../../../src/storage/mongo-redis/fence.ts';
import { createWaits } from '../../../src/storage/mongo-redis/waits.ts';
import { testClock } from '../../support/storage.ts';
import { listeningLog, memoryFences } from './redis-support.ts';

const zeros = '0'.repeat(40);
const primary = (runId: string, before = zeros): ServerInfo => ({
  run_id: runId,
  role: 'master',
  master_replid2: before,
});

/** As a connection asks: again and again until it is admitted. */
async function admitted(fence: FenceWatch, info: ServerInfo): Promise<boolean> {
  for (let tries = 0; tries < 5; tries += 1) {
    if (fence.admits(info)) return true;
    await sleep(1);
  }
  return false;
}

/** A store in which the reign of `a` is known. */
async function installed(clock = testClock()) {
  const store = memoryFences();
  const fence = await openFence(store, clock, listeningLog());
  await admitted(fence, primary('a'));
  fence.opened();
  return { store, fence, clock };
}

test('a new installation takes the primaries that it finds, and nothing is refused', async () => {
  const fence = await openFence(memoryFences(), testClock(), listeningLog());
  for (const runId of ['a', 'b', 'c']) expect(await admitted(fence, primary(runId))).toBe(true);
  expect(fence.notBefore).toBe(0);
});

test('another primary is used only after the fence was raised durably', async () => {
  const { store, fence, clock } = await installed();
  expect(fence.admits(primary('b'))).toBe(false);
  expect(await admitted(fence, primary('b'))).toBe(true);
  expect([fence.notBefore, store.current?.notBefore]).toEqual([clock.now(), clock.now()]);
  const afterRestart = await openFence(store, clock, listeningLog());
  expect([afterRestart.notBefore, afterRestart.admits(primary('b'))]).toEqual([clock.now(), true]);
});

test('the same one again, after however many connections, raises nothing', async () => {
  const { fence } = await installed();
  expect(await admitted(fence, primary('a'))).toBe(true);
  expect(fence.notBefore).toBe(0);
});

test('each loss raises it further, also within one tick of the clock', async () => {
  const { fence, clock } = await installed();
  await admitted(fence, primary('b'));
  await admitted(fence, primary('c'));
  expect(fence.notBefore).toBe(clock.now() + 1);
});

test('one that was primary before and was promoted again is another reign', async () => {
  const { fence } = await installed();
  await admitted(fence, primary('b', 'replication of a'));
  const first = fence.notBefore;
  await admitted(fence, primary('a', 'replication of b'));
  expect(fence.notBefore).toBe(first + 1);
});

test('one that forgets the replication before, an hour after its last replica left, is the same reign', async () => {
  const { fence } = await installed();
  await admitted(fence, primary('b', 'replication of a'));
  const raised = fence.notBefore;
  expect(fence.admits(primary('b'))).toBe(true);
  expect(fence.notBefore).toBe(raised);
});

test('a replica, and one that does not tell who it is, are not used', async () => {
  const { fence } = await installed();
  expect(fence.admits({ ...primary('a'), role: 'slave' })).toBe(false);
  expect(fence.refusal).toBe('it is a replica');
  expect(fence.admits({})).toBe(false);
  expect(fence.refusal).toContain('INFO');
});

test('of two nodes that see it at the same moment one raises it, and both know', async () => {
  const { store, clock } = await installed();
  const nodes = await Promise.all([1, 2].map(() => openFence(store, clock, listeningLog())));
  for (const node of nodes) node.admits(primary('b'));
  for (const node of nodes) expect(await admitted(node, primary('b'))).toBe(true);
  expect(nodes.map((node) => node.notBefore)).toEqual([clock.now(), clock.now()]);
  expect(store.current?.version).toBe(2);
});

test('what another node has raised is read', async () => {
  const { store, fence, clock } = await installed();
  await admitted(await openFence(store, clock, listeningLog()), primary('b'));
  expect(fence.notBefore).toBe(0);
  await fence.refresh();
  expect(fence.notBefore).toBe(clock.now());
});

test('while it cannot be noted the other primary is not used; afterwards it is', async () => {
  const { store, fence } = await installed();
  const replace = store.replace;
  store.replace = () => Promise.reject(new Error('MongoDB is away'));
  expect(await admitted(fence, primary('b'))).toBe(false);
  expect(fence.refusal).toContain('MongoDB is away');
  expect(fence.admits(primary('a'))).toBe(true);
  store.replace = replace;
  expect(await admitted(fence, primary('b'))).toBe(true);
});

test('a request that has waited long enough does not keep a reign from being noted', async () => {
  const waits = createWaits(20);
  const memory = memoryFences();
  const store: FenceStore = {
    load: () => waits.call('mongo', 500, () => memory.load()),
    replace: (before, after) => waits.call('mongo', 500, () => memory.replace(before, after)),
  };
  const fence = await openFence(store, testClock(), listeningLog());
  await waits.bounded(async () => {
    await expect(waits.call('redis', 500, () => sleep(100))).rejects.toThrow();
    expect(await admitted(fence, primary('a'))).toBe(true);
  });
});

test('an old answer of the store that arrives late lowers nothing', async () => {
  const { store, fence, clock } = await installed();
  const [first, load, replace] = [await store.load(), store.load, store.replace];
  await admitted(await openFence(store, clock, listeningLog()), primary('b'));
  await fence.refresh();
  const whileNoting: number[] = [];
  store.load = async () => first;
  store.replace = (before, after) => {
    whileNoting.push(fence.notBefore);
    Object.assign(store, { load, replace });
    return store.replace(before, after);
  };
  expect(await admitted(fence, primary('c'))).toBe(true);
  expect(whileNoting).toEqual([clock.now()]);
  expect(fence.notBefore).toBe(clock.now() + 1);
});
