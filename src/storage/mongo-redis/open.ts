/**
 * The back end for several nodes: MongoDB for what must last (mongo.ts), Redis for what expires (redis.ts), the same
 * split as the embedded one's two files. What this folder may import: the ports and types, errors.ts, and the secret that
 * a password comes in; it is imported by storage/open.ts alone.
 *
 * Promise: any number of nodes on one pair of stores behave as one. Nobody waits for a store longer than waits.ts says.
 */
import type { Logger } from 'pino';
import { CannotStart } from '../../cannot-start.ts';
import type { Config } from '../../config/schema.ts';
import type { Clock } from '../../deps.ts';
import type { BackupSource, SchemaState } from '../backup-port.ts';
import type { MovableStorage } from '../moving.ts';
import { allRows } from '../row-kinds.ts';
import { createMongoBackupSource } from './backup-source.ts';
import { createFenceStore, createRevocations } from './lasting.ts';
import { type MongoStore, mongoSchemaState, openMongo } from './mongo.ts';
import { createMoving } from './moving.ts';
import { openRedis, type RedisStore } from './redis.ts';
import { createWaits, type Waits } from './waits.ts';

export type MongoRedisOptions = {
  readonly settings: Config['storage'];
  readonly secrets: Pick<Config['secrets'], 'mongoPassword' | 'redisPassword'>;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
};

/** With one call's own limit, the longest anybody waits (0.8 s) comes on top of it: together below 2.5 s. */
const requestBudgetMs = 1_600;
/** No refresh token and no grant lives longer (weakened.ts would have to allow it first). */
const longestLifeMs = 400 * 86_400_000;

/** Throws with words for an operator when either store cannot be used within seconds. */
export async function openMongoRedisStorage(options: MongoRedisOptions): Promise<MovableStorage> {
  return (await openBoth(options)).storage;
}

export async function openMongoRedisBackupSource(options: MongoRedisOptions): Promise<BackupSource> {
  return createMongoBackupSource(await openBoth(options));
}

/** Looks, and changes nothing. */
export async function mongoRedisSchemaState({ settings, secrets, clock }: MongoRedisOptions): Promise<SchemaState> {
  const { mongo } = bothOf(settings);
  return mongoSchemaState({ ...mongo, password: secrets.mongoPassword, clock, waits: createWaits(requestBudgetMs) });
}

/** The schema of the settings demands both for this kind; moving house may ask for it under another kind. */
function bothOf({ mongo, redis }: MongoRedisOptions['settings']) {
  if (mongo === null || redis === null)
    throw new CannotStart('storage.mongo and storage.redis are not set (AVAIN_MONGO_URL, AVAIN_REDIS_URL)');
  return { mongo, redis };
}

async function openBoth(options: MongoRedisOptions) {
  const { settings, secrets, clock, log } = options;
  const own = bothOf(settings);
  const waits = createWaits(requestBudgetMs);
  const mongo = await openMongo({ ...own.mongo, password: secrets.mongoPassword, clock, waits, log });
  const fences = createFenceStore(mongo.connection, own.redis.keyPrefix);
  const revocations = createRevocations(mongo.connection);
  const parts = { password: secrets.redisPassword, clock, waits, log, fences, revocations, longestLifeMs };
  const redis = await openRedis({ ...own.redis, ...parts }).catch(async (error: unknown) => {
    await mongo.close();
    throw error;
  });
  return { storage: storageOf(mongo, redis, waits), mongo, redis };
}

function storageOf(mongo: MongoStore, redis: RedisStore, waits: Waits): MovableStorage {
  const { connection: _connection, repair: _repair, ...durable } = mongo;
  return {
    ...durable,
    artifacts: redis.artifacts,
    ...allRows(redis.rows),
    limits: redis.limits,
    get notBefore() {
      return redis.notBefore;
    },
    raiseNotBefore: redis.raiseNotBefore,
    bounded: waits.bounded,
    moving: createMoving(mongo, redis),
    async ping() {
      await Promise.all([mongo.ping(), redis.ping()]);
    },
    async close() {
      // Both, whatever becomes of the one.
      await Promise.all([redis.close(), mongo.close()]);
    },
  };
}
