import { auditShippingLag } from '../audit/ship/ship.ts';
import type { Client } from '../config/schema.ts';
import type { Deps } from '../deps.ts';
import { readState } from '../webhooks/state.ts';
import { startWorker, type Worker } from '../worker.ts';
import type { Figures } from './figures.ts';

type GaugeDeps = Pick<Deps, 'config' | 'storage' | 'clients' | 'passwords' | 'health' | 'clock' | 'log'>;

const pauseMs = 15_000;

/** What must be asked of the store is asked now and then, not by whoever reads the figures. */
export function startGauges(deps: GaugeDeps, figures: Figures): Worker {
  const words = { failed: 'queues not counted', recovered: 'queues counted again' };
  return startWorker({ ...words, pauseMs, log: deps.log }, async () => {
    const { outbox, logouts, clients } = deps.storage;
    const queues = [
      [figures.mailQueue, await outbox.depth()],
      [figures.logoutQueue, await logouts.depth()],
    ] as const;
    for (const [{ length, age }, depth] of queues) {
      length.set(depth.length);
      age.set(depth.oldestAt === null ? 0 : Math.max(0, deps.clock.now() - depth.oldestAt) / 1_000);
    }
    for (const [sink, lag] of Object.entries(await auditShippingLag(deps))) figures.auditShipping.set({ sink }, lag);
    for (const { name: endpoint } of deps.config.webhooks) {
      const state = await readState(deps, endpoint);
      figures.webhooks.waiting.set({ endpoint }, state?.waiting.length ?? 0);
      figures.webhooks.dead.set({ endpoint }, state?.dead.length ?? 0);
      figures.webhooks.failures.set({ endpoint }, state?.failures ?? 0);
      figures.webhooks.off.set({ endpoint }, state === null || state.offAt === null ? 0 : 1);
    }
    const stored = await clients.all();
    figures.hiddenClients.set(stored.filter(({ id }) => deps.clients.get(id)?.keptIn === 'file').length);
  });
}

const places: readonly Client['keptIn'][] = ['file', 'storage', 'avain'];

/** What is at hand costs nothing to tell: read when somebody asks. */
export function tellNow({ passwords, health, clients }: GaugeDeps, figures: Figures): void {
  const { hashes } = figures;
  const load = passwords.load();
  hashes.permits.set(load.permits);
  hashes.running.set(load.running);
  hashes.waiting.set(load.waiting);
  // They only grow; a counter of the library can be added to, or begun anew.
  for (const [counter, sum] of [
    [hashes.begun, load.begun],
    [hashes.refused, load.refused],
    [hashes.waited, load.waitedSeconds],
  ] as const) {
    counter.reset();
    counter.inc(sum);
  }
  for (const { name: dependency, state } of health.states())
    if (state !== 'unknown') figures.dependencies.set({ dependency }, state === 'well' ? 1 : 0);
  const kept = [...clients.values()].map(({ keptIn }) => keptIn);
  for (const kept_in of places) figures.clients.set({ kept_in }, kept.filter((place) => place === kept_in).length);
}
