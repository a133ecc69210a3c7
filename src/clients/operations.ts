/** `avain client …`, where the store is. What is printed is JSON, one object a line; the command line makes tables of it. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { AuditEvent } from '../audit/audit-log.ts';
import { clientIdExpected, readClients } from '../config/clients.ts';
import { ConfigError, type Fault } from '../config/faults.ts';
import type { Client } from '../config/schema.ts';
import {
  type Operation,
  type OperationDeps,
  OperationRefused,
  type Operations,
  type Print,
} from '../control/operation.ts';
import type { ClientId } from '../ids.ts';
import { type Drift, driftOf } from './drift.ts';
import type { ClientReload, Judge } from './reload.ts';
import { shownClient } from './shown-client.ts';
import { checkStoredClient, missingSecrets, parseStoredClient, type StoredClientDeps } from './stored-clients.ts';

export type ClientOperationDeps = {
  readonly clientFolders: Parameters<typeof readClients>[0];
  readonly judge: Judge;
  /** null where a command works by itself: there is nobody whose clients could be read again. */
  readonly reload: ClientReload | null;
};

export type ListedClient = Pick<Client, 'id' | 'name' | 'party' | 'type' | 'authMethod' | 'keptIn'> & {
  /** The store has another version of it, which the file hides. */
  readonly drift: boolean;
};

type Own = ClientOperationDeps & OperationDeps;

/** Asked where Avain runs, they tell of the clients in force; else of those that a start would find. */
export function clientOperations(given: ClientOperationDeps): Operations {
  const withOwn =
    (operation: (deps: Own, argument: string, print: Print) => Promise<void>): Operation =>
    async (deps, [argument = ''], print) => {
      await operation({ ...deps, ...given }, argument, print);
      return 0;
    };
  return {
    'client.reload': withOwn(reloadNow),
    'client.list': withOwn(list),
    'client.show': withOwn(show),
    'client.drift': withOwn(drift),
    'client.put': withOwn(put),
    'client.remove': withOwn(remove),
  };
}

async function reloadNow({ reload }: Own, _argument: string, print: Print): Promise<void> {
  if (!reload) {
    throw new OperationRefused(
      'No Avain can be told from here. One that does not run reads its clients when it starts; on MongoDB and Redis send SIGHUP to each process.',
    );
  }
  print(JSON.stringify({ clients: await reload.again() }));
}

/** Those in force here, with what only the store has where nothing runs. */
async function known(deps: Own): Promise<readonly Client[]> {
  const clients = [...deps.clients.values()];
  if (deps.reload) return clients;
  const rows = (await deps.storage.clients.all()).filter(({ id }) => !deps.clients.has(id));
  const checked = await Promise.all(rows.map((row) => checkStoredClient(deps, row, 'skip')));
  return [...clients, ...checked.flatMap(({ set }) => set?.clients ?? [])];
}

async function list(deps: Own, _argument: string, print: Print): Promise<void> {
  const drifting = new Set((await drifts(deps)).map(({ id }) => id));
  const byId = (await known(deps)).toSorted((a, b) => (a.id < b.id ? -1 : 1));
  for (const { id, name, party, type, authMethod, keptIn } of byId) {
    const line: ListedClient = { id, name, party, type, authMethod, keptIn, drift: drifting.has(id) };
    print(JSON.stringify(line));
  }
}

async function show(deps: Own, id: string, print: Print): Promise<void> {
  const client = (await known(deps)).find((one) => one.id === id);
  if (!client) throw new OperationRefused('There is no such client; `avain client list` names them all.');
  print(JSON.stringify(shownClient(client)));
}

async function drifts(deps: StoredClientDeps & Own): Promise<readonly Drift[]> {
  const faults: Fault[] = [];
  const [files, rows] = await Promise.all([readClients(deps.clientFolders, faults), deps.storage.clients.all()]);
  const fileOf = new Map(files.map((read) => [read.id, read]));
  return rows.flatMap((row) => {
    const file = fileOf.get(row.id);
    const stored = file ? parseStoredClient(deps, row, faults) : null;
    return file && stored ? [driftOf(file, stored)] : [];
  });
}

async function drift(deps: Own, _argument: string, print: Print): Promise<void> {
  for (const one of await drifts(deps)) print(JSON.stringify(one));
}

/** The argument: the absolute path of a client file, whose name is the client_id. */
async function put(deps: Own, path: string, print: Print): Promise<void> {
  const { config, storage, clock, judge, clients } = deps;
  // A cast: this is where a file's name becomes a client_id.
  const id = basename(path, '.yaml') as ClientId;
  const expected = clientIdExpected(id);
  if (expected !== null) throw new OperationRefused(`The name of the file is the client_id: ${expected}.`);
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) throw new OperationRefused('There is no such file, or it cannot be read.');
  const { set, faults } = await checkStoredClient(deps, { id, text }, missingSecrets(config));
  const all = [...faults, ...(set ? await judge(set) : [])];
  if (all.length > 0) throw new ConfigError(all);
  await tell(deps, 'client.stored', id);
  await storage.clients.put({ id, text, changedAt: clock.now() });
  await deps.reload?.again();
  print(JSON.stringify({ id, inForce: deps.reload !== null && clients.get(id)?.keptIn === 'storage' }));
}

async function remove(deps: Own, id: string, print: Print): Promise<void> {
  // A cast: whether it is the id of a client is for the store to say.
  const clientId = id as ClientId;
  if (!(await deps.storage.clients.byId(clientId))) {
    throw new OperationRefused('The storage has no such client. One that is a file goes with its file.');
  }
  await tell(deps, 'client.removed', clientId);
  await deps.storage.clients.remove(clientId);
  await deps.reload?.again();
  print(JSON.stringify({ id }));
}

/** Before the change: a record of one that failed says more than none of one that did not. */
function tell({ storage, clock }: Own, event: AuditEvent, clientId: ClientId): Promise<void> {
  return storage.audit.append({ at: clock.now(), event, accountId: null, clientId, journeyId: null, details: {} });
}
