/**
 * Storage lives here: the ports (ports.ts, rows.ts), one folder per back end, and this switch, the only file of the
 * whole house that imports a back end. Promises: ports.ts; proved for every back end by test/storage/contract.ts.
 */
import type { Logger } from 'pino';
import type { Config } from '../config/schema.ts';
import type { Clock } from '../deps.ts';
import type { Storage } from './ports.ts';
import { openSqliteStorage } from './sqlite/open.ts';

/** Throws when the store cannot be used; the message says why and names the directory. */
export function openStorage(
  config: Pick<Config, 'storage' | 'dataDir'>,
  clock: Clock,
  log?: Pick<Logger, 'error'>,
): Promise<Storage> {
  const directory = config.storage.memory ? ':memory:' : config.dataDir;
  return openSqliteStorage({ directory, clock, ...(log && { log }) });
}
