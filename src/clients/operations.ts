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

async function reloadNow({ reload }: Own, _argument: string, print: Print): Promise<void> {
  if (!reload) {
    throw new OperationRefused(
      'No Avain can be told from here. One that does not run reads its clients when it starts; on MongoDB and Redis send SIGHUP to each process.',
    );
  }
  print(JSON.stringify({ clients: await reload.again() }));
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
