/**
 * Storage lives here: the ports (ports.ts, rows.ts), one folder per back end, and this switch, the only file of the
 * whole house that imports a back end. Promises: ports.ts; proved for every back end by test/storage/contract.ts.
 * Moving house between back ends: moving.ts (what it needs of one), copy.ts (the way).
 */
import type { Logger } from 'pino';
import { CannotStart } from '../cannot-start.ts';
import type { Config } from '../config/schema.ts';
import type { Clock } from '../deps.ts';
import {
  type BackupSource,
  type RestoreOptions,
  type RestoreTarget,
  restoring,
  type SchemaState,
} from './backup-port.ts';
import type { MovableStorage } from './moving.ts';
import type { Storage } from './ports.ts';
import { openSqliteBackupSource, sqliteSchemaState } from './sqlite/backup-source.ts';
import { openSqliteStorage } from './sqlite/open.ts';
import { openSqliteRestore } from './sqlite/restore-target.ts';
import { withUnitOfWork } from './unit-of-work.ts';

export type StorageKind = Config['storage']['kind'];
export type StorageConfig = Pick<Config, 'storage' | 'dataDir' | 'secrets'>;
type Log = Pick<Logger, 'error' | 'warn' | 'info'>;

/** The storage to serve from. Throws when it cannot be used; the message says why and names the directory or host. */
export async function openStorage(config: StorageConfig, clock: Clock, log: Log): Promise<Storage> {
  const storage = await openBackEnd(config.storage.kind, config, clock, log);
  const unfinished = await storage.moving.state();
  if (unfinished === null) return withUnitOfWork(storage);
  await storage.close();
  const [what, command] = unfinished.from === restoring ? ['restore', 'restore'] : ['copy', 'storage copy'];
  throw new CannotStart(
    `${config.storage.kind} holds an unfinished ${what}: finish it by "avain ${command}", or empty it`,
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

/** Reads beside those that serve. Throws CannotStart. */
export async function openBackupSource(config: StorageConfig, clock: Clock, log: Log): Promise<BackupSource> {
  const behind = (await schemaStates(config, clock, log)).find(({ has, needs }) => has !== needs);
  if (behind) throw new CannotStart(`${behind.name} ${toldState(behind)}: use the Avain that serves it.`);
  if (config.storage.kind === 'sqlite') return openSqliteBackupSource(config.dataDir);
  const { openMongoRedisBackupSource } = await import('./mongo-redis/open.ts');
  return openMongoRedisBackupSource({ settings: config.storage, secrets: config.secrets, clock, log });
}

/** Where a backup comes back: the configured storage, which must be empty, or with `replace` makes room. Throws CannotStart. */
export async function openRestoreTarget(
  config: StorageConfig,
  clock: Clock,
  log: Log,
  options: RestoreOptions,
): Promise<RestoreTarget> {
  const { kind } = config.storage;
  if (kind === 'sqlite') return openSqliteRestore(config.dataDir, clock, options);
  const storage = await openBackEnd(kind, config, clock, log);
  const unfinished = await storage.moving.state();
  const refusal = async (why: string) => {
    await storage.close();
    return new CannotStart(`${kind} ${why}. Restore into an empty database and an empty Redis; nothing was changed.`);
  };
  if (options.replace) throw await refusal('is never replaced by this command');
  if (unfinished !== null)
    throw await refusal(`holds an unfinished ${unfinished.from === restoring ? 'restore' : 'copy'}`);
  if (!(await storage.moving.isEmpty())) throw await refusal('is not empty');
  return {
    storage,
    erasedBefore: null,
    revokedBefore: null,
    finish: async () => {
      await storage.close();
      return null;
    },
    // What was written stays, marked as unfinished: nobody is served from it.
    abandon: storage.close,
  };
}

/** Of every file or database of the configured storage; nothing is changed. */
export async function schemaStates(config: StorageConfig, clock: Clock, log: Log): Promise<readonly SchemaState[]> {
  if (config.storage.memory)
    throw new CannotStart('storage.memory forgets everything at exit: there is nothing to look at.');
  if (config.storage.kind === 'sqlite') return sqliteSchemaState(config.dataDir);
  const { mongoRedisSchemaState } = await import('./mongo-redis/open.ts');
  return [await mongoRedisSchemaState({ settings: config.storage, secrets: config.secrets, clock, log })];
}

export function toldState({ has, needs }: SchemaState): string {
  if (has === null) return 'does not exist yet';
  if (has === needs) return `has schema version ${has}, which this Avain needs`;
  return `has schema version ${has}, and this Avain ${has < needs ? 'needs' : 'knows only'} ${needs}`;
}
