import { setTimeout as sleep } from 'node:timers/promises';
import type { Gauge } from 'prom-client';
import type { Deps } from '../deps.ts';
import { countImports } from '../migration/import-status.ts';

export type MigrationGauges = {
  /** By `source` and `state`. */
  readonly accounts: Gauge;
  readonly countedAt: Gauge;
};

/** People come first: between two handfuls of accounts the store is left alone. */
const pauseMs = 20;
/** Counted anew at most so often, and at most a tenth of the time: a million accounts take minutes. */
const restMs = 60_000;
const restPerWork = 9;

/** Counts in the background until it is stopped; one that failed is told to the log and tried again. */
export function startMigrationFigures(
  { storage, clock, log }: Pick<Deps, 'storage' | 'clock' | 'log'>,
  gauges: MigrationGauges,
): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const { signal } = stopping;
  // Ends by throwing when it is stopped.
  const rest = (ms: number): Promise<void> => sleep(ms, undefined, { signal, ref: false });
  const counting = async (): Promise<void> => {
    while (!signal.aborted) {
      const from = performance.now();
      try {
        const statuses = await countImports(storage, { between: () => rest(pauseMs) });
        tell(gauges, statuses);
        gauges.countedAt.set(Math.floor(clock.now() / 1_000));
      } catch (err) {
        if (signal.aborted) return;
        log.error({ err }, 'migration not counted');
      }
      await rest(Math.max(restMs, restPerWork * (performance.now() - from))).catch(() => undefined);
    }
  };
  const done = counting();
  return {
    stop: () => {
      stopping.abort();
      return done;
    },
  };
}

function tell({ accounts }: MigrationGauges, statuses: Awaited<ReturnType<typeof countImports>>): void {
  // A source whose last account is gone is gone too.
  accounts.reset();
  for (const [source, { kept, changed, dormant, withoutPassword, barred, failed }] of statuses) {
    const states = { kept, changed, dormant, without_password: withoutPassword, barred, failed };
    for (const [state, count] of Object.entries(states)) accounts.set({ source, state }, count);
  }
}
