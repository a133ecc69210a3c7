/** `avain client …`: clients as files, and those of the store. docs/integrators.md tells how. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Drift } from '../clients/drift.ts';
import type { ListedClient } from '../clients/manage.ts';
import type { Print } from '../control/operation.ts';
import { runOperation } from '../control/run-operation.ts';
import { checkClients } from './client-check.ts';
import { addClientNewCommand } from './client-new.ts';

type Json = { readonly json?: true };

export function addClientCommands(program: Command): void {
  const commands = program.command('client').description('clients: the services and apps that people sign in to');
  const json = 'as JSON, one object a line';
  commands
    .command('check')
    .description('check every client file, or one, and say what is wrong and how to mend it; exit 1 if anything is')
    .argument('[id]', 'client_id: the name of its file')
    .option('--json', 'as one JSON object')
    .action((id: string | undefined, { json: asJson }: Json) => checkClients(id ?? null, asJson === true));
  commands
    .command('list')
    .description('the clients there are, and where each is kept')
    .option('--json', json)
    .action(({ json: asJson }: Json) => runOperation('client.list', [], asJson ? undefined : printListed));
  commands
    .command('show')
    .description('one client with every default filled in; of its secret as much as tells two apart')
    .argument('<id>')
    .option('--json', 'on one line')
    .action((id: string, { json: asJson }: Json) =>
      runOperation('client.show', [id], asJson ? undefined : printPretty),
    );
  addClientNewCommand(commands);
  commands
    .command('reload')
    .description('have the running Avain read its clients again, all or none; SIGHUP does the same')
    .option('--json', 'as one JSON object')
    .action(({ json: asJson }: Json) => runOperation('client.reload', [], asJson ? undefined : printReloaded));
  addStoredCommands(commands, json);
}

function addStoredCommands(commands: Command, json: string): void {
  commands
    .command('put')
    .description('keep a client in the storage instead of the folder; its secret stays a file')
    .argument('<file>', 'a client file; its name is the client_id')
    .option('--json', 'as one JSON object')
    // Absolute: the service that reads it stands in another folder.
    .action((file: string, { json: asJson }: Json) =>
      runOperation('client.put', [resolve(file)], asJson ? undefined : printPut),
    );
  commands
    .command('remove')
    .description('take a client out of the storage')
    .argument('<id>')
    .option('--json', 'as one JSON object')
    .action((id: string, { json: asJson }: Json) =>
      runOperation('client.remove', [id], asJson ? undefined : ({ length }) => void (length > 0 && write('Removed.'))),
    );
  commands
    .command('drift')
    .description('clients that are both a file and in the storage: the file is in force; where the two differ')
    .option('--json', json)
    .action(({ json: asJson }: Json) => runOperation('client.drift', [], asJson ? undefined : printDrift));
}

const write = (line: string): void => void process.stdout.write(`${line}\n`);

const widths = [24, 30, 7, 14, 28] as const;

// Casts from here on: what operations print are their own types, by the same version.
const printListed: Print = (text) => {
  const { id, name, party, type, authMethod, keptIn, drift } = JSON.parse(text) as ListedClient;
  const kept = drift ? `${keptIn} (the storage differs: avain client drift)` : keptIn;
  const cells = [id, name.fi, party, type, authMethod, kept];
  write(cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' '));
};

const printPretty: Print = (text) => write(JSON.stringify(JSON.parse(text), null, 2));

const printReloaded: Print = (text) => {
  const { clients } = JSON.parse(text) as { clients: number | null };
  const everyNode =
    'Every node reads its clients again within five seconds, and tells its log what is wrong, if anything is.';
  write(clients === null ? everyNode : `Read again: ${clients} clients are in force.`);
};

const printPut: Print = (text) => {
  const { id, inForce } = JSON.parse(text) as { id: string; inForce: boolean };
  write(
    inForce ? `${id} is in force.` : `${id} is stored. Avain takes it up when it starts or reads its clients again.`,
  );
};

const printDrift: Print = (text) => {
  const { id, keys } = JSON.parse(text) as Drift;
  if (keys.length === 0) write(`${id}: the same in the file and in the storage`);
  for (const { key, file, storage } of keys) {
    write(`${id}: ${key}: ${JSON.stringify(file)} in the file, ${JSON.stringify(storage)} in the storage`);
  }
};
