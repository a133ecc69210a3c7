/**
 * Storage lives here: the ports (ports.ts, rows.ts), one folder per back end, and this switch, the only file of the
 * whole house that imports a back end. Promises: ports.ts; proved for every back end by test/storage/contract.ts.
 * Moving house between back ends: moving.ts (what it needs of one), copy.ts (the way).
 */
import type { Logger } from 'pino';
import { CannotStart } from '../cannot-start.ts';
import type { Config } from '../config/schema.ts';
import type { Clock } from '../deps.ts';
import type { MovableStorage } from './moving.ts';
import type { Storage } from './ports.ts';
import { openSqliteStorage } from './sqlite/open.ts';
import { withUnitOfWork } from './unit-of-work.ts';

export type StorageKind = Config['storage']['kind'];
export type StorageConfig = Pick<Config, 'storage' | 'dataDir' | 'secrets'>;
type Log = Pick<Logger, 'error' | 'warn' | 'info'>;

/** The storage to serve from. Throws when it cannot be used; the message says why and names the directory or host. */
export async function openStorage(config: StorageConfig, clock: Clock, log: Log): Promise<Storage> {
  const storage = await openBackEnd(config.storage.kind, config, clock, log);
  if ((await storage.moving.state()) === null) return withUnitOfWork(storage);
  await storage.close();
  throw new CannotStart(
    `${config.storage.kind} holds an unfinished copy: finish it by "avain storage copy", or empty it`,
  );
}

/** One back end, whichever the configuration serves from. */
export async function openBackEnd(
  kind: StorageKind,
  config: StorageConfig,
  clock: Clock,
  log: Log,
): Promise<MovableStorage> {
  if (kind === 'mongo-redis') {
    // Loaded only where it is used: its drivers weigh more than everything else together.
    const { openMongoRedisStorage } = await import('./mongo-redis/open.ts');
    return openMongoRedisStorage({ settings: config.storage, secrets: config.secrets, clock, log });
  }
  const directory = config.storage.memory ? ':memory:' : config.dataDir;
  return openSqliteStorage({ directory, clock, log });
}
