/**
 * What is done to the clients of an Avain, for `avain client`, the admin API and its pages alike: each tells what it found,
 * and prints nothing. Whoever changes one writes the audit record before it.
 */
import type { AuditEvent } from '../audit/audit-log.ts';
import { readClients } from '../config/clients.ts';
import { ConfigError, type Fault } from '../config/faults.ts';
import type { Client } from '../config/schema.ts';
import { type OperationDeps, OperationRefused } from '../control/operation.ts';
import type { ClientId } from '../ids.ts';
import { type Drift, driftOf } from './drift.ts';
import type { ClientReload, Judge } from './reload.ts';
import { checkStoredClient, missingSecrets, parseStoredClient, type StoredClientDeps } from './stored-clients.ts';
import { wantReload } from './wanted-reload.ts';

export type ClientOperationDeps = {
  readonly clientFolders: Parameters<typeof readClients>[0];
  readonly judge: Judge;
  /** null where a command works by itself: there is nobody whose clients could be read again. */
  readonly reload: ClientReload | null;
};

export type ManagedDeps = ClientOperationDeps & Omit<OperationDeps, 'endSessionsOf'>;

export type ListedClient = Pick<Client, 'id' | 'name' | 'party' | 'type' | 'authMethod' | 'keptIn'> & {
  /** The store has another version of it, which the file hides. */
  readonly drift: boolean;
};

/** Those in force here, with what only the store has where nothing runs. */
export async function knownClients(deps: ManagedDeps): Promise<readonly Client[]> {
  const clients = [...deps.clients.values()];
  if (deps.reload) return clients;
  const rows = (await deps.storage.clients.all()).filter(({ id }) => !deps.clients.has(id));
  const checked = await Promise.all(rows.map((row) => checkStoredClient(deps, row, 'skip')));
  return [...clients, ...checked.flatMap(({ set }) => set?.clients ?? [])];
}

/** In the order of their ids. */
export async function listClients(deps: ManagedDeps): Promise<readonly ListedClient[]> {
  const drifting = new Set((await clientDrifts(deps)).map(({ id }) => id));
  const byId = (await knownClients(deps)).toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return byId.map(({ id, name, party, type, authMethod, keptIn }) => ({
    ...{ id, name, party, type, authMethod, keptIn },
    drift: drifting.has(id),
  }));
}

export async function clientDrifts(deps: StoredClientDeps & ManagedDeps): Promise<readonly Drift[]> {
  const faults: Fault[] = [];
  const [files, rows] = await Promise.all([readClients(deps.clientFolders, faults), deps.storage.clients.all()]);
  const fileOf = new Map(files.map((read) => [read.id, read]));
  return rows.flatMap((row) => {
    const file = fileOf.get(row.id);
    const stored = file ? parseStoredClient(deps, row, faults) : null;
    return file && stored ? [driftOf(file, stored)] : [];
  });
}

/** A client as a file would have it. */
export type ClientText = { readonly id: string; readonly text: string };

/** By our own rules and then by the provider library's; nothing is stored. */
export async function clientTextFaults(deps: ManagedDeps, { id, text }: ClientText): Promise<readonly Fault[]> {
  // A cast: this is where a name becomes a client_id.
  const { set, faults } = await checkStoredClient(deps, { id: id as ClientId, text }, 'skip');
  return [...faults, ...(set ? await deps.judge(set) : [])];
}

/** `from`: as it was seen in the store, null = not there; undefined = however it is. */
export type ClientChange = { readonly actor: string | null; readonly from?: string | null };

/** False where it is not `from` any more, and nothing changed. @throws ConfigError with what is wrong with it */
export async function putClient(deps: ManagedDeps, { id, text }: ClientText, change: ClientChange): Promise<boolean> {
  const { config, storage, clock, judge } = deps;
  // A cast: as above.
  const clientId = id as ClientId;
  const { set, faults } = await checkStoredClient(deps, { id: clientId, text }, missingSecrets(config));
  const all = [...faults, ...(set ? await judge(set) : [])];
  if (all.length > 0) throw new ConfigError(all);
  await tell(deps, 'client.stored', clientId, change.actor);
  const client = { id: clientId, text, changedAt: clock.now() };
  if (change.from === undefined) await storage.clients.put(client);
  else if (!(await storage.clients.replace(clientId, change.from, client))) return false;
  await readClientsAgain(deps);
  return true;
}

/** As above. @throws OperationRefused where the store has none of that id */
export async function removeClient(deps: ManagedDeps, id: string, change: ClientChange): Promise<boolean> {
  const { storage } = deps;
  // A cast: whether it is the id of a client is for the store to say.
  const clientId = id as ClientId;
  if (!(await storage.clients.byId(clientId)))
    throw new OperationRefused('The storage has no such client. One that is a file goes with its file.');
  await tell(deps, 'client.removed', clientId, change.actor);
  if (change.from === undefined) await storage.clients.remove(clientId);
  else if (!(await storage.clients.replace(clientId, change.from, null))) return false;
  await readClientsAgain(deps);
  return true;
}

/**
 * Here, and on every other node. Resolves to how many clients this process has now, null where it serves nobody.
 * @throws ConfigError with every fault; then nothing has changed
 */
export async function readClientsAgain(
  deps: Pick<ManagedDeps, 'reload' | 'config' | 'storage' | 'random'>,
): Promise<number | null> {
  const count = (await deps.reload?.again()) ?? null;
  if (deps.config.storage.kind === 'mongo-redis') await wantReload(deps);
  return count;
}

/** Before the change: a record of one that failed says more than none of one that did not. */
function tell(
  { storage, clock }: ManagedDeps,
  event: AuditEvent,
  clientId: ClientId,
  actor: string | null,
): Promise<void> {
  const common = { at: clock.now(), accountId: null, journeyId: null, actor, details: {} } as const;
  return storage.audit.append({ ...common, event, clientId });
}
