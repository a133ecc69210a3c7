import { setTimeout as sleep } from 'node:timers/promises';
import type { Deps } from '../deps.ts';
import type { JourneyId } from '../ids.ts';

const recentMs = 5_000;
const looks = 6;
const pauseMs = 50;

/**
 * What is refused because it was used may have been used by the other half of a double click, which proves the same thing
 * in the same journey: that is no wrong code and no replay. It may still be on its way into the journey.
 */
export async function provedMeanwhile(
  { storage, clock }: Pick<Deps, 'storage' | 'clock'>,
  journeyId: JourneyId,
): Promise<boolean> {
  for (let look = 1; look <= looks; look += 1) {
    const journey = await storage.journeys.get(journeyId);
    const at = Math.max(journey?.factor?.at ?? 0, journey?.foreignPasskey?.at ?? 0);
    if (clock.now() - at < recentMs) return true;
    await sleep(pauseMs);
  }
  return false;
}
