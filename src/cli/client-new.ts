import { writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { createInterface, type Interface } from 'node:readline/promises';
import { type Command, Option } from 'commander';
import { fixOf } from '../clients/fix.ts';
import { methodOf } from '../config/client-rules.ts';
import { clientSetFaults, shown } from '../config/client-set.ts';
import { clientIdExpected, type ReadClient, readClient } from '../config/clients.ts';
import { processEnvironment } from '../config/environment.ts';
import { ConfigError, describeFault, type Fault } from '../config/faults.ts';
import { type CheckedClients, loadClients } from '../config/load.ts';
import { secretPath } from '../config/secrets.ts';
import { parseYaml } from '../config/yaml-file.ts';
import { clientYaml, hasRedirect, type NewClient, type Preset, presets, presetWords } from './client-presets.ts';
import { snippetOf } from './client-snippets.ts';

type Options = {
  readonly preset?: Preset;
  readonly id?: string;
  readonly name?: string;
  readonly party?: NewClient['party'];
  readonly redirectUri?: readonly string[];
  readonly startUrl?: string;
};

export function addClientNewCommand(commands: Command): void {
  commands
    .command('new')
    .description('write a client file that passes the check, and print the first lines of the program that uses it')
    .addOption(new Option('--preset <kind>', 'what kind of client it is').choices(presets))
    .option('--id <id>', 'the client_id')
    .option('--name <name>', "the service's name, as people know it")
    .addOption(new Option('--party <party>', 'your own service, or somebody else’s').choices(['first', 'third']))
    .option('--redirect-uri <uri...>', 'where people come back to; several are possible')
    .option('--start-url <url>', 'where a person begins a new sign-in; otherwise it follows from the redirect address')
    .action(makeClient);
}

/** What was not given is asked on a terminal, and told to be missing elsewhere. */
async function makeClient(options: Options): Promise<void> {
  try {
    const client = await answered(options);
    const checked = await loadClients({ env: processEnvironment(), root });
    const [dir] = checked.clientFolders.dirs;
    if (dir === undefined) throw new Refused('avain.yaml names no folder for clients (clientsDirs).');
    const path = join(dir, `${client.id}.yaml`);
    const text = clientYaml(client, relative(dir, join(checked.configDir, 'schema/client.schema.json')));
    const read = await sound(checked, client.id, text, path);
    await writeFile(path, text, { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
      throw new Refused(
        error.code === 'EEXIST'
          ? `${shown(root, path)} is there already and stays as it is.`
          : `${path}: ${error.code}`,
      );
    });
    process.stdout.write(`${told(checked, read, client, path)}\n`);
  } catch (error) {
    if (!(error instanceof Refused || error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}

const root = join(import.meta.dirname, '../..');

/** For whoever typed the command. */
class Refused extends Error {}

/** As `avain client check` would judge the file; throws with every fault. */
async function sound(
  { around, clientFolders }: CheckedClients,
  id: string,
  text: string,
  path: string,
): Promise<ReadClient> {
  const faults: Fault[] = [];
  const source = parseYaml(text, shown(root, path), faults);
  const read = source && readClient(source, { id, keptIn: 'file', dir: dirname(path) }, clientFolders.move, faults);
  faults.push(...(read ? await clientSetFaults([read], around) : []));
  if (read && faults.length === 0) return read;
  throw new Refused(faults.map((fault) => `${describeFault(fault)}; fix: ${fixOf(fault)}`).join('\n'));
}

function told({ around }: CheckedClients, { file }: ReadClient, client: NewClient, path: string): string {
  const secret = secretPath(around.dataDir, `client-${client.id}`);
  const make = `(umask 077; openssl rand -base64 48 | tr -d '\\n' > ${secret})`;
  const ofSecret =
    around.profile === 'development'
      ? `Its secret is made when Avain reads it, in ${secret}.`
      : `Its secret lies in ${secret}. Make one: ${make}`;
  return [
    `${shown(root, path)} is written.`,
    ...(methodOf(file).startsWith('client_secret') ? [ofSecret] : []),
    'A running Avain takes it up by `avain client reload`.',
    '',
    snippetOf(client, around.issuer),
  ].join('\n');
}

async function answered(options: Options): Promise<NewClient> {
  const terminal = process.stdin.isTTY ? createInterface({ input: process.stdin, output: process.stdout }) : null;
  try {
    return await complete(options, terminal);
  } finally {
    terminal?.close();
  }
}

async function complete(options: Options, terminal: Interface | null): Promise<NewClient> {
  const ask = async (given: string | undefined, option: string, question: string): Promise<string> => {
    if (given !== undefined) return given;
    if (!terminal) throw new Refused(`${option} is missing: ${question}`);
    return (await terminal.question(`${question}: `)).trim();
  };
  const kinds = presets.map((name) => `${name} (${presetWords[name]})`).join(', ');
  const preset = presets.find((name) => name === options.preset) ?? presetOf(await ask(undefined, '--preset', kinds));
  const id = await ask(options.id, '--id', 'the client_id, which names the file');
  const expected = clientIdExpected(id);
  if (expected !== null) throw new Refused(`--id: ${expected}.`);
  const name = await ask(options.name, '--name', "the service's name, as people know it");
  const uris = hasRedirect(preset)
    ? [await ask(options.redirectUri?.join(' '), '--redirect-uri', 'where people come back to, in full')]
        .join(' ')
        .split(/\s+/)
    : [];
  const { party = 'first', startUrl = null } = options;
  return { preset, id, name, party, redirectUris: uris, startUrl };
}

function presetOf(typed: string): Preset {
  const preset = presets.find((name) => name === typed);
  if (preset) return preset;
  throw new Refused(`--preset: one of ${presets.join(', ')}.`);
}
