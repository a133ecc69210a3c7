/**
 * What a client says of itself in words of registration (OpenID Connect Registration 2, RFC 7591 2), as far as Avain must
 * understand it; the provider library knows the rest and judges it.
 */
import { z } from 'zod';
import { encryptionAlgs, encryptionEncs, responseModes } from './client-protocol-schema.ts';
import { publicJwks } from './client-schema.ts';
import { httpsUrl, text, webUrl } from './values.ts';

/** People read it on the consent page, where nothing may look like what it is not (R08). */
const shownName = z
  .string()
  .trim()
  .min(1)
  .max(60)
  // No control characters, none of those that turn the direction of writing around, nothing that makes an address of it
  // or a host in brackets like the one that is shown beside it.
  .regex(/^[^\p{C}\p{Zl}\p{Zp}()/:@]+$/u, 'text of at most 60 visible characters without ( ) / : @');

/** Those that both of our keys can make; OpenID Connect demands the second where nothing is said. */
const signingAlg = z.enum(['ES256', 'RS256', 'PS256']);

const shape = {
  client_name: shownName.optional(),
  application_type: z.enum(['web', 'native']).default('web'),
  redirect_uris: z.array(webUrl).min(1).max(20),
  post_logout_redirect_uris: z.array(webUrl).max(20).default([]),
  response_types: z.array(z.literal('code')).min(1).default(['code']),
  grant_types: z.array(z.enum(['authorization_code', 'refresh_token'])).default(['authorization_code']),
  token_endpoint_auth_method: z
    .enum(['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'self_signed_tls_client_auth', 'none'])
    .default('client_secret_basic'),
  scope: text.optional(),
  jwks: publicJwks.optional(),
  jwks_uri: webUrl.optional(),
  sector_identifier_uri: httpsUrl.optional(),
  subject_type: z.enum(['public', 'pairwise']).default('public'),
  initiate_login_uri: httpsUrl.optional(),
  backchannel_logout_uri: webUrl.optional(),
  client_uri: webUrl.optional(),
  id_token_signed_response_alg: signingAlg.default('RS256'),
  id_token_encrypted_response_alg: z.enum(encryptionAlgs).optional(),
  id_token_encrypted_response_enc: z.enum(encryptionEncs).default('A128CBC-HS256'),
  userinfo_signed_response_alg: signingAlg.optional(),
  userinfo_encrypted_response_alg: z.enum(encryptionAlgs).optional(),
  userinfo_encrypted_response_enc: z.enum(encryptionEncs).default('A128CBC-HS256'),
  response_modes: z
    .array(z.enum(responseModes))
    .min(1)
    .default([...responseModes]),
  require_pushed_authorization_requests: z.boolean().default(false),
  require_signed_request_object: z.boolean().default(false),
  dpop_bound_access_tokens: z.boolean().default(false),
  tls_client_certificate_bound_access_tokens: z.boolean().default(false),
};

/** Of a client that registered itself: what is not understood is left to the library, which drops it (RFC 7591 2). */
export const registeredMetadataSchema = z.looseObject(shape);

/** Of a client in the file of the conformance profile, with what only this profile lets a client say of itself. */
export const fileMetadataSchema = z.looseObject({
  ...shape,
  client_id: z
    .string()
    .regex(/^(?!avain-)[a-z0-9][a-z0-9._-]{0,63}$/, 'a name of a–z, 0–9, "-", "_" and ".", at most 64, not "avain-…"'),
  client_secret: z
    .string()
    .regex(/^[\x21-\x7e]{32,}$/, 'a secret of 32 or more characters')
    .optional(),
  avain_profile: z.literal('fapi2').optional(),
  avain_require_pkce: z.boolean().default(false),
});

export type ClientMetadata = z.output<typeof registeredMetadataSchema>;
export type FileMetadata = z.output<typeof fileMetadataSchema>;
