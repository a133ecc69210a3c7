/** The clients of the conformance profile: one JSON file with the metadata of each, as the OpenID Foundation's suite has them. */
import { dirname } from 'node:path';
import { ZodError } from 'zod';
import { clientFromMetadata, sectorOf } from './client-from-metadata.ts';
import { type FileMetadata, fileMetadataSchema } from './client-metadata-schema.ts';
import type { ReadClient } from './clients.ts';
import type { Fault } from './faults.ts';
import { metadataSource } from './metadata-source.ts';
import { plainScopes } from './registration-schema.ts';
import { Secret } from './secret.ts';
import { faultAt, faultsOf, readYaml, type Source } from './yaml-file.ts';

/** Every client of the file; what is wrong goes to `faults`, with the line (JSON is YAML), the rest is returned. */
export async function readMetadataClients(
  path: string,
  shownAs: string,
  faults: Fault[],
): Promise<readonly ReadClient[]> {
  const source = await readYaml(path, shownAs, faults);
  if (!source) return [];
  if (!Array.isArray(source.value)) {
    faults.push(faultAt(source, [], 'a list of clients'));
    return [];
  }
  const clients = source.value.flatMap((_, index) => readOne(source, index, dirname(path), faults) ?? []);
  clients.forEach(({ id }, index) => {
    if (clients.findIndex((client) => client.id === id) < index)
      faults.push(faultAt(source, [index, 'client_id'], 'each client once'));
  });
  return clients;
}

function readOne(source: Source, index: number, dir: string, faults: Fault[]): ReadClient | null {
  // A cast: the caller saw that it is a list.
  const own = metadataSource(source, [index], (source.value as readonly unknown[])[index]);
  const parsed = fileMetadataSchema.safeParse(own.value);
  if (!parsed.success) {
    faults.push(...faultsOf(own, parsed.error.issues));
    return null;
  }
  const metadata = parsed.data;
  const needsSecret = metadata.token_endpoint_auth_method.startsWith('client_secret');
  if (needsSecret !== (metadata.client_secret !== undefined)) {
    const expected = needsSecret
      ? 'a secret of 32 or more characters'
      : 'nothing beside this token_endpoint_auth_method';
    faults.push(faultAt(own, ['client_secret'], expected));
    return null;
  }
  try {
    return readClient(own, dir, metadata);
  } catch (error) {
    if (!(error instanceof ZodError)) throw error;
    faults.push(...faultsOf(own, error.issues));
    return null;
  }
}

function readClient(source: Source, dir: string, metadata: FileMetadata): ReadClient {
  const { client_id: id, client_secret, avain_profile: profile = null, avain_require_pkce, ...said } = metadata;
  const party = said.subject_type === 'pairwise' ? 'third' : 'first';
  const file = clientFromMetadata(said, { party, profile, scopes: plainScopes });
  const secret = client_secret === undefined ? null : new Secret(client_secret);
  const pkceDemanded = avain_require_pkce || file.type === 'public' || profile !== null;
  const inBothWords = { ...source, value: { ...Object(source.value), ...file } };
  return {
    id,
    keptIn: 'file',
    dir,
    source: inBothWords,
    file,
    registered: { metadata: said, secret, pkceDemanded, sector: sectorOf(said) },
  };
}
