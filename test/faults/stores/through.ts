/** Leads a crowd through a fault and tells what it saw: before, while a store was away, and after it was back. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AvainNode, Nodes } from '../../support/nodes.ts';
import { type Resident, signUpAndTell, startCrowd } from './crowd.ts';
import { nothingTold, type Told, wonTwice } from './told.ts';
import { createWatch, type Seen, type Watch, wrongs } from './watch.ts';

/** The promises of the fault plan (docs/security.md §5): they hold on a slow machine too. */
export const mostRequestMs = 2_500;
export const recoveryMs = 2_000;
const mostProbeMs = 1_000;
const notReadyWithinMs = 5_000;
const mostGrowthMb = 50;

const calmMs = 700;
const afterwardsMs = 1_500;
const probeEveryMs = 200;

export type Passage = {
  readonly told: Told;
  readonly crowd: Watch;
  /** Keys and discovery, asked of each node all the time. */
  readonly probes: readonly Seen[];
  readonly readiness: readonly Seen[];
  readonly beganAt: number;
  readonly returnedAt: number;
  /** The last request that failed for want of a store was sent so long after the store's return. */
  readonly recoveredMs: number;
  readonly growthMb: number;
};

export type Fault = {
  readonly begin: () => Promise<void> | void;
  readonly end: () => Promise<void> | void;
  readonly awayMs: number;
};

export async function createResidents(nodes: Nodes, count: number): Promise<Resident[]> {
  const watch = createWatch();
  return Promise.all(Array.from({ length: count }, () => signUpAndTell(nodes, watch, nothingTold())));
}

export async function leadThrough(nodes: Nodes, residents: readonly Resident[], fault: Fault): Promise<Passage> {
  const [watch, told] = [createWatch(), nothingTold()];
  const probes = startProbes(nodes.nodes);
  const crowd = startCrowd(nodes, watch, told, residents);
  await sleep(calmMs);
  const before = memoryMb(nodes.nodes);
  const beganAt = performance.now();
  await fault.begin();
  await sleep(fault.awayMs);
  await fault.end();
  const returnedAt = performance.now();
  await sleep(recoveryMs + afterwardsMs);
  const growthMb = Math.max(...memoryMb(nodes.nodes).map((mb, index) => mb - (before[index] ?? 0)));
  await crowd.leave();
  const { answers, readiness } = await probes.stop();
  const failed = watch.seen.filter(({ startedAt, status }) => startedAt > returnedAt && isAway(status));
  const recoveredMs = Math.round(Math.max(0, ...failed.map(({ startedAt }) => startedAt - returnedAt)));
  return { told, crowd: watch, probes: answers, readiness, beganAt, returnedAt, recoveredMs, growthMb };
}

const isAway = (status: Seen['status']): boolean => typeof status === 'string' || status >= 500;

/** Which promises were broken; empty when all were kept. `away`: nothing can be served while the fault lasts. */
export function broken(passage: Passage, { away }: { readonly away: boolean }): string[] {
  const { told, crowd, probes, readiness, beganAt, returnedAt, recoveredMs, growthMb } = passage;
  const later = told.journeys.filter(({ startedAt }) => startedAt > returnedAt + recoveryMs);
  const unready = readiness.filter(({ status }) => status === 503).map(({ startedAt }) => startedAt);
  const checks: (readonly [boolean, string])[] = [
    [recoveredMs <= recoveryMs, `requests failed until ${recoveredMs} ms after the return: ${lastFailed(passage)}`],
    [later.length > 0, 'nobody did anything after the return'],
    [growthMb < mostGrowthMb, `memory grew by ${growthMb} MB`],
    [probes.length > 10, 'keys and discovery were hardly asked for'],
    [
      !away || unready.some((at) => at - beganAt < notReadyWithinMs),
      `no node said within ${notReadyWithinMs} ms that it was not ready`,
    ],
    [!unready.some((at) => at > returnedAt + recoveryMs), 'a node was not ready again in time'],
  ];
  return [
    ...wrongs(crowd.seen, mostRequestMs),
    ...wrongs(probes, mostProbeMs),
    ...probes.filter(({ status }) => status !== 200).map(({ what, status }) => `${what}: ${status}`),
    ...later.flatMap(({ what, problem }) => (problem === null ? [] : [`${what} after the return: ${problem}`])),
    ...wonTwice(told).map((thing) => `won twice: ${thing.slice(0, 8)}…`),
    ...checks.flatMap(([kept, said]) => (kept ? [] : [said])),
  ];
}

function lastFailed({ crowd: { seen } }: Passage): string {
  const last = seen.filter(({ status }) => isAway(status)).at(-1);
  return last ? `${last.what}: ${last.status} after ${Math.round(last.tookMs)} ms` : '';
}

function startProbes(nodes: readonly AvainNode[]) {
  const [answers, readiness] = [createWatch(), createWatch()];
  let going = true;
  const round = async ({ origin }: AvainNode) => {
    while (going) {
      await Promise.allSettled([
        answers.ask(`${origin}/jwks`),
        answers.ask(`${origin}/.well-known/openid-configuration`),
        readiness.ask(`${origin}/health/ready`),
      ]);
      await sleep(probeEveryMs);
    }
  };
  const rounds = nodes.map(round);
  return {
    stop: async () => {
      going = false;
      await Promise.all(rounds);
      return { answers: answers.seen, readiness: readiness.seen };
    },
  };
}

function memoryMb(nodes: readonly AvainNode[]): number[] {
  return nodes.map(({ process: { pid } }) => {
    const [, kib = '0'] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kib) / 1_024;
  });
}
