/** One fault of the plan, from the crowd to its row in docs/faults.md. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from '@jest/globals';
import { type Nodes, startNodes } from '../../support/nodes.ts';
import { aftermath } from './afterwards.ts';
import { type Resident, startCrowd } from './crowd.ts';
import type { PlannedFault } from './plan.ts';
import { tell } from './table.ts';
import { broken, createResidents, type Fault, leadThrough, type Passage } from './through.ts';
import { acknowledged, nothingTold } from './told.ts';
import { createWatch, slowestMs } from './watch.ts';

export type Scene = { readonly nodes: Nodes; readonly residents: readonly Resident[] };

/** So long a new process grows by itself. */
const warmUpMs = 2_000;

/** Two nodes that are warm, and people who know them. */
export async function startScene(): Promise<Scene> {
  const nodes = await startNodes();
  const residents = await createResidents(nodes, 3);
  const crowd = startCrowd(nodes, createWatch(), nothingTold(), residents);
  await sleep(warmUpMs);
  await crowd.leave();
  return { nodes, residents };
}

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

/** Few requests fail while the fault lasts. */
export function gotOn({ crowd, beganAt, returnedAt }: Passage): string[] {
  const during = crowd.seen.filter(({ startedAt, tookMs }) => startedAt > beganAt && startedAt + tookMs < returnedAt);
  const failed = during.filter(({ status }) => status === 503).length;
  return during.length > 10 && failed < during.length / 5 ? [] : [`${failed} of ${during.length} requests failed`];
}
