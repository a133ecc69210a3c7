/**
 * Figures for Prometheus live here: what the process weighs, how sign-ins end, how far the people of an earlier system
 * have come. They are read at a listener of their own, off by default, that no browser ever needs to reach. May import
 * storage/ports.ts, migration/ and http/server.ts.
 *
 * Promises: nothing personal and nothing of a request becomes a label, so that there are never more lines than names an
 * operator chose; whoever reads costs no more than the text: what must be counted is counted before, in the background.
 */
import type { RequestListener } from 'node:http';
import type { Registry } from 'prom-client';
import type { AuditEvent } from '../audit/audit-log.ts';
import type { Deps } from '../deps.ts';
import { listen } from '../http/server.ts';
import { watchedStorage } from '../statistics/watched-storage.ts';
import type { Storage } from '../storage/ports.ts';
import { startMigrationFigures } from './migration-figures.ts';

/** What is counted: how sign-ins end, what becomes of wrong passwords, tokens used by two, clients not told. Few names, all ours. */
const countedEvents: ReadonlySet<AuditEvent> = new Set([
  'sign-in.finished',
  'sign-in.cancelled',
  'password.refused',
  'password.delayed',
  'refresh-token.reused',
  'logout.undelivered',
]);

export type Metrics = {
  /** The storage to serve from: it counts what is written to the audit log. */
  readonly storage: Storage;
  /** Listens and counts until it is stopped. @throws CannotStart when the port cannot be had. */
  start(): Promise<{ stop(): Promise<void> }>;
};

/** Without a port for them there are no figures, and the storage is the one that was given. */
export async function createMetrics({ config, storage, clock, log }: MetricsDeps): Promise<Metrics> {
  const { host, port } = config.metrics;
  if (port === null) return { storage, start: async () => ({ stop: async () => undefined }) };
  // Loaded only where it is used.
  const { Registry, Counter, Gauge, collectDefaultMetrics } = await import('prom-client');
  const register = new Registry();
  collectDefaultMetrics({ register });
  const counted = new Counter({
    name: 'avain_sign_in_events_total',
    help: 'How sign-ins, typed passwords, refresh tokens and messages of sign-outs ended, as the audit log has it.',
    labelNames: ['event'],
    registers: [register],
  });
  const gauge = (name: string, help: string, labelNames: readonly string[] = []) =>
    new Gauge({ name, help, labelNames: [...labelNames], registers: [register] });
  const figures = {
    accounts: gauge(
      'avain_migration_accounts',
      'Accounts of an earlier system by how far they have come; failed ones are among the dormant.',
      ['source', 'state'],
    ),
    countedAt: gauge('avain_migration_counted_timestamp_seconds', 'When these accounts were last counted.'),
  };
  return {
    storage: watchedStorage(storage, ({ event }) => {
      if (countedEvents.has(event)) counted.inc({ event });
    }),
    async start() {
      const server = await listen(answer(register, log), { host, port }, 'metrics.port or AVAIN_METRICS_PORT');
      const counting = startMigrationFigures({ storage, clock, log }, figures);
      return {
        async stop() {
          await counting.stop();
          await server.drained();
        },
      };
    },
  };
}

type MetricsDeps = Pick<Deps, 'config' | 'storage' | 'clock' | 'log'>;

/** `GET /metrics`, and nothing else. */
function answer(register: Registry, log: Deps['log']): RequestListener {
  return async ({ method, url }, response) => {
    if (url !== '/metrics') return void response.writeHead(404).end();
    if (method !== 'GET' && method !== 'HEAD') return void response.writeHead(405, { allow: 'GET, HEAD' }).end();
    try {
      const text = await register.metrics();
      response.writeHead(200, { 'content-type': register.contentType, 'cache-control': 'no-store' }).end(text);
    } catch (err) {
      // Nobody waits for this answer but a collector: it must not end the service.
      log.error({ err }, 'figures not told');
      response.writeHead(500).end();
    }
  };
}
