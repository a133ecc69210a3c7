import { expect, test } from '@jest/globals';
import { createBreaker, type Guard } from '../../src/upstream/breaker.ts';
import { BrokerUnreachable } from '../../src/upstream/broker-fetch.ts';
import { TokenRefused } from '../../src/upstream/decryption.ts';

/** What each of so many calls in turn ended in, and how many reached the broker. */
async function calls(guard: Guard, times: number, outcome: () => unknown) {
  let reached = 0;
  const ends: unknown[] = [];
  for (let time = 0; time < times; time += 1) {
    const end = await guard(async () => {
      reached += 1;
      const result = outcome();
      if (result instanceof Error) throw result;
      return result;
    }).catch((error: unknown) => (error instanceof BrokerUnreachable ? error.code : error));
    ends.push(end);
  }
  return { reached, ends };
}

test('a broker that fails is soon left alone', async () => {
  const { reached, ends } = await calls(createBreaker().guard, 10, () => new BrokerUnreachable('status_500'));
  expect(ends[0]).toBe('status_500');
  expect(ends.at(-1)).toBe('circuit_open');
  expect(reached).toBeLessThan(7);
});

test('tokens that are not believed and refused codes shut no bank, however many come', async () => {
  const refused = new TokenRefused('token_not_encrypted');
  const { reached, ends } = await calls(createBreaker().guard, 20, () => refused);
  expect(reached).toBe(20);
  expect(ends.at(-1)).toBe(refused);
});

test('one slow moment among good ones shuts nothing', async () => {
  let time = 0;
  const { reached } = await calls(createBreaker().guard, 12, () => {
    time += 1;
    return time % 4 === 0 ? new BrokerUnreachable('timeout') : 'fine';
  });
  expect(reached).toBe(12);
});

test('each broker has its own', async () => {
  const [down, up] = [createBreaker().guard, createBreaker().guard];
  await calls(down, 10, () => new BrokerUnreachable('connection'));
  expect((await calls(up, 1, () => 'fine')).ends).toEqual(['fine']);
});
