/** All clients of an installation together: where their files lie, what is wrong with any, and the set that comes of them. */
import { isAbsolute, relative, resolve } from 'node:path';
import { clientFaults } from './client-rules.ts';
import { type ReadClient, resolveClient } from './clients.ts';
import { type Environment, variable } from './environment.ts';
import type { Fault } from './faults.ts';
import { deepFreeze } from './freeze.ts';
import { ownClients } from './own-clients.ts';
import type { MovePort } from './port-offset.ts';
import { productionClientRefusals } from './profile.ts';
import type { Client, Config } from './schema.ts';
import type { Secret } from './secret.ts';
import type { Source } from './yaml-file.ts';

/** Where Avain was started: relative paths begin at `root`. */
export type Places = Readonly<{ env: Environment; root: string }>;

/** Where client files are read, and read again while Avain runs. */
export type ClientFolders = Readonly<{
  dirs: readonly string[];
  /** Clients by their metadata, in the conformance profile; null = there is no such file. */
  metadataFile: string | null;
  /** A path as the operator knows it. */
  shownAs: (path: string) => string;
  move: MovePort;
}>;

/** What clients are checked against: the settings of an Avain that runs, or is about to. */
export type Surroundings = Omit<Config, 'brokers' | 'secrets' | 'configDir' | 'rosterRows'>;

/** `sources`: by client_id, for the place of a fault; Avain's own clients have none. */
export type ClientSet = Readonly<{ clients: readonly Client[]; sources: ReadonlyMap<string, Source> }>;

/** The folders with a file for each client: those of avain.yaml, and the one of AVAIN_CLIENTS_DIR. */
export function clientDirs(listed: readonly string[], configDir: string, { env, root }: Places): readonly string[] {
  const added = variable(env, 'AVAIN_CLIENTS_DIR');
  return [...listed.map((dir) => resolve(configDir, dir)), ...(added === null ? [] : [resolve(root, added)])];
}

/** As the operator knows it: from `root` where it lies below. */
export function shown(root: string, path: string): string {
  const inside = relative(root, path);
  return inside.startsWith('..') || isAbsolute(inside) ? path : inside;
}

/** What the clients say, each for itself and against the installation; secrets aside. */
export async function clientSetFaults(read: readonly ReadClient[], around: Surroundings): Promise<Fault[]> {
  const own = await Promise.all(read.map((client) => clientFaults(client, around)));
  return [...own.flat(), ...(around.profile === 'production' ? read.flatMap(productionClientRefusals) : [])];
}

/** Clients without a fault, each with its secret. */
export function clientSetOf(
  read: readonly ReadClient[],
  around: Surroundings,
  secretOf: ReadonlyMap<string, Secret>,
): ClientSet {
  const clients = read.map((client) => resolveClient(client, around, secretOf.get(client.id) ?? null));
  return { clients: deepFreeze(clients), sources: new Map(read.map(({ id, source }) => [id, source])) };
}

/** The same with Avain's own. */
export function withOwnClients({ clients, sources }: ClientSet, around: Surroundings): ClientSet {
  return { clients: [...clients, ...deepFreeze(ownClients(around))], sources };
}
