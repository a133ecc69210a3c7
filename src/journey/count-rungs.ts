/** Where people stand, how long they stay there and how a journey ends, for the statistics. */
import type { Deps } from '../deps.ts';
import { boundOf } from '../statistics/durations.ts';
import type { InteractionRequest } from './interaction-request.ts';
import type { Journey } from './journey.ts';
import type { Rung } from './next-step.ts';
import { saveJourney } from './save-journey.ts';

type CountDeps = Pick<Deps, 'storage' | 'clock' | 'tally'>;

function countLeft({ tally, clock }: CountDeps, { rung, clientId, startedAt }: Journey): void {
  tally.count(`rung/${rung.name}/left`, clientId, startedAt);
  tally.count(`rung/${rung.name}/within/${boundOf(clock.now() - rung.since)}`, clientId, startedAt);
}

/**
 * The ladder leads to this rung now. Remembered with the journey, so that a page looked at again, at whichever node, is no
 * second arrival; one of which nothing is stored yet stands where it began.
 */
export async function countRung(
  deps: CountDeps,
  { begins, context: { journey } }: Pick<InteractionRequest, 'begins' | 'context'>,
  name: Rung,
): Promise<void> {
  const { rung: from, clientId, startedAt } = journey;
  if (begins || from.name === name) return;
  const since = deps.clock.now();
  let moved = false;
  await saveJourney(deps, journey, (current) => {
    // Another tab may have been faster.
    moved = current.rung.name === from.name && current.rung.since === from.since;
    return moved ? { ...current, rung: { name, since } } : current;
  });
  if (!moved) return;
  countLeft(deps, journey);
  deps.tally.count(`rung/${name}/entered`, clientId, startedAt);
}

export function countEnd(
  deps: CountDeps,
  { context: { journey } }: Pick<InteractionRequest, 'context'>,
  end: 'finished' | 'cancelled',
): void {
  const { rung, clientId, startedAt } = journey;
  if (end === 'finished') countLeft(deps, journey);
  else deps.tally.count(`rung/${rung.name}/cancelled`, clientId, startedAt);
  deps.tally.count(`journey/${end}`, clientId, startedAt);
}
