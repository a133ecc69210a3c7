import type { StepContext } from '../steps/step.ts';
import { leaveTrail, trailOfWhom, trod } from '../timeline/trail.ts';
import type { RunnerDeps } from './interaction-request.ts';
import type { Rung } from './next-step.ts';

/** Where everybody begins: that somebody stood there tells nothing. */
const first = new Set<Rung>(['sign-in', 'select-account']);

/** At which page a person stood: whoever gives up there is found there. Once for each page of a journey. */
export async function noteStand(deps: RunnerDeps, { journey, client, facts }: StepContext, rung: Rung): Promise<void> {
  if (first.has(rung)) return;
  const known = { journeyId: journey.id, accountId: facts.account?.id ?? null, clientId: client.id };
  const key = trailOfWhom(known);
  if (key !== null) await leaveTrail(deps, key, trod('page-shown', { ...known, details: { page: rung } }));
}
