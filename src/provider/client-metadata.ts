import type { ClientMetadata } from 'oidc-provider';
import type { Client } from '../config/schema.ts';

function tokenMetadata({ tokens, userinfo }: Client): Partial<ClientMetadata> {
  const { binding, idTokenAlg, idTokenEncryption } = tokens;
  return {
    id_token_signed_response_alg: idTokenAlg,
    ...(idTokenEncryption && {
      id_token_encrypted_response_alg: idTokenEncryption.alg,
      id_token_encrypted_response_enc: idTokenEncryption.enc,
    }),
    // What is encrypted is signed first: without it anybody could have made it.
    ...((userinfo.signedAlg ?? userinfo.encryption) && { userinfo_signed_response_alg: userinfo.signedAlg ?? 'ES256' }),
    ...(userinfo.encryption && {
      userinfo_encrypted_response_alg: userinfo.encryption.alg,
      userinfo_encrypted_response_enc: userinfo.encryption.enc,
    }),
    ...(binding === 'dpop' && { dpop_bound_access_tokens: true }),
    ...(binding === 'mtls' && { tls_client_certificate_bound_access_tokens: true }),
  };
}

function requestMetadata({ requests }: Client): Partial<ClientMetadata> {
  return {
    response_modes: [...requests.responseModes],
    authorization_signed_response_alg: 'ES256',
    require_pushed_authorization_requests: requests.pushed,
    require_signed_request_object: requests.signed,
  };
}

/** What our client files have no word for, as a client that described itself by metadata said it. */
const onlyItsOwn = [
  'client_name',
  'application_type',
  'client_uri',
  'initiate_login_uri',
  'logo_uri',
  'policy_uri',
  'tos_uri',
  'contacts',
  'default_max_age',
  'require_auth_time',
  'default_acr_values',
  'sector_identifier_uri',
  'request_object_signing_alg',
  'token_endpoint_auth_signing_alg',
  'client_id_issued_at',
  'client_secret_expires_at',
  'software_id',
  'software_version',
] as const;

function ownMetadata({ registered }: Client): Partial<ClientMetadata> {
  const said = Object.entries(registered?.metadata ?? {}).filter(([name]) => onlyItsOwn.some((own) => own === name));
  // A cast: the library judged these members when they were said.
  return structuredClone(Object.fromEntries(said)) as Partial<ClientMetadata>;
}

/** A checked client of ours in the words of OpenID Connect Dynamic Client Registration 2. */
export function clientMetadata(client: Client): ClientMetadata {
  const interactive = client.grantTypes.includes('authorization_code');
  return {
    client_id: client.id,
    client_name: client.name[client.defaultLocale],
    application_type: client.application,
    grant_types: [...client.grantTypes],
    response_types: interactive ? ['code'] : [],
    redirect_uris: [...client.redirectUris],
    post_logout_redirect_uris: [...client.postLogoutRedirectUris],
    token_endpoint_auth_method: client.authMethod,
    ...tokenMetadata(client),
    ...requestMetadata(client),
    // Absent, not empty, where a client has no people: the library refuses an empty one.
    ...(client.scopes.length > 0 && { scope: client.scopes.join(' ') }),
    subject_type: client.party === 'first' ? 'public' : 'pairwise',
    ...(client.secret && { client_secret: client.secret.reveal() }),
    // A cast away from readonly: the library copies what it is given.
    ...(client.jwks && { jwks: structuredClone(client.jwks) as NonNullable<ClientMetadata['jwks']> }),
    ...(client.jwksUri && { jwks_uri: client.jwksUri }),
    ...(client.initiateLoginUri && { initiate_login_uri: client.initiateLoginUri }),
    ...(client.backchannelLogoutUri && {
      backchannel_logout_uri: client.backchannelLogoutUri,
      backchannel_logout_session_required: true,
    }),
    ...ownMetadata(client),
  };
}
