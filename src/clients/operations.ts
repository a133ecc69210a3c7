/** `avain client …`, where the store is. What is printed is JSON, one object a line; the command line makes tables of it. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { clientIdExpected } from '../config/clients.ts';
import {
  type Operation,
  type OperationDeps,
  OperationRefused,
  type Operations,
  type Print,
} from '../control/operation.ts';
import {
  type ClientOperationDeps,
  clientDrifts,
  knownClients,
  listClients,
  putClient,
  readClientsAgain,
  removeClient,
} from './manage.ts';
import { shownClient } from './shown-client.ts';

type Own = ClientOperationDeps & OperationDeps;

/** The command line is one operator of many, who is not named. */
const byCommand = { actor: null } as const;

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

async function reloadNow(deps: Own, _argument: string, print: Print): Promise<void> {
  if (!deps.reload && deps.config.storage.kind === 'sqlite')
    throw new OperationRefused('No Avain runs here: it reads its clients when it starts.');
  // null: every node reads them within seconds, and tells its log what was wrong.
  print(JSON.stringify({ clients: await readClientsAgain(deps) }));
}

async function list(deps: Own, _argument: string, print: Print): Promise<void> {
  for (const line of await listClients(deps)) print(JSON.stringify(line));
}

async function show(deps: Own, id: string, print: Print): Promise<void> {
  const client = (await knownClients(deps)).find((one) => one.id === id);
  if (!client) throw new OperationRefused('There is no such client; `avain client list` names them all.');
  print(JSON.stringify(shownClient(client)));
}

async function drift(deps: Own, _argument: string, print: Print): Promise<void> {
  for (const one of await clientDrifts(deps)) print(JSON.stringify(one));
}

/** The argument: the absolute path of a client file, whose name is the client_id. */
async function put(deps: Own, path: string, print: Print): Promise<void> {
  const id = basename(path, '.yaml');
  const expected = clientIdExpected(id);
  if (expected !== null) throw new OperationRefused(`The name of the file is the client_id: ${expected}.`);
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) throw new OperationRefused('There is no such file, or it cannot be read.');
  await putClient(deps, { id, text }, byCommand);
  print(JSON.stringify({ id, inForce: deps.reload !== null && deps.clients.get(id)?.keptIn === 'storage' }));
}

async function remove(deps: Own, id: string, print: Print): Promise<void> {
  await removeClient(deps, id, byCommand);
  print(JSON.stringify({ id }));
}
