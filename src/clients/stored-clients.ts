/** Clients that are kept in the store: the same schema, rules and secrets as those of files, checked one by one. */
import { type ClientFolders, type ClientSet, clientSetFaults, clientSetOf } from '../config/client-set.ts';
import { clientIdExpected, type ReadClient, readClient } from '../config/clients.ts';
import type { Fault } from '../config/faults.ts';
import { metadataSource } from '../config/metadata-source.ts';
import { readRegisteredClient } from '../config/registered-client.ts';
import type { Config } from '../config/schema.ts';
import type { SecretContext } from '../config/secrets.ts';
import { clientSecrets } from '../config/wanted-secrets.ts';
import { parseYaml } from '../config/yaml-file.ts';
import type { Keyring } from '../secrets/sealing.ts';
import type { StoredClient } from '../storage/client-port.ts';
import { registeredSecret } from './registered-secret.ts';

export type StoredClientDeps = {
  readonly config: Config;
  readonly clientFolders: Pick<ClientFolders, 'move'>;
  readonly keyring: Pick<Keyring, 'mac'>;
};

/** `set` holds the one client; null where anything is wrong with it. */
export type CheckedClient = { readonly set: ClientSet | null; readonly faults: readonly Fault[] };

/** What the schema says of it alone; one that registered itself has its metadata there instead. Relative paths (a logo) begin at the folder of `avain.yaml`. */
export function parseStoredClient(
  { config, clientFolders, keyring }: StoredClientDeps,
  { id, text }: Pick<StoredClient, 'id' | 'text'>,
  faults: Fault[],
): ReadClient | null {
  const source = parseYaml(text, `${id} (in the storage)`, faults);
  if (!source) return null;
  const dir = config.configDir;
  const metadata: unknown = Reflect.get(Object(source.value), 'registered');
  if (metadata !== undefined) {
    const own = metadataSource(source, ['registered'], metadata);
    return readRegisteredClient(own, config, { id, dir, secret: registeredSecret(keyring, id) }, faults);
  }
  return readClient(source, { id, keptIn: 'storage', dir }, clientFolders.move, faults);
}

/** `missing`: as at a start, development may make the secret. */
export async function checkStoredClient(
  deps: StoredClientDeps,
  stored: Pick<StoredClient, 'id' | 'text'>,
  missing: SecretContext['missing'],
): Promise<CheckedClient> {
  const { config } = deps;
  const { id } = stored;
  // Looked at wherever one is taken, since Avain's own pages are clients too: one of the store that bore such a name would
  // take its place, and lower what is demanded of those who may run Avain.
  const expected = clientIdExpected(id);
  if (expected !== null)
    return { set: null, faults: [{ file: id, line: null, key: '', found: `client_id ${id}`, expected }] };
  const faults: Fault[] = [];
  const read = parseStoredClient(deps, stored, faults);
  if (!read) return { set: null, faults };
  faults.push(...(await clientSetFaults([read], config)));
  if (faults.length > 0) return { set: null, faults };
  const secretOf = await clientSecrets([read], config.dataDir, { profile: config.profile, missing, faults });
  return { set: faults.length > 0 ? null : clientSetOf([read], config, secretOf), faults };
}

/** What becomes of a secret that is not there yet: only production makes none. */
export function missingSecrets({ profile }: Pick<Config, 'profile'>): 'create' | 'report' {
  return profile === 'production' ? 'report' : 'create';
}
