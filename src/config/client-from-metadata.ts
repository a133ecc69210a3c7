/**
 * A client that describes itself by metadata, in the words of our client files: so the ladder, the pages and the rules of
 * clients know one kind of client only.
 */
import type { ClientMetadata } from './client-metadata-schema.ts';
import { type ClientFile, clientFileSchema, scopes } from './client-schema.ts';

export type MetadataTerms = Readonly<{
  party: ClientFile['party'];
  /** What it may ask for at most. */
  scopes: readonly string[];
  profile: ClientFile['profile'];
}>;

/** Throws ZodError where our client files could not say it either; its paths are their keys. */
export function clientFromMetadata(metadata: ClientMetadata, terms: MetadataTerms): ClientFile {
  const method = metadata.token_endpoint_auth_method;
  return clientFileSchema.parse({
    name: nameOf(metadata, terms),
    party: terms.party,
    type: method === 'none' ? 'public' : 'confidential',
    application: metadata.application_type,
    authMethod: method === 'none' ? null : method,
    jwks: metadata.jwks ?? null,
    jwksUri: metadata.jwks_uri ?? null,
    redirectUris: metadata.redirect_uris,
    postLogoutRedirectUris: metadata.post_logout_redirect_uris,
    backchannelLogoutUri: metadata.backchannel_logout_uri ?? null,
    startUrl: startUrlOf(metadata),
    initiateLoginUri: ownAddress(metadata, metadata.initiate_login_uri),
    scopes: scopesOf(metadata, terms),
    offlineAccess: metadata.grant_types.includes('refresh_token'),
    profile: terms.profile,
    ...protocolOf(metadata),
  });
}

/** Clients of one host see the same pairwise `sub` (OpenID Connect Core 8.1). */
export function sectorOf({ sector_identifier_uri, redirect_uris }: ClientMetadata): string {
  return `host:${new URL(sector_identifier_uri ?? redirect_uris[0] ?? '').host}`;
}

/** A third party's name is its own claim: where people will be sent is what they can judge. */
function nameOf({ client_name, redirect_uris }: ClientMetadata, { party }: MetadataTerms): string {
  const { host } = new URL(redirect_uris[0] ?? '');
  if (client_name === undefined) return host;
  return party === 'third' ? `${client_name} (${host})` : client_name;
}

/** All that it may ask for, where it names none. */
function scopesOf({ scope }: ClientMetadata, { scopes: allowed }: MetadataTerms) {
  const asked = scope?.split(' ') ?? allowed;
  return scopes.filter((name) => allowed.includes(name) && asked.includes(name));
}

/** Pages of ours link to it as the way back: so it must be where its answers go, not any address that it names. */
function ownAddress({ redirect_uris }: ClientMetadata, uri: string | undefined): string | null {
  const hosts = redirect_uris.map((redirect) => new URL(redirect).host);
  return uri !== undefined && hosts.includes(new URL(uri).host) ? uri : null;
}

function startUrlOf(metadata: ClientMetadata): string {
  return ownAddress(metadata, metadata.client_uri) ?? new URL('/', metadata.redirect_uris[0]).href;
}

function protocolOf(metadata: ClientMetadata) {
  const encryption = (of: 'id_token' | 'userinfo') => {
    const alg = metadata[`${of}_encrypted_response_alg`];
    return alg === undefined ? null : { alg, enc: metadata[`${of}_encrypted_response_enc`] };
  };
  const byCertificate = metadata.tls_client_certificate_bound_access_tokens ? 'mtls' : null;
  return {
    tokens: {
      binding: metadata.dpop_bound_access_tokens ? 'dpop' : byCertificate,
      idTokenAlg: metadata.id_token_signed_response_alg,
      idTokenEncryption: encryption('id_token'),
    },
    requests: {
      pushed: metadata.require_pushed_authorization_requests,
      signed: metadata.require_signed_request_object,
      responseModes: metadata.response_modes,
    },
    userinfo: { signedAlg: metadata.userinfo_signed_response_alg ?? null, encryption: encryption('userinfo') },
  };
}
