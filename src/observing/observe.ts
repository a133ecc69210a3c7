import type { BuiltDeps } from '../build-deps.ts';
import { createMetrics, type Metrics } from '../metrics/metrics.ts';
import { watchedStorage } from '../statistics/watched-storage.ts';
import type { Storage } from '../storage/ports.ts';
import { createTracing, type Tracing } from '../tracing/tracing.ts';
import { observedBroker } from './observed-broker.ts';
import { observedStorage } from './observed-storage.ts';
import { allObservers, type Observer } from './observer.ts';
import { startClockWatch } from './watch-clock.ts';
import { startDiskWatch } from './watch-disk.ts';

export type Observed = {
  /** The same, watched. */
  readonly deps: BuiltDeps;
  /** Around every request. */
  readonly traced: Tracing['middleware'];
  /** Begins to look and to tell, until it is stopped. @throws CannotStart when the port for figures cannot be had. */
  start(): Promise<{ stop(): Promise<void> }>;
};

/** Puts whoever observes before what Avain asks of others. */
export async function observe(built: BuiltDeps): Promise<Observed> {
  const metrics = await createMetrics(built);
  const tracing = await createTracing(built.config);
  const observer = allObservers([built.health.observer, metrics.observer, tracing.observer]);
  built.tally.onCount(metrics.counted);
  const deps = {
    ...built,
    observer,
    storage: storageOf(built.storage, observer, metrics),
    brokers: new Map([...built.brokers].map(([id, broker]) => [id, observedBroker(broker, observer)])),
  };
  return { deps, traced: tracing.middleware, start: () => start(deps, metrics, tracing) };
}

function storageOf(storage: Storage, observer: Observer, metrics: Metrics): Storage {
  const observed = observedStorage(watchedStorage(storage, metrics.recorded), observer);
  const { outbox } = observed;
  const dead: typeof outbox.dead = async (id, reason, now) => {
    await outbox.dead(id, reason, now);
    metrics.mailDead(reason);
  };
  return Object.assign(observed, { outbox: { ...outbox, dead } });
}

async function start(deps: BuiltDeps, metrics: Metrics, tracing: Tracing) {
  const { config, clock, health, log } = deps;
  const workers = [
    startClockWatch({ clock, health, log, monotonic: () => performance.now(), jumped: metrics.clockJumped }),
    startDiskWatch({ directory: config.dataDir, health, log, seen: metrics.diskSeen }),
  ];
  const figures = await metrics.start(deps);
  return {
    async stop() {
      await figures.stop();
      for (const worker of workers) await worker.stop();
      await tracing.stop();
    },
  };
}
