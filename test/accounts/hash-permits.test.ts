import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { createHashPermits } from '../../src/accounts/hash-permits.ts';

class Full extends Error {}
const refusal = () => new Full('full');

/** Work that ends when told to. */
function manualWork() {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let begun = false;
  const work = async () => {
    begun = true;
    await promise;
  };
  return { work, finish: () => resolve(), fail: (error: Error) => reject(error), hasBegun: () => begun };
}

test('never more at once than allowed, and in the order they came', async () => {
  const permits = createHashPermits({ concurrency: 2, maxQueue: 100, maxWaitMs: 10_000 }, refusal);
  let running = 0;
  let most = 0;
  const order: number[] = [];
  const one = async (index: number) => {
    order.push(index);
    running += 1;
    most = Math.max(most, running);
    await turn();
    running -= 1;
  };
  await Promise.all(Array.from({ length: 50 }, (_, index) => permits.run(() => one(index))));
  expect(most).toBe(2);
  expect(order).toEqual(Array.from({ length: 50 }, (_, index) => index));
});

test('a full queue refuses at once; the ones inside still get their turn', async () => {
  const permits = createHashPermits({ concurrency: 1, maxQueue: 1, maxWaitMs: 10_000 }, refusal);
  const [first, second, third] = [manualWork(), manualWork(), manualWork()];
  const runs = [permits.run(first.work), permits.run(second.work)];
  await expect(permits.run(third.work)).rejects.toThrow(Full);
  expect(permits.load()).toMatchObject({ permits: 1, running: 1, waiting: 1, begun: 1, refused: 1 });
  expect(third.hasBegun()).toBe(false);
  first.finish();
  second.finish();
  await Promise.all(runs);
  expect(second.hasBegun()).toBe(true);
});

test('who waited too long is refused without having begun, and leaves the queue', async () => {
  const permits = createHashPermits({ concurrency: 1, maxQueue: 1, maxWaitMs: 20 }, refusal);
  const [first, late, next] = [manualWork(), manualWork(), manualWork()];
  const firstRun = permits.run(first.work);
  await expect(permits.run(late.work)).rejects.toThrow(Full);
  first.finish();
  await firstRun;
  const nextRun = permits.run(next.work);
  next.finish();
  await nextRun;
  expect(late.hasBegun()).toBe(false);
});

test('work that throws gives its permit back', async () => {
  const permits = createHashPermits({ concurrency: 1, maxQueue: 0, maxWaitMs: 10 }, refusal);
  const broken = manualWork();
  const run = permits.run(broken.work);
  broken.fail(new Error('broken'));
  await expect(run).rejects.toThrow('broken');
  await expect(permits.run(async () => 'free')).resolves.toBe('free');
});
