/**
 * MongoDB, for what must last: accounts, evidence, audit, outbox, logouts, rosters, clients, signing keys (mongoose; design.md §5).
 *
 * Lives here: one file per port, named as the port; connection.ts, models.ts, migrate.ts for opening; reservations.ts,
 * absorptions.ts, change.ts, effects.ts, repair.ts for documents that must agree; in-flight.ts. The other half of this folder is
 * Redis. Imports the ports and types, nothing else of ours.
 *
 * Promise: what a resolved promise acknowledged is stored by a majority of the replica set, in its journals; no
 * transaction, no index but plain ones, so that it runs on a sharded cluster too. Every wait is bounded (waits.ts).
 */
import type { Connection, mongo } from 'mongoose';
import type { Logger } from 'pino';
import type { Secret } from '../../config/secret.ts';
import type { Clock } from '../../deps.ts';
import type { Checkpoints } from '../audit-port.ts';
import type { SchemaState } from '../backup-port.ts';
import type { StoredClients } from '../client-port.ts';
import type { Kept } from '../kept-port.ts';
import type { Logouts } from '../logout-port.ts';
import type { Outbox } from '../outbox-port.ts';
import type { Accounts, Audit, Evidence, Marks } from '../ports.ts';
import type { Rosters } from '../roster-port.ts';
import type { SigningKeys } from '../signing-key-port.ts';
import type { Statistics } from '../statistics-port.ts';
import { createAbsorptions } from './absorptions.ts';
import { createAccounts } from './accounts.ts';
import { createAudit } from './audit.ts';
import { createAuditChain } from './audit-chain.ts';
import { createAuditNode } from './audit-node.ts';
import { createCheckpoints } from './checkpoints.ts';
import { createClients } from './clients.ts';
import { type Ask, connect, createAsk } from './connection.ts';
import { createSettle, createStamp } from './effects.ts';
import { createEvidence } from './evidence.ts';
import { createFind } from './find.ts';
import { createInFlight } from './in-flight.ts';
import { createKept } from './kept.ts';
import { createLogouts } from './logouts.ts';
import { createMarks } from './marks.ts';
import { migrate, readSchemaState } from './migrate.ts';
import { createModels, type Models } from './models.ts';
import { createOutbox } from './outbox.ts';
import { createRepair } from './repair.ts';
import { createReservations } from './reservations.ts';
import { createRosters } from './rosters.ts';
import { createSigningKeys } from './signing-keys.ts';
import { createStatistics } from './statistics.ts';
import type { Waits } from './waits.ts';

export type MongoOptions = {
  readonly url: string;
  readonly database: string;
  readonly user: string | null;
  readonly password: Secret | null;
  readonly caFile: string | null;
  readonly maxPoolSize: number;
  readonly clock: Clock;
  readonly waits: Waits;
  readonly log?: Pick<Logger, 'warn'>;
};

export type MongoStore = {
  readonly accounts: Accounts;
  readonly evidence: Evidence;
  readonly audit: Audit;
  readonly checkpoints: Checkpoints;
  readonly outbox: Outbox;
  readonly logouts: Logouts;
  readonly rosters: Rosters;
  readonly clients: StoredClients;
  readonly signingKeys: SigningKeys;
  readonly marks: Marks;
  readonly kept: Kept;
  readonly statistics: Statistics;
  /** A write: a server that takes none is of no use. */
  ping(): Promise<void>;
  /** Finishes what is under way; further calls throw. */
  close(): Promise<void>;
  /** One pass of the repair now, for tests; a timer does it every minute. */
  repair(): Promise<number>;
  readonly connection: MongoAccess;
};

/** For the small collections of the other half and for moving house: every call goes through `ask`. */
export type MongoAccess = {
  readonly ask: Ask;
  /** For thousands of documents in one go, while nobody is served. */
  readonly askLong: Ask;
  readonly models: Models;
  collection<Document extends mongo.Document>(name: string): mongo.Collection<Document>;
};

const repairEveryMs = 60_000;
/** Nobody waits for the first answers of a start, or for moving house, but the operator. */
const longMs = 5_000;

/** Throws within seconds, with words for an operator, when MongoDB cannot be reached, is no replica set or is too new. */
export async function openMongo(options: MongoOptions): Promise<MongoStore> {
  const { clock, waits, log } = options;
  const connection = await connect(options);
  try {
    await migrate(connection, createAsk(waits, longMs));
  } catch (error) {
    await connection.close();
    throw error;
  }
  const inFlight = createInFlight();
  const [ask, models, stamp] = [createAsk(waits), createModels(connection), createStamp(clock)];
  const auditChain = createAuditChain(models, ask, createAuditNode(models, ask, clock));
  const [settle, find] = [createSettle(models, ask, auditChain), createFind(models, ask)];
  const absorptions = createAbsorptions(models, ask, find);
  const reservations = createReservations(models, ask, absorptions);
  const { later } = inFlight;
  const { repair } = inFlight.counted({
    repair: createRepair({ models, ask, settle, reservations, absorptions, clock }),
  });
  const timer = repairNowAndThen(repair, (err) => log?.warn({ err }, 'repair failed; the next pass goes on'));
  return {
    accounts: inFlight.counted(
      createAccounts({ models, ask, find, reservations, absorptions, settle, stamp, clock, later }),
    ),
    evidence: inFlight.counted(createEvidence(models, ask)),
    audit: inFlight.counted(createAudit({ models, ask, stamp, auditChain })),
    checkpoints: inFlight.counted(createCheckpoints(models, ask)),
    outbox: inFlight.counted(createOutbox({ models, ask, settle, stamp, later })),
    logouts: inFlight.counted(createLogouts(models, ask)),
    rosters: inFlight.counted(createRosters({ models, ask, settle, stamp, later })),
    clients: inFlight.counted(createClients(models, ask)),
    signingKeys: inFlight.counted(createSigningKeys({ models, ask, settle, stamp })),
    marks: inFlight.counted(createMarks(models, ask)),
    kept: inFlight.counted(createKept(models, ask)),
    statistics: inFlight.counted(createStatistics(models, ask)),
    repair,
    ...inFlight.counted({ ping: createPing(connection, ask, clock) }),
    async close() {
      timer.stop();
      await inFlight.drain();
      // Else it is free when the holding ends.
      await auditChain.release().catch(() => undefined);
      await connection.close();
    },
    connection: { ask, askLong: createAsk(waits, longMs), models, collection: (name) => connection.collection(name) },
  };
}

/** Looks, and changes nothing. Throws as `openMongo`. */
export async function mongoSchemaState(options: MongoOptions): Promise<SchemaState> {
  const connection = await connect(options);
  try {
    return await readSchemaState(connection, createAsk(options.waits, longMs));
  } finally {
    await connection.close();
  }
}

function createPing(connection: Connection, ask: Ask, clock: Clock): () => Promise<void> {
  const schema = connection.collection<{ _id: string; at: number }>('schema');
  return async () =>
    void (await ask(() => schema.updateOne({ _id: 'ping' }, { $set: { at: clock.now() } }, { upsert: true })));
}

/** The pauses differ a little, so that nodes started together do not do the same work at the same time. */
function repairNowAndThen(repair: () => Promise<number>, onFailure: (error: unknown) => void): { stop(): void } {
  let timer = schedule();
  let stopped = false;

  function schedule(): NodeJS.Timeout {
    return setTimeout(() => void pass(), repairEveryMs * (0.75 + Math.random() / 2)).unref();
  }

  async function pass(): Promise<void> {
    await repair().catch((error) => stopped || onFailure(error));
    if (!stopped) timer = schedule();
  }

  return {
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
