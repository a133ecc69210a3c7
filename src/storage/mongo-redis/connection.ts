/**
 * One connection to MongoDB, and the one way to ask it. Every limit is explicit, since the driver's own are half a minute
 * or none (security.md §3.3; `timeoutMS` has no effect in driver 7.8).
 */
import { setTimeout as sleep } from 'node:timers/promises';
import mongoose, { type Connection, type ConnectOptions, type Model } from 'mongoose';
import { CannotStart } from '../../cannot-start.ts';
import { TemporarilyUnavailable } from '../../errors.ts';
import type { MongoOptions } from './mongo.ts';
import type { Waits } from './waits.ts';

const callMs = 800;
const firstConnectionMs = 5_000;
const duplicateKey = 11_000;
const wrongCredentials = 18;

/** For every read. Plain objects as they are stored; the server gives up when nobody waits any more. */
export const reading = { lean: true, maxTimeMS: callMs } as const;

/** For every update and delete. */
export const writing = { maxTimeMS: callMs } as const;

/**
 * Asks MongoDB within the time limits. A duplicate key is an answer and passes; what Mongoose finds wrong with a document
 * of ours is our fault and passes too; anything else, known to the driver or not (a raw EPIPE was seen), means that
 * nobody knows: TemporarilyUnavailable.
 */
export type Ask = <T>(work: () => Promise<T>) => Promise<T>;

export function createAsk(waits: Waits, limitMs = callMs): Ask {
  return async (work) => {
    try {
      return await waits.call('mongo', limitMs, work);
    } catch (error) {
      if (error instanceof TemporarilyUnavailable || isDuplicate(error)) throw error;
      // Its own words quote the value, which may be personal: they must not reach the log.
      if (isOurFault(error)) throw new Error(`a document of ours does not fit its schema: ${reasonOf(error)}`);
      throw new TemporarilyUnavailable(`mongo: ${reasonOf(error)}`);
    }
  };
}

export function isDuplicate(error: unknown): boolean {
  return error instanceof mongoose.mongo.MongoServerError && error.code === duplicateKey;
}

/** False if there is a document with this `_id` or another of its unique keys: perhaps by this very call, sent twice. */
export async function insertNew<Document>(ask: Ask, model: Model<Document>, document: Document): Promise<boolean> {
  try {
    // A cast: Mongoose's type of what may be inserted is wider than, and not provably, the document's own.
    await ask(() => model.insertOne(document as Parameters<typeof model.insertOne>[0]));
    return true;
  } catch (error) {
    if (isDuplicate(error)) return false;
    throw error;
  }
}

/** Tries for five seconds, since stores and nodes are often started together; throws what an operator can act upon. */
export async function connect(options: MongoOptions): Promise<Connection> {
  const until = performance.now() + firstConnectionMs;
  for (;;) {
    const connection = mongoose.createConnection(options.url, connectOptions(options));
    // Told by the failing calls; without a listener Node would end the process.
    connection.on('error', () => undefined);
    try {
      await connection.asPromise();
      await assertReplicated(connection);
      return connection;
    } catch (error) {
      await connection.close();
      if (performance.now() > until || isFinal(error)) throw unreachable(options, error);
      await sleep(250);
    }
  }
}

function connectOptions({ database, user, password, caFile, maxPoolSize }: MongoOptions): ConnectOptions {
  return {
    dbName: database,
    ...(user !== null && password !== null && { user, pass: password.reveal() }),
    ...(caFile !== null && { tls: true, tlsCAFile: caFile }),
    appName: 'avain',
    bufferCommands: false,
    autoCreate: false,
    autoIndex: false,
    // As JSON does it: no field instead of a null that nobody wrote.
    ignoreUndefined: true,
    readPreference: 'primary',
    readConcern: { level: 'majority' },
    writeConcern: { w: 'majority', journal: true, wtimeoutMS: callMs },
    retryReads: true,
    // Each write of ours may be done twice: it is idempotent or compares first, whatever the server knows of retries.
    retryWrites: true,
    maxPoolSize,
    serverSelectionTimeoutMS: callMs,
    connectTimeoutMS: callMs,
    waitQueueTimeoutMS: callMs,
    socketTimeoutMS: 2_000,
    // A server that was away is used again within a second of its return.
    heartbeatFrequencyMS: 500,
    minHeartbeatFrequencyMS: 200,
  };
}

/** A lone server knows neither majority nor retried writes: each write would fail, with words that help nobody. */
async function assertReplicated(connection: Connection): Promise<void> {
  const hello = await connection.db?.command({ hello: 1 });
  if (hello?.['setName'] || hello?.['msg'] === 'isdbgrid') return;
  throw new NotReplicated('it is a lone server; start it with --replSet, a replica set of one will do for a test');
}

class NotReplicated extends Error {
  override readonly name = 'NotReplicated';
}

function isFinal(error: unknown): boolean {
  if (error instanceof NotReplicated) return true;
  return error instanceof mongoose.mongo.MongoServerError && error.code === wrongCredentials;
}

function unreachable({ url }: MongoOptions, cause: unknown): Error {
  // The address has no credentials in it (storage-schema.ts); the driver's own message may be long, but names no secret.
  const hosts = url.replace(/^[^:]*:\/\//, '').replace(/[/?].*$/, '');
  const why = cause instanceof Error ? cause.message : 'unknown';
  return new CannotStart(`MongoDB at ${hosts} cannot be used: ${why} (storage.mongo)`, { cause });
}

function isOurFault(error: unknown): boolean {
  const { CastError, StrictModeError, ValidationError } = mongoose.Error;
  return [CastError, StrictModeError, ValidationError].some((fault) => error instanceof fault);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && error.code !== undefined ? String(error.code) : error.name;
}
