import { describe, expect, test } from '@jest/globals';
import type { AccountId } from '../../src/ids.ts';
import { leaveTrail, trailOf, trailOfAddress, trod } from '../../src/timeline/trail.ts';
import { openTestStorage, testClock, testFingerprint } from '../support/storage.ts';

async function opened() {
  const clock = testClock();
  const storage = await openTestStorage(clock);
  return { clock, storage, deps: { clock, storage } };
}

describe('a trail', () => {
  test('has the same thing once, however often and by however many at once', async () => {
    const { storage, clock, deps } = await opened();
    const thing = trod('link-opened', { journeyId: 'one', details: { purpose: 'activate', by: 'program' } });
    await Promise.all(Array.from({ length: 20 }, () => leaveTrail(deps, trailOf.journey('one'), thing)));
    const at = clock.now();
    clock.advance(1_000);
    await leaveTrail(deps, trailOf.journey('one'), thing);
    expect(await storage.trails.get(trailOf.journey('one'))).toEqual([{ ...thing, at }]);
  });

  test('keeps the newest fifty, all of those that came at once, for thirty days from the last', async () => {
    const { storage, clock, deps } = await opened();
    const key = trailOf.account('account' as AccountId);
    const shown = (page: number) => leaveTrail(deps, key, trod('page-shown', { details: { page } }));
    await Promise.all(Array.from({ length: 20 }, (_, page) => shown(page)));
    expect(await storage.trails.get(key)).toHaveLength(20);
    for (let page = 20; page < 60; page += 1) await shown(page);
    const pages = (await storage.trails.get(key))?.map(({ details }) => details.page);
    expect(pages).toEqual(Array.from({ length: 50 }, (_, index) => index + 10));
    clock.advance(29 * 86_400_000);
    await shown(60);
    clock.advance(29 * 86_400_000);
    expect(await storage.trails.get(key)).toHaveLength(50);
    clock.advance(86_400_000);
    expect(await storage.trails.get(key)).toBeNull();
  });

  test('of an address names journeys and nothing else, each once', async () => {
    const { storage, deps } = await opened();
    const address = testFingerprint();
    for (const journey of ['one', 'two', 'one', null]) await trailOfAddress(deps, address, journey);
    const kept = await storage.trails.get(trailOf.address(address));
    expect(kept?.map(({ what, journeyId }) => [what, journeyId])).toEqual([
      ['begun', 'one'],
      ['begun', 'two'],
    ]);
  });
});
