/** Applies the retention every few hours, on one node at a time. */
import type { Deps } from '../deps.ts';
import { codeOf } from '../errors.ts';
import { lastRun, recordRun } from './last-run.ts';
import { applyRetention, type RetentionDeps } from './retention.ts';

const hourMs = 3_600_000;
/** Not while a start has other things to do; and soon after one that was cut off. */
const firstLookMs = 60_000;
const lookEveryMs = 600_000;
/** Longer than a pass takes. Two at once would do nothing twice (retention.ts), only more than is needed. */
const leaseMs = 1_800_000;
const lease = 'retention|lease';

type JobDeps = RetentionDeps & Pick<Deps, 'storage'>;

async function isDue({ config, storage, clock }: JobDeps): Promise<boolean> {
  const last = await lastRun({ storage });
  if (last === null || last.endedAt === null) return true;
  return clock.now() - last.startedAt >= config.retention.everyHours * hourMs;
}

/** True if this node did it. */
async function look(deps: JobDeps, stopped: () => boolean): Promise<boolean> {
  const { limits } = deps.storage;
  if (!(await isDue(deps)) || (await limits.hit(lease, leaseMs)).count > 1) return false;
  try {
    const done = await recordRun(deps, () => applyRetention(deps, stopped));
    deps.log.info(done, 'retention applied');
    return true;
  } finally {
    await limits.forget(lease);
  }
}

/** Looks now and then until stopped, without keeping the process alive; `stop` waits for the step under way. */
export function startRetention(deps: JobDeps): { stop(): Promise<void> } {
  let stopped = false;
  let running: Promise<unknown> = Promise.resolve();
  const turn = async (): Promise<void> => {
    await look(deps, () => stopped).catch((err: unknown) => {
      if (!stopped) deps.log.error({ code: codeOf(err), err }, 'retention failed; the next look goes on');
    });
    if (!stopped) timer = schedule(lookEveryMs);
  };
  const next = () => {
    running = turn();
  };
  // A little apart, so that nodes started together do not look together.
  const schedule = (delayMs: number) => setTimeout(next, delayMs * (0.9 + Math.random() / 5)).unref();
  let timer = schedule(firstLookMs);
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
