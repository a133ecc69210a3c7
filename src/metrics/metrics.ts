/**
 * Figures for Prometheus live here: figures.ts names them all. They are read at a listener of their own, off by default,
 * that no browser ever needs to reach. metrics-observer.ts counts what observing/ tells; gauges.ts and
 * migration-figures.ts look now and then. May import storage/ports.ts, observing/, statistics/, migration/, http/server.ts.
 *
 * Promises: nothing personal and nothing of a request becomes a label, so that there are never more lines than names an
 * operator chose; whoever reads costs no more than the text: what must be asked of the store is asked before, in the
 * background.
 */
import type { RequestListener } from 'node:http';
import type { Registry } from 'prom-client';
import type { AuditEvent, AuditRecord } from '../audit/audit-log.ts';
import type { Deps } from '../deps.ts';
import { listen } from '../http/server.ts';
import { type Observer, silentObserver } from '../observing/observer.ts';
import type { DiskSpace } from '../observing/watch-disk.ts';
import type { CountName } from '../statistics/names.ts';
import { createFigures, type Figures } from './figures.ts';
import { startGauges, tellNow } from './gauges.ts';
import { countPeople, metricsObserver } from './metrics-observer.ts';
import { startMigrationFigures } from './migration-figures.ts';

/** What is counted of the audit log: how sign-ins end, wrong passwords, tokens used by two, clients not told. Few names, all ours. */
const countedEvents: ReadonlySet<AuditEvent> = new Set([
  'sign-in.finished',
  'sign-in.cancelled',
  'password.refused',
  'password.delayed',
  'refresh-token.reused',
  'logout.undelivered',
]);

/** Whom to tell what: each does nothing where there are no figures. */
export type Metrics = {
  readonly observer: Observer;
  recorded(record: AuditRecord): void;
  counted(name: CountName): void;
  clockJumped(): void;
  diskSeen(space: DiskSpace): void;
  mailDead(reason: string): void;
  /** Listens until it is stopped. @throws CannotStart when the port cannot be had. */
  start(deps: MetricsDeps): Promise<{ stop(): Promise<void> }>;
};

type MetricsDeps = Pick<Deps, 'config' | 'storage' | 'clients' | 'passwords' | 'health' | 'clock' | 'log'>;

const nothing = (): void => undefined;

const noMetrics: Metrics = {
  observer: silentObserver,
  recorded: nothing,
  counted: nothing,
  clockJumped: nothing,
  diskSeen: nothing,
  mailDead: nothing,
  start: async () => ({ stop: async () => undefined }),
};

/** Without a port for them there are no figures. */
export async function createMetrics({ config }: Pick<Deps, 'config'>): Promise<Metrics> {
  const { port } = config.metrics;
  if (port === null) return noMetrics;
  // Loaded only where it is used.
  const prometheus = await import('prom-client');
  const register = new prometheus.Registry();
  prometheus.collectDefaultMetrics({ register });
  const figures = createFigures(prometheus, register);
  return {
    observer: metricsObserver(figures),
    recorded: ({ event }) => {
      if (countedEvents.has(event)) figures.signInEvents.inc({ event });
    },
    counted: countPeople(figures),
    clockJumped: () => figures.clockJumps.inc(),
    diskSeen: ({ freeBytes, sizeBytes }) => {
      figures.disk.free.set(freeBytes);
      figures.disk.size.set(sizeBytes);
    },
    mailDead: (reason) => figures.deadMails.inc({ reason }),
    start: (deps) => startFigures(deps, register, figures),
  };
}

async function startFigures(deps: MetricsDeps, register: Registry, figures: Figures) {
  const { host, port } = deps.config.metrics;
  if (port === null) throw new Error('figures without a port');
  const answering = answer(register, () => tellNow(deps, figures), deps.log);
  const server = await listen(answering, { host, port }, 'metrics.port or AVAIN_METRICS_PORT');
  const gauges = startGauges(deps, figures);
  const counting = startMigrationFigures(deps, figures.migrated);
  return {
    async stop() {
      await gauges.stop();
      await counting.stop();
      await server.drained();
    },
  };
}

/** `GET /metrics`, and nothing else. */
function answer(register: Registry, prepare: () => void, log: Deps['log']): RequestListener {
  return async ({ method, url }, response) => {
    if (url !== '/metrics') return void response.writeHead(404).end();
    if (method !== 'GET' && method !== 'HEAD') return void response.writeHead(405, { allow: 'GET, HEAD' }).end();
    try {
      prepare();
      const text = await register.metrics();
      response.writeHead(200, { 'content-type': register.contentType, 'cache-control': 'no-store' }).end(text);
    } catch (err) {
      // Nobody waits for this answer but a collector: it must not end the service.
      log.error({ err }, 'figures not told');
      response.writeHead(500).end();
    }
  };
}
