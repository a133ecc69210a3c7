import { z } from 'zod';
import type { Deps } from '../deps.ts';
import type { RetentionDone } from './retention.ts';

const markName = 'retention';

const lastRunSchema = z.object({
  startedAt: z.number(),
  /** null = it is under way, or was cut off. */
  endedAt: z.number().nullable(),
  done: z
    .object({ told: z.number(), erased: z.number(), audit: z.number(), evidence: z.number(), mails: z.number() })
    .nullable(),
});

/** When the retention was last applied, by whichever node. */
export type LastRun = z.output<typeof lastRunSchema>;

type RunDeps = Pick<Deps, 'storage' | 'clock'>;

export async function lastRun({ storage }: Pick<RunDeps, 'storage'>): Promise<LastRun | null> {
  const mark = await storage.marks.get(markName);
  return mark === null ? null : lastRunSchema.parse(JSON.parse(mark));
}

/** Runs `work` and writes down when it began and ended, and what it did. */
export async function recordRun(
  { storage, clock }: RunDeps,
  work: () => Promise<RetentionDone>,
): Promise<RetentionDone> {
  const startedAt = clock.now();
  const write = (run: LastRun) => storage.marks.put(markName, JSON.stringify(run));
  await write({ startedAt, endedAt: null, done: null });
  const done = await work();
  await write({ startedAt, endedAt: clock.now(), done });
  return done;
}
