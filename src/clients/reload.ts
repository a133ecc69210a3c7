/**
 * Reads the clients again while Avain runs, by SIGHUP or by `avain client reload`: all files or none. As long as one is wrong
 * the set of before stays; no request waits, and none is lost.
 */
import type { Logger } from 'pino';
import {
  type ClientFolders,
  type ClientSet,
  clientSetFaults,
  clientSetOf,
  withOwnClients,
} from '../config/client-set.ts';
import { readClients } from '../config/clients.ts';
import { ConfigError, describeFault, type Fault } from '../config/faults.ts';
import type { Config } from '../config/schema.ts';
import { clientSecrets } from '../config/wanted-secrets.ts';
import type { Keyring } from '../secrets/sealing.ts';
import type { Storage } from '../storage/ports.ts';
import type { LiveClients } from './registry.ts';
import { checkStoredClient, missingSecrets } from './stored-clients.ts';

/** What the provider library finds wrong with clients that our own rules accept. */
export type Judge = (set: ClientSet) => Promise<readonly Fault[]>;

export type ReloadDeps = {
  readonly config: Config;
  readonly clients: LiveClients;
  readonly clientFolders: ClientFolders;
  readonly storage: Pick<Storage, 'clients'>;
  readonly keyring: Pick<Keyring, 'mac'>;
  readonly log: Pick<Logger, 'error' | 'info'>;
  readonly judge: Judge;
  /** After each time that a set was taken. */
  readonly taken: () => Promise<void>;
};

export type ClientReload = {
  /** With the files as they were read a moment ago, and what is in the store. Throws ConfigError. */
  begin(files: ClientSet): Promise<void>;
  /** Resolves to how many clients there are now. Throws ConfigError with every fault, and then nothing has changed. */
  again(): Promise<number>;
};

export function createClientReload(deps: ReloadDeps): ClientReload {
  let last: Promise<unknown> = Promise.resolve();
  // One after the other: what was asked for later wins.
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = last.then(work);
    last = mine.catch(() => undefined);
    return mine;
  };
  return {
    begin: (files) => inTurn(async () => void (await take(deps, files))),
    again: () => inTurn(async () => take(deps, await readFiles(deps))),
  };
}

async function readFiles({ config, clientFolders }: ReloadDeps): Promise<ClientSet> {
  const faults: Fault[] = [];
  const read = await readClients(clientFolders, faults);
  faults.push(...(await clientSetFaults(read, config)));
  // Nothing is made for a set that will not be taken.
  const missing = faults.length === 0 ? missingSecrets(config) : config.profile === 'production' ? 'report' : 'skip';
  const secretOf = await clientSecrets(read, config.dataDir, { profile: config.profile, missing, faults });
  if (faults.length > 0) throw new ConfigError(faults);
  return withOwnClients(clientSetOf(read, config, secretOf), config);
}

async function take(deps: ReloadDeps, files: ClientSet): Promise<number> {
  const faults = await deps.judge(files);
  if (faults.length > 0) throw new ConfigError(faults);
  const stored = await storedSets(deps, files);
  const all = [...files.clients, ...stored.flatMap(({ clients }) => clients)];
  deps.clients.replaceAll(all);
  await deps.taken();
  return all.length;
}

/** Files win. What is wrong in the store is left out and told: nobody could mend it while Avain does not start. */
async function storedSets(deps: ReloadDeps, files: ClientSet): Promise<readonly ClientSet[]> {
  const { config, storage, log, judge } = deps;
  const rows = (await storage.clients.all()).filter(({ id }) => !files.sources.has(id));
  const checked = rows.map(async (row) => {
    const { set, faults } = await checkStoredClient(deps, row, missingSecrets(config));
    const all = [...faults, ...(set ? await judge(set) : [])];
    if (all.length === 0) return set ?? [];
    log.error({ client: row.id, faults: all.map(describeFault) }, 'client in the storage left out');
    return [];
  });
  return (await Promise.all(checked)).flat();
}

/** For SIGHUP: told to the log, never thrown. */
export function reloadClientsOnSignal({ again }: ClientReload, log: Logger): () => Promise<void> {
  return () =>
    again().then(
      (clients) => log.info({ clients }, 'clients read again'),
      (err: unknown) => {
        const told = err instanceof ConfigError ? { faults: err.faults.map(describeFault) } : { err };
        log.error(told, 'clients not read again: the old ones stay');
      },
    );
}
