/**
 * `npm run test:clients`: every recipe of docs/recipes against one Avain at an http issuer, and against another at an https issuer whose
 * certificate a private authority signed. docs/clients.md tells what came of it; AVAIN_WRITE_MATRIX=1 writes its table anew.
 */
import { readdirSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { type OwnConfig, ownConfig } from '../support/own-config.ts';
import { startWorld, type World } from '../support/start-world.ts';
import { type ForeignClient, foreignClients, missing, npmVersions } from './catalogue.ts';
import { rowOf, rowsWritten, type Scheme, schemes, tableOf, writeRows } from './matrix.ts';
import { makePrivateCa } from './private-ca.ts';
import { blockOf, readRecipe } from './recipes.ts';
import { walkInBrowser } from './single-page-app.ts';
import { startClient } from './start-client.ts';
import { walkAtServer } from './walk.ts';
import { createWitness, type Witness } from './witness.ts';

type Stage = {
  readonly witness: Witness;
  readonly world: World;
  readonly offset: number;
  readonly folder: string;
  readonly caFile: string | null;
  clear(): Promise<void>;
};

// Under CI a program that is not there is a failure, elsewhere it is said aloud.
const tried = foreignClients.filter((client) => {
  const lack = missing(client);
  if (lack === null || process.env['CI']) return true;
  process.stderr.write(`\nLEFT OUT: ${client.name}, as this machine lacks ${lack}\n`);
  return false;
});
const passed = new Map(tried.map(({ name }) => [name, new Set<Scheme>()]));

/** The shipped configuration behind one proxy, with what the recipes ask for in avain.yaml. */
function configured(): Promise<OwnConfig> {
  const origins = tried
    .map(({ name }) => readRecipe(name).get('avain.yaml'))
    // A cast: the recipes say nothing else there.
    .flatMap((block) =>
      block === undefined ? [] : (parse(block) as { outgoing: { allow: string[] } }).outgoing.allow,
    );
  const last = '    - http://localhost:3202\n';
  return ownConfig((yaml) => {
    const behindProxy = yaml.replace('trustedHops: 0', 'trustedHops: 1');
    return behindProxy.replace(last, last + origins.map((origin) => `    - ${origin}\n`).join(''));
  });
}

async function setStage(scheme: Scheme): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'avain-clients-'));
  // Apache reads its site as somebody else.
  await chmod(folder, 0o755);
  const ca = scheme === 'https' ? await makePrivateCa(folder) : null;
  if (ca !== null) setDefaultCACertificates([...getCACertificates('default'), await readFile(ca.caFile, 'utf8')]);
  const clientsDir = join(folder, 'clients');
  await mkdir(clientsDir);
  for (const { name } of tried) {
    await writeFile(join(clientsDir, `${name}.yaml`), blockOf(readRecipe(name), 'client'));
  }
  const config = await configured();
  const witness = await createWitness(ca?.certificate ?? null);
  const env = { ...config.env, AVAIN_CLIENTS_DIR: clientsDir, AVAIN_ISSUER: witness.issuer };
  const world = await startWorld({ env });
  const { port } = world.addresses.avain;
  witness.leadTo(port);
  return {
    witness,
    world,
    folder,
    offset: port - 3000,
    caFile: ca?.caFile ?? null,
    clear: async () => {
      await world.stop();
      await Promise.all([witness.close(), config.remove(), rm(folder, { recursive: true, force: true })]);
    },
  };
}

async function comesThrough(client: ForeignClient, { witness, world, offset, folder, caFile }: Stage): Promise<void> {
  const lack = missing(client);
  if (lack !== null) throw new Error(`this machine lacks ${lack}`);
  const { issuer } = witness;
  const place = { issuer, offset, caFile, dataDir: world.dataDir, folder: join(folder, client.name) };
  const program = await startClient(client, place);
  const walk = client.needs?.includes('chromium') ? walkInBrowser : walkAtServer;
  try {
    await walk({ client, origin: program.origin, witness });
  } catch (error) {
    process.stderr.write(`\n${client.name} printed:\n${program.output()}\n`);
    throw error;
  } finally {
    await program.stop();
  }
}

describe.each(schemes)('at an issuer that speaks %s', (scheme) => {
  let stage: Stage | undefined;
  beforeAll(async () => {
    stage = await setStage(scheme);
  }, 120_000);
  afterAll(() => stage?.clear());

  test.each(tried)('$name signs a person in, and does what its recipe says', async (client) => {
    if (stage === undefined) throw new Error('the stage is not set');
    await comesThrough(client, stage);
    passed.get(client.name)?.add(scheme);
  });
});

describe('the pages', () => {
  test('every recipe is tried, and pins what is installed', () => {
    const pages = readdirSync(join(import.meta.dirname, '../../docs/recipes'));
    expect(pages.sort()).toEqual(foreignClients.map(({ name }) => `${name}.md`).sort());
    const installed = foreignClients
      .map(({ name }) => readRecipe(name).get('install') ?? '')
      .flatMap((block) =>
        [...block.matchAll(/ ([\w@/-]+)@(\S+)/g)].map(([, name = '', version = '']) => [name, version]),
      );
    expect(Object.fromEntries(installed)).toEqual(npmVersions());
  });

  test('docs/clients.md tells what was seen', () => {
    const rows = tried.map((client) => rowOf(client, passed.get(client.name) ?? new Set()));
    process.stdout.write(`\n${tableOf(rows)}\n`);
    if (process.env['AVAIN_WRITE_MATRIX']) writeRows(rows);
    // Debian's versions differ from release to release.
    const told = (all: readonly (readonly string[])[]) =>
      all.map((row) => row.map((cell) => (cell.startsWith('Debian ') ? 'Debian' : cell)));
    const names = rows.map(([name]) => name);
    expect(told(rowsWritten().filter(([name]) => names.includes(name)))).toEqual(told(rows));
    expect(rowsWritten()).toHaveLength(foreignClients.length);
  });
});
