/** Clients: one file each, checked by the schema and by what the keys mean together, then resolved into `Client`. */
import { readdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { ClientId } from '../ids.ts';
import { themeOf } from './brand.ts';
import { protocolOf } from './client-protocol-rules.ts';
import { codePolicyOf, firstPartySector, methodOf, policyOf } from './client-rules.ts';
import { type ClientFile, clientFileSchema } from './client-schema.ts';
import type { ClientFolders } from './client-set.ts';
import type { Fault } from './faults.ts';
import { readMetadataClients } from './metadata-clients.ts';
import { type MovePort, moveAddresses } from './port-offset.ts';
import type { Client, Localized } from './schema.ts';
import type { Secret } from './secret.ts';
import type { Settings } from './settings-schema.ts';
import { faultsOf, readYaml, type Source } from './yaml-file.ts';

/** A client file that its schema accepts. */
export type ReadClient = Readonly<{
  id: string;
  keptIn: Client['keptIn'];
  /** What relative paths in it begin at. */
  dir: string;
  source: Source;
  file: ClientFile;
  /** Of one that described itself by metadata, not by a file of ours. */
  registered?: NonNullable<Client['registered']> & Readonly<{ secret: Secret | null }>;
}>;

// Avain's own clients (own-clients.ts).
const reserved = /^avain-/;
// Also part of a secret's file name and of URLs.
const clientId = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/** null = it may be a client_id; else what is expected of one. */
export function clientIdExpected(id: string): string | null {
  if (!clientId.test(id)) return 'a file name of a–z, 0–9, "-", "_" and "."';
  return reserved.test(id) ? 'a name that does not begin with "avain-"' : null;
}

/** Every `*.yaml` of the folders; what is wrong goes to `faults`, the rest is returned. */
export async function readClients(
  { dirs, metadataFile, shownAs, move }: ClientFolders,
  faults: Fault[],
): Promise<readonly ReadClient[]> {
  const found = await Promise.all(dirs.map((dir) => clientFiles(dir, shownAs, faults)));
  const paths = found.flat();
  const ids = paths.map((path) => basename(path, '.yaml'));
  paths.forEach((path, index) => {
    const id = ids[index] ?? '';
    const fault = { file: shownAs(path), line: null, key: '', found: `client_id ${id}` };
    const expected = clientIdExpected(id);
    if (expected !== null) faults.push({ ...fault, expected });
    if (ids.indexOf(id) < index) faults.push({ ...fault, expected: 'each client once' });
  });
  const clients = await Promise.all(paths.map((path) => readClientFile(path, shownAs(path), move, faults)));
  const described = metadataFile === null ? [] : await readMetadataClients(metadataFile, shownAs(metadataFile), faults);
  return [...clients.filter((client) => client !== null), ...described].sort((a, b) => (a.id < b.id ? -1 : 1));
}

async function clientFiles(dir: string, shownAs: (path: string) => string, faults: Fault[]): Promise<string[]> {
  const names = await readdir(dir).catch((error: NodeJS.ErrnoException) => {
    faults.push({
      file: shownAs(dir),
      line: null,
      key: '',
      found: error.code === 'ENOENT' ? 'no such folder' : (error.code ?? 'an error'),
      expected: 'a folder of clients',
    });
    return [];
  });
  return names
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => join(dir, name));
}

async function readClientFile(path: string, shownAs: string, move: MovePort, faults: Fault[]) {
  const source = await readYaml(path, shownAs, faults);
  return (
    source &&
    readClient(source, { id: basename(path, '.yaml'), keptIn: 'file', dir: resolve(path, '..') }, move, faults)
  );
}

/** One client as its YAML says, wherever that is kept; null where the schema refuses it. */
export function readClient(
  source: Source,
  at: Pick<ReadClient, 'id' | 'keptIn' | 'dir'>,
  move: MovePort,
  faults: Fault[],
): ReadClient | null {
  const parsed = clientFileSchema.safeParse(source.value);
  if (!parsed.success) {
    faults.push(...faultsOf(source, parsed.error.issues));
    return null;
  }
  return { ...at, source, file: moveAddresses(parsed.data, move, new Set()) };
}

/** The client as the rest of Avain sees it; the file passed all checks. */
export function resolveClient(
  { id, keptIn, dir, file, registered }: Omit<ReadClient, 'source'>,
  defaults: Pick<Settings, 'stepUp' | 'code' | 'secondFactor'>,
  secret: Secret | null,
): Client {
  const { name, authMethod, clientSecretFile, scopes, sector, stepUp, code, brand, mailFrom, ...rest } = file;
  const hasPages = file.redirectUris.length > 0;
  const signsIn = hasPages || file.deviceFlow;
  const absolute = (path: string | null) => (path === null ? null : resolve(dir, path));
  return {
    ...rest,
    ...protocolOf(file, methodOf(file)),
    // The cast: this is where a file's name becomes a client_id.
    id: id as ClientId,
    keptIn,
    registered: registered ? withoutSecret(registered) : null,
    name: inAllLanguages(name),
    mailFrom: mailFrom && { name: inAllLanguages(mailFrom.name) },
    authMethod: methodOf(file),
    secret,
    scopes: signsIn ? [...new Set(['openid', ...scopes, ...(file.offlineAccess ? ['offline_access'] : [])])] : [],
    grantTypes: [
      ...(hasPages ? (['authorization_code'] as const) : []),
      ...(file.offlineAccess ? (['refresh_token'] as const) : []),
      ...(file.clientCredentials ? (['client_credentials'] as const) : []),
      ...(file.deviceFlow ? (['urn:ietf:params:oauth:grant-type:device_code'] as const) : []),
    ],
    sector: sector ?? (file.party === 'first' ? firstPartySector : (registered?.sector ?? `client:${id}`)),
    stepUp: policyOf(file, defaults.stepUp),
    code: codePolicyOf(file, defaults.code),
    secondFactor: file.secondFactor ?? defaults.secondFactor,
    brand: {
      ...brand,
      logo: brand.logo && {
        ...brand.logo,
        file: resolve(dir, brand.logo.file),
        darkFile: absolute(brand.logo.darkFile),
      },
    },
    theme: themeOf(brand),
  };
}

function withoutSecret({ metadata, sector, pkceDemanded }: NonNullable<ReadClient['registered']>) {
  return { metadata, sector, pkceDemanded };
}

function inAllLanguages(name: ClientFile['name']): Localized {
  return typeof name === 'string' ? { fi: name, sv: name, en: name } : name;
}
