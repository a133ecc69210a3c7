/**
 * Sends the audit log elsewhere (`audit.ship`): every record in the order of its chain, and every checkpoint behind the
 * record that it stands for, or soon after. At least once: what was sent is noted after it has arrived, and a node that dies
 * between the two leaves it to be sent again, which the verification knows (verify.ts).
 *
 * ship.ts: the work and its place. sink.ts and its neighbours: the ways there. May import audit/ and the ports.
 */
import type { Deps } from '../../deps.ts';
import type { AuditPosition, Checkpoint } from '../../storage/audit-port.ts';
import { startWorker, type Worker } from '../../worker.ts';
import type { ChainedRecord } from '../chain.ts';
import type { ChainItem } from '../stored-chain.ts';
import { createSink, type Sink, type SinkConfig } from './sink.ts';

type ShipDeps = Pick<Deps, 'config' | 'storage' | 'clock' | 'log'>;

/** Chain → number, of each of the two. */
type Place = { readonly records: AuditPosition; readonly checkpoints: AuditPosition };

const pageRows = 500;
const pauseMs = 1_000;
/** A node that dies while it sends delays the others by so much. */
const leaseMs = 60_000;

export const shipMark = (name: string): string => `audit.ship.${name}`;

async function placeOf({ storage }: Pick<Deps, 'storage'>, name: string): Promise<Place> {
  const kept = await storage.marks.get(shipMark(name));
  // A cast: only shipBatch writes it.
  return kept === null ? { records: {}, checkpoints: {} } : (JSON.parse(kept) as Place);
}

/** Checkpoints of what was sent. */
async function signedUpTo(
  { storage }: ShipDeps,
  records: AuditPosition,
  from: AuditPosition,
): Promise<readonly Checkpoint[]> {
  const nodes = Object.keys(records);
  const found = nodes.map((node) => storage.checkpoints.of(node, 'checkpoint', from[node] ?? 0, pageRows));
  return (await Promise.all(found)).flat().filter(({ node, sequence }) => sequence <= (records[node] ?? 0));
}

/** Of chains that are sent for the first time, and had lost their front by then. */
async function anchorsOf(
  { storage }: ShipDeps,
  records: readonly ChainedRecord[],
  known: AuditPosition,
): Promise<readonly ChainItem[]> {
  const cut = records.filter(({ node, sequence }) => known[node] === undefined && sequence > 1);
  const nodes = [...new Set(cut.map(({ node }) => node))];
  const anchors = await Promise.all(nodes.map((node) => storage.checkpoints.of(node, 'anchor', 0, 1)));
  return anchors.flat().map((checkpoint) => ({ checkpoint }));
}

/** Sends the next ones; resolves to how many. */
export async function shipBatch(deps: ShipDeps, name: string, sink: Sink): Promise<number> {
  const { storage } = deps;
  const place = await placeOf(deps, name);
  const { records, next } = await storage.audit.scan(place.records, pageRows);
  const signed = await signedUpTo(deps, next, place.checkpoints);
  const items: readonly ChainItem[] = [
    ...(await anchorsOf(deps, records, place.records)),
    ...records.map((record) => ({ record })),
    ...signed.map((checkpoint) => ({ checkpoint })),
  ];
  if (items.length === 0) return 0;
  await sink(items.map((item) => JSON.stringify(item)));
  const checkpoints = {
    ...place.checkpoints,
    ...Object.fromEntries(signed.map(({ node, sequence }) => [node, sequence])),
  };
  await storage.marks.put(shipMark(name), JSON.stringify({ records: next, checkpoints } satisfies Place));
  return items.length;
}

/** Seconds since the oldest record that was not sent yet, of each of `audit.ship`; 0 = all were. For the figures. */
export async function auditShippingLag(deps: ShipDeps): Promise<Readonly<Record<string, number>>> {
  const { config, storage, clock } = deps;
  const lags = config.audit.ship.map(async ({ name }) => {
    const { records } = await storage.audit.scan((await placeOf(deps, name)).records, 1);
    return [name, records[0] ? Math.max(0, (clock.now() - records[0].at) / 1_000) : 0] as const;
  });
  return Object.fromEntries(await Promise.all(lags));
}

/** One worker for each of `audit.ship`; of several nodes one sends at a time. */
export function startShipping(deps: ShipDeps): readonly Worker[] {
  const { config, log } = deps;
  return config.audit.ship.map((sink) => startOne(deps, sink, createSink(sink, config.outgoing.allow), log));
}

function startOne(deps: ShipDeps, { name }: SinkConfig, sink: Sink, log: ShipDeps['log']): Worker {
  const { limits } = deps.storage;
  const lease = `audit-ship|${name}`;
  const work = {
    ...{ log, pauseMs },
    failed: `the audit log cannot be sent to ${name}: it waits, and nothing of it is lost`,
    recovered: `the audit log is sent to ${name} again`,
  };
  return startWorker(work, async () => {
    if ((await limits.hit(lease, leaseMs)).count > 1) return;
    try {
      while ((await shipBatch(deps, name, sink)) >= pageRows);
    } finally {
      await limits.forget(lease);
    }
  });
}
