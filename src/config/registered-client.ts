/** A client that registered itself: what its metadata make of it, within what the configuration lets such clients be. */
import { clientFromMetadata, sectorOf } from './client-from-metadata.ts';
import type { ClientMetadata } from './client-metadata-schema.ts';
import { registeredMetadataSchema } from './client-metadata-schema.ts';
import type { ReadClient } from './clients.ts';
import type { Fault } from './faults.ts';
import type { Config } from './schema.ts';
import type { Secret } from './secret.ts';
import { faultAt, faultsOf, type Source } from './yaml-file.ts';

export type RegisteredAt = Pick<ReadClient, 'id' | 'dir'> & Readonly<{ secret: Secret }>;

/** null where it cannot be one, with what is wrong in `faults`. The keys that they name are those of the metadata. */
export function readRegisteredClient(
  source: Source,
  { registration, profile, outgoing }: Pick<Config, 'registration' | 'profile' | 'outgoing'>,
  { id, dir, secret }: RegisteredAt,
  faults: Fault[],
): ReadClient | null {
  const parsed = registeredMetadataSchema.safeParse(source.value);
  if (!parsed.success) {
    faults.push(...faultsOf(source, parsed.error.issues));
    return null;
  }
  const metadata = parsed.data;
  const broken = profile === 'conformance' ? [] : strangersFaults(metadata, outgoing.allow);
  if (broken.length > 0) {
    faults.push(...broken.map(([key, expected]) => faultAt(source, [key], expected)));
    return null;
  }
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

/** What nobody vouches for; the OpenID Foundation's suite does all of it, to people who are none. */
function strangersFaults(
  metadata: ClientMetadata,
  allowed: readonly string[],
): readonly (readonly [key: string, expected: string])[] {
  const called = ['jwks_uri', 'sector_identifier_uri', 'backchannel_logout_uri'] as const;
  // What an operator lets their own clients' programs be called at inside is not for strangers to have called (SSRF).
  const inside = called.filter((key) => {
    const address = metadata[key];
    return address !== undefined && allowed.includes(new URL(address).origin);
  });
  const hosts = hostsOf(metadata.redirect_uris);
  return [
    // People are shown one host, and must not be sent to another with their answer.
    ...(hosts.length > 1 ? [['redirect_uris', 'addresses of one host, which people are shown'] as const] : []),
    ...inside.map((key) => [key, 'an address outside outgoing.allow'] as const),
  ];
}

/** In order, each once. */
export function hostsOf(addresses: readonly string[]): readonly string[] {
  return [...new Set(addresses.map((address) => new URL(address).host))].sort();
}
