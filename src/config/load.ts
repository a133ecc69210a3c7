/** The way from files and environment to one frozen Config, or one error with every fault. */
import { dirname, join, resolve } from 'node:path';
import type { z } from 'zod';
import { breachedDirectoryFaults } from './breached-directory.ts';
import { readBrokers } from './brokers.ts';
import {
  type ClientFolders,
  clientDirs,
  clientSetFaults,
  clientSetOf,
  type Places,
  type Surroundings,
  shown,
  withOwnClients,
} from './client-set.ts';
import { type ReadClient, readClients } from './clients.ts';
import { conformanceFaults } from './conformance-rules.ts';
import { applyEnvironment, type Overridden, variable } from './environment.ts';
import { ConfigError, type Fault } from './faults.ts';
import { deepFreeze } from './freeze.ts';
import { lazyMigrationFaults } from './lazy-migration-schema.ts';
import { locatedSettings } from './located-settings.ts';
import { type MovePort, movePortBy, moveSettings } from './port-offset.ts';
import { type FinishedSettings, productionRefusals, withProfileDefaults } from './profile.ts';
import { receiverFaults } from './receivers.ts';
import { resourceServerFaults } from './resource-servers.ts';
import { readRosterFiles } from './roster-file.ts';
import { readRosterRows } from './rosters.ts';
import type { Config, LoadedConfig } from './schema.ts';
import type { Secret } from './secret.ts';
import type { SecretContext } from './secrets.ts';
import { type Settings, settingsSchema } from './settings-schema.ts';
import { signingKeyFaults } from './signing-keys-schema.ts';
import { readStatements } from './statements.ts';
import { readTerms } from './terms.ts';
import { tlsFaults } from './tls-files.ts';
import { brokerKeysFile, clientSecrets, installationSecrets } from './wanted-secrets.ts';
import { weakenings } from './weakened.ts';
import { faultsOf, readYaml, type Source } from './yaml-file.ts';

export type LoadOptions = Places &
  Readonly<{
    /** Default: AVAIN_CONFIG, else `config/avain.yaml`. */
    configFile?: string;
    /** False: the development profile makes no missing secrets, so that nothing at all is written. */
    createSecrets?: boolean;
  }>;

/**
 * Reads, checks and freezes the whole configuration. Throws ConfigError, whose message lists all faults and can be
 * printed as it is. The development profile writes missing secrets, and only when nothing else is wrong.
 */
export async function loadConfig(options: LoadOptions): Promise<LoadedConfig> {
  const { env, root, createSecrets = true } = options;
  const faults: Fault[] = [];
  const { source, file, shownAs, production, move } = await openSource(options, faults);
  const settings = readSettings(source, dirname(file), move, faults);
  const brokers = await readBrokers(source, { production, configDir: dirname(file), shownAs, move, faults });
  const rest = await readRest(source, { env, root, configDir: dirname(file), shownAs, move, faults });
  if (!settings) throw new ConfigError(faults);

  const { rosterRows, clients: read, clientFolders, ...texts } = rest;
  const around = { ...settings, ...texts };
  faults.push(
    ...(await clientSetFaults(read, around)),
    ...(await breachedDirectoryFaults(source, settings)),
    ...lazyMigrationFaults(source, settings),
    ...receiverFaults(source, settings),
    ...conformanceFaults(source, settings),
    ...(await tlsFaults(source, settings)),
    ...resourceServerFaults(source, settings),
    ...signingKeyFaults(source, settings),
  );
  if (production) {
    faults.push(...productionRefusals(source, settings, env), ...weakenings(source, settings));
  }
  const missing = production || !createSecrets ? 'report' : faults.length === 0 ? 'create' : 'skip';
  const context: SecretContext = { profile: settings.profile, missing, faults };
  const secrets = await installationSecrets(source, settings, Object.keys(brokers), context);
  const secretOf = await clientSecrets(read, settings.dataDir, context);
  if (faults.length > 0 || !secrets) throw new ConfigError(faults);
  const { clients, sources: clientSources } = withOwnClients(clientSetOf(read, around, secretOf), around);
  const found = { clients, clientSources, clientFolders };
  return deepFreeze({ ...around, configDir: dirname(file), brokers, secrets, rosterRows, ...found });
}

/** The client files and what they are checked against, with all that is wrong: no broker, no secret of the installation. */
export type CheckedClients = Readonly<{
  around: Surroundings;
  configDir: string;
  clientFolders: ClientFolders;
  read: readonly ReadClient[];
  /** In development those that the first start will make are left out. */
  secretOf: ReadonlyMap<string, Secret>;
  faults: readonly Fault[];
}>;

/** Writes nothing. Throws ConfigError where `avain.yaml` itself is unsound: then no client can be judged. */
export async function loadClients(options: Omit<LoadOptions, 'createSecrets'>): Promise<CheckedClients> {
  const faults: Fault[] = [];
  const { source, file, shownAs, production, move } = await openSource(options, faults);
  const settings = readSettings(source, dirname(file), move, faults);
  const rest = await readRest(source, { ...options, configDir: dirname(file), shownAs, move, faults });
  if (!settings) throw new ConfigError(faults);
  const { terms, rosters, statements, clients: read, clientFolders } = rest;
  const around = { ...settings, terms, rosters, statements };
  faults.push(...(await clientSetFaults(read, around)));
  const missing = production ? 'report' : 'skip';
  const secretOf = await clientSecrets(read, settings.dataDir, { profile: settings.profile, missing, faults });
  return { around, configDir: dirname(file), read, clientFolders, secretOf, faults };
}

/** What the `avain broker` commands need: no secret is read or made, no client and no text. */
export type BrokerSettings = Readonly<{
  profile: Config['profile'];
  issuer: string;
  dataDir: string;
  organizationName: string;
  brokers: Config['brokers'];
  /** Where our private keys towards each broker lie, or shall lie. */
  keysFiles: Readonly<Record<string, string>>;
}>;

/** Reads what concerns brokers, so that their keys can be made before anything else is there. Throws ConfigError. */
export async function loadBrokers(options: Omit<LoadOptions, 'createSecrets'>): Promise<BrokerSettings> {
  const faults: Fault[] = [];
  const { source, file, shownAs, production, move } = await openSource(options, faults);
  const settings = readSettings(source, dirname(file), move, faults);
  const brokers = await readBrokers(source, { production, configDir: dirname(file), shownAs, move, faults });
  if (faults.length > 0 || !settings) throw new ConfigError(faults);
  const { profile, issuer, dataDir, operator } = settings;
  const keysFiles = Object.keys(brokers).map((id) => [id, brokerKeysFile(settings, id)]);
  const organizationName = operator.name;
  return { profile, issuer, dataDir, organizationName, brokers, keysFiles: Object.fromEntries(keysFiles) };
}

async function openSource({ env, root, configFile }: LoadOptions, faults: Fault[]) {
  const file = resolve(root, configFile ?? variable(env, 'AVAIN_CONFIG') ?? 'config/avain.yaml');
  const shownAs = (path: string) => shown(root, path);
  const yaml = await readYaml(file, shownAs(file), faults);
  if (!yaml) throw new ConfigError(faults);
  const source = applyEnvironment(yaml, env, root);
  const profile = profileOf(source);
  const move: MovePort = profile === 'development' ? movePortBy(env, faults) : (port) => port;
  return { source, file, shownAs, production: profile === 'production', move };
}

/** Asked before anything is checked; what is none is refused by the schema, and treated as the strictest one. */
function profileOf({ value }: Source): Settings['profile'] {
  const profile: unknown = Reflect.get(Object(value), 'profile');
  return profile === 'development' || profile === 'conformance' ? profile : 'production';
}

function readSettings(source: Overridden, configDir: string, move: MovePort, faults: Fault[]): FinishedSettings | null {
  const settings = accepted(settingsSchema.safeParse(source.value), source, [], faults);
  if (!settings) return null;
  const located = locatedSettings(settings, configDir);
  return withProfileDefaults(moveSettings(located, move, source.variableOf));
}

type Folders = Places &
  Readonly<{
    configDir: string;
    shownAs: (path: string) => string;
    move: MovePort;
    faults: Fault[];
  }>;

/** The folders beside avain.yaml: read even when avain.yaml has faults, so that all are told at once. */
async function readRest(source: Source, { env, root, configDir, shownAs, move, faults }: Folders) {
  const listed =
    settingsSchema.shape.clientsDirs.safeParse(Reflect.get(Object(source.value), 'clientsDirs')).data ?? [];
  const { conformance } = settingsSchema.shape;
  const { clientsFile = null } = conformance.safeParse(Reflect.get(Object(source.value), 'conformance')).data ?? {};
  const metadataFile = clientsFile === null ? null : resolve(configDir, clientsFile);
  const clientFolders = { dirs: clientDirs(listed, configDir, { env, root }), metadataFile, shownAs, move };
  const at = (name: string) => [join(configDir, name), shownAs(join(configDir, name)), faults] as const;
  const rosters = await readRosterFiles(...at('rosters'));
  const [rosterDir, rosterShownAs] = at('rosters');
  const [terms, rosterRows, clients] = await Promise.all([
    readTerms(...at('terms')),
    readRosterRows(rosterDir, rosterShownAs, { rosters, faults }),
    readClients(clientFolders, faults),
  ]);
  const [statementDir, statementsShownAs] = at('statements');
  const clientIds = clients.map(({ id }) => id);
  const statements = await readStatements(statementDir, statementsShownAs, { clientIds, faults });
  return { terms, rosters, statements, rosterRows, clients, clientFolders };
}

function accepted<T>(
  result: z.ZodSafeParseResult<T>,
  source: Source,
  at: readonly string[],
  faults: Fault[],
): T | null {
  if (result.success) return result.data;
  faults.push(...faultsOf(source, result.error.issues, at));
  return null;
}
