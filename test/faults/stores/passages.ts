/** One fault of the plan, from the crowd to its row in docs/faults.md. */
import { expect } from '@jest/globals';
import type { Nodes } from '../../support/nodes.ts';
import { aftermath } from './afterwards.ts';
import type { Resident } from './crowd.ts';
import type { PlannedFault } from './plan.ts';
import { tell } from './table.ts';
import { broken, type Fault, leadThrough, type Passage } from './through.ts';
import { acknowledged } from './told.ts';
import { slowestMs } from './watch.ts';

export type Scene = { readonly nodes: Nodes; readonly residents: readonly Resident[] };

/** `away`: nothing can be served while the fault lasts. `also`: further promises, as faults found. */
export async function passThrough(
  { nodes, residents }: Scene,
  id: PlannedFault,
  fault: Fault & { readonly away: boolean; readonly also?: (passage: Passage) => string[] },
): Promise<void> {
  const passage = await leadThrough(nodes, residents, fault);
  const found = [...broken(passage, fault), ...(fault.also?.(passage) ?? [])];
  const { lost, wrong } = await aftermath(nodes, passage.told);
  const { crowd, told, recoveredMs } = passage;
  await tell(id, {
    passed: [...found, ...lost, ...wrong].length === 0,
    acknowledged: acknowledged(told),
    lost: lost.length,
    wrong: wrong.length,
    measured: `${crowd.seen.length} requests, slowest ${slowestMs(crowd.seen)} ms, well again after ${recoveredMs} ms`,
  });
  expect({ found, lost, wrong }).toEqual({ found: [], lost: [], wrong: [] });
}

/** Journeys that began and ended well while the fault lasted. */
export function gotOn({ told, beganAt, returnedAt }: Passage): string[] {
  const during = told.journeys.filter(({ startedAt, endedAt }) => startedAt > beganAt && endedAt < returnedAt);
  return during.some(({ problem }) => problem === null) ? [] : [`nobody got on, of ${during.length}`];
}
