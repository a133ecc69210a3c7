import type { Deps } from '../deps.ts';
import type { Journey } from './journey.ts';

/**
 * Applies a change to the stored journey by compare-and-swap; a journey that is not stored yet (nothing was written for
 * a page that was only looked at) begins as `journey`. Returns what is stored.
 */
export async function saveJourney(
  { storage }: Pick<Deps, 'storage'>,
  journey: Journey,
  change: (journey: Journey) => Journey,
): Promise<Journey> {
  const { id, interactionUid, expiresAt } = journey;
  const changed = (current: Journey): Journey => change({ ...current, interactionUid });
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const updated = await storage.journeys.update(id, (current) => ({ value: changed(current) }));
    if (updated) return updated.value;
    const first = changed(journey);
    if (await storage.journeys.insert(id, first, expiresAt)) return first;
  }
  throw new Error('a journey could be neither updated nor inserted');
}
