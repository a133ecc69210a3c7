/** A client that registered itself: what its metadata make of it, within what the configuration lets such clients be. */
import { clientFromMetadata, sectorOf } from './client-from-metadata.ts';
import { registeredMetadataSchema } from './client-metadata-schema.ts';
import type { ReadClient } from './clients.ts';
import type { Fault } from './faults.ts';
import type { Config } from './schema.ts';
import type { Secret } from './secret.ts';
import { faultsOf, type Source } from './yaml-file.ts';

export type RegisteredAt = Pick<ReadClient, 'id' | 'dir'> & Readonly<{ secret: Secret }>;

/** null where it cannot be one, with what is wrong in `faults`. The keys that they name are those of the metadata. */
export function readRegisteredClient(
  source: Source,
  { registration, profile }: Pick<Config, 'registration' | 'profile'>,
  { id, dir, secret }: RegisteredAt,
  faults: Fault[],
): ReadClient | null {
  const parsed = registeredMetadataSchema.safeParse(source.value);
  if (!parsed.success) {
    faults.push(...faultsOf(source, parsed.error.issues));
    return null;
  }
  const metadata = parsed.data;
  // Nobody vouches for it: a third party, whose `sub` is nobody else's, and which asks the person (security R08).
  const file = clientFromMetadata(metadata, { party: 'third', profile: null, scopes: registration.scopes });
  const withSecret = metadata.token_endpoint_auth_method.startsWith('client_secret');
  return {
    id,
    keptIn: 'storage',
    dir,
    source: { ...source, value: { ...metadata, ...file } },
    file,
    registered: {
      metadata,
      secret: withSecret ? secret : null,
      // The suite registers clients that know nothing of PKCE (docs/conformance.md).
      sector: sectorOf(metadata),
      pkceDemanded: profile !== 'conformance' || file.type === 'public',
    },
  };
}
