/** Every figure of ours, by its name: docs/operate.md has the same list, and a test compares the two. */
import type { Counter, Gauge, Histogram, Registry } from 'prom-client';

type Prometheus = Pick<typeof import('prom-client'), 'Counter' | 'Gauge' | 'Histogram'>;

export type Figures = ReturnType<typeof createFigures>;

/** What a person waits for, and what a store or a broker takes: from a millisecond to the longest time limit. */
const requestBuckets = [0.01, 0.03, 0.1, 0.3, 1, 3, 10];
const callBuckets = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];

export function createFigures({ Counter, Gauge, Histogram }: Prometheus, register: Registry) {
  const registers = [register];
  const counter = (name: string, help: string, ...labelNames: string[]): Counter =>
    new Counter({ name, help, labelNames, registers });
  const gauge = (name: string, help: string, ...labelNames: string[]): Gauge =>
    new Gauge({ name, help, labelNames, registers });
  const histogram = (name: string, help: string, buckets: number[], ...labelNames: string[]): Histogram =>
    new Histogram({ name, help, buckets, labelNames, registers });
  return {
    ...requestFigures(histogram),
    ...peopleFigures(counter),
    ...queueFigures(counter, gauge),
    ...machineFigures(counter, gauge),
    migrated: {
      accounts: gauge(
        'avain_migration_accounts',
        'Accounts of an earlier system by how far they have come; failed ones are among the dormant.',
        ...['source', 'state'],
      ),
      countedAt: gauge('avain_migration_counted_timestamp_seconds', 'When these accounts were last counted.'),
    },
  };
}

type MakeCounter = (name: string, help: string, ...labelNames: string[]) => Counter;
type MakeGauge = (name: string, help: string, ...labelNames: string[]) => Gauge;
type MakeHistogram = (name: string, help: string, buckets: number[], ...labelNames: string[]) => Histogram;

function requestFigures(histogram: MakeHistogram) {
  return {
    requests: histogram(
      'avain_http_request_duration_seconds',
      'Answers to requests, by the pattern of their route.',
      requestBuckets,
      ...['method', 'route', 'status'],
    ),
    storageCalls: histogram(
      'avain_storage_call_duration_seconds',
      'Calls of the store, by port and method.',
      callBuckets,
      ...['operation', 'outcome'],
    ),
    brokerCalls: histogram(
      'avain_broker_call_duration_seconds',
      'What a broker was asked for one person: where to send them, and what to make of their return.',
      callBuckets,
      ...['broker', 'call', 'outcome'],
    ),
    mails: histogram(
      'avain_mail_handover_duration_seconds',
      'Mails handed over to the mail server.',
      callBuckets,
      'outcome',
    ),
  };
}

function peopleFigures(counter: MakeCounter) {
  return {
    signInEvents: counter(
      'avain_sign_in_events_total',
      'How sign-ins, typed passwords, refresh tokens and messages of sign-outs ended, as the audit log has it.',
      'event',
    ),
    journeys: counter(
      'avain_journeys_total',
      'Sign-ins that asked a person anything: begun, finished, cancelled.',
      'event',
    ),
    rungs: counter(
      'avain_journey_rungs_total',
      'Rungs of the ladder that people came to, left, or cancelled at.',
      ...['rung', 'event'],
    ),
    identifications: counter(
      'avain_identifications_total',
      'Strong identifications at brokers: started, done (and to be paid for), failed.',
      ...['broker', 'event'],
    ),
  };
}

function queueFigures(counter: MakeCounter, gauge: MakeGauge) {
  return {
    mailQueue: {
      length: gauge('avain_mail_queue_length', 'Mails that wait to be handed over.'),
      age: gauge('avain_mail_queue_oldest_age_seconds', 'How long the oldest of them has waited.'),
    },
    deadMails: counter('avain_mails_dead_total', 'Mails given up, by this node.', 'reason'),
    logoutQueue: {
      length: gauge('avain_logout_queue_length', 'Clients that are still to be told of a sign-out.'),
      age: gauge('avain_logout_queue_oldest_age_seconds', 'How long the oldest of them has waited.'),
    },
    auditShipping: gauge(
      'avain_audit_shipping_lag_seconds',
      'How long the oldest audit record that was not sent has waited.',
      'sink',
    ),
    webhooks: {
      waiting: gauge('avain_webhooks_waiting', 'Webhooks that were not taken and are tried again.', 'endpoint'),
      dead: gauge('avain_webhooks_dead', 'Webhooks given up in the last 30 days.', 'endpoint'),
      failures: gauge('avain_webhook_failures', 'Turns in a row in which a receiver took nothing.', 'endpoint'),
      off: gauge('avain_webhook_off', '1: switched off, since its receiver answered 410.', 'endpoint'),
    },
  };
}

function machineFigures(counter: MakeCounter, gauge: MakeGauge) {
  return {
    hashes: {
      permits: gauge('avain_password_hash_permits', 'Password hashes that may run at once.'),
      running: gauge('avain_password_hashes_running', 'Password hashes under way.'),
      waiting: gauge('avain_password_hashes_waiting', 'Password hashes that wait for a permit.'),
      begun: counter('avain_password_hashes_total', 'Password hashes begun.'),
      refused: counter(
        'avain_password_hashes_refused_total',
        'Password hashes refused since too many waited, or too long.',
      ),
      waited: counter('avain_password_hash_wait_seconds_total', 'What those begun waited for a permit, together.'),
    },
    dependencies: gauge(
      'avain_dependency_up',
      '1 or 0: whether it works, as this node saw last; no line before it was asked.',
      'dependency',
    ),
    clockJumps: counter('avain_clock_jumps_total', 'Times that the clock jumped by more than five seconds.'),
    disk: {
      free: gauge('avain_disk_free_bytes', 'Free space of the file system of the data directory.'),
      size: gauge('avain_disk_size_bytes', 'Its size.'),
    },
    clients: gauge('avain_clients', 'Clients by where they are kept.', 'kept_in'),
    hiddenClients: gauge(
      'avain_clients_hidden',
      'Clients in the store that a file of the same id hides; `client drift` tells the differences.',
    ),
  };
}
