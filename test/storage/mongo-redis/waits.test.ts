import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { TemporarilyUnavailable } from '../../../src/errors.ts';
import { createWaits } from '../../../src/storage/mongo-redis/waits.ts';

const never = () => new Promise<never>(() => undefined);

test('one call is waited for as long as its limit says, and its answer or error passes', async () => {
  const { call } = createWaits(10_000);
  expect(await call('redis', 1_000, async () => 7)).toBe(7);
  await expect(call('redis', 1_000, () => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
  await expect(call('redis', 20, never)).rejects.toMatchObject({ reason: 'redis: no answer in time' });
});

test('the calls of one request share a budget, one after another', async () => {
  const { bounded, call } = createWaits(100);
  const failing = bounded(async () => {
    for (let calls = 0; calls < 20; calls += 1) await call('mongo', 60, () => sleep(30));
  });
  await expect(failing).rejects.toBeInstanceOf(TemporarilyUnavailable);
  await bounded(async () => expect(await call('mongo', 60, async () => 'another request')).toBe('another request'));
  expect(await call('mongo', 60, async () => 'outside of any')).toBe('outside of any');
});

test('calls side by side count once, and the last of the budget is not waited beyond', async () => {
  const { bounded, call } = createWaits(800);
  await bounded(async () => {
    await Promise.all(Array.from({ length: 20 }, () => call('mongo', 1_000, () => sleep(50))));
    expect(await call('mongo', 1_000, async () => 'still time')).toBe('still time');
    await expect(call('mongo', 60_000, never)).rejects.toBeInstanceOf(TemporarilyUnavailable);
    await expect(call('mongo', 60_000, async () => 1)).rejects.toMatchObject({
      reason: 'mongo: the request has waited long enough',
    });
  });
});

test('an answer that fails after its time disturbs nobody', async () => {
  const { call } = createWaits(1_000);
  const late = call('redis', 10, () => sleep(30).then(() => Promise.reject(new Error('too late'))));
  await expect(late).rejects.toBeInstanceOf(TemporarilyUnavailable);
  await sleep(60);
});

test('calls that overlap one after another use the budget up as well', async () => {
  const { bounded, call } = createWaits(150);
  const began = performance.now();
  const chain = async (startMs: number) => {
    await sleep(startMs);
    for (let calls = 0; calls < 20; calls += 1) await call('mongo', 60, () => sleep(40));
  };
  const chains = await bounded(() => Promise.allSettled([chain(0), chain(20)]));
  expect(chains.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(performance.now() - began).toBeLessThan(600);
});
