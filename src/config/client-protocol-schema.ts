/** What a client file says of the protocol: how its requests come, what its tokens are. Rules: client-protocol-rules.ts. */
import { z } from 'zod';
import { slug } from './values.ts';

/** Both keys of ours sign with these; ES256 unless a client can only do the other. */
const signingAlg = z.enum(['ES256', 'RS256', 'PS256']);

/** To a public key of the client's own: nothing is encrypted under a shared secret. */
export const encryptionAlgs = ['ECDH-ES', 'ECDH-ES+A256KW', 'RSA-OAEP', 'RSA-OAEP-256'] as const;
export const encryptionEncs = ['A128CBC-HS256', 'A256CBC-HS512', 'A128GCM', 'A256GCM'] as const;

const encryption = z
  .strictObject({ alg: z.enum(encryptionAlgs), enc: z.enum(encryptionEncs).default('A256GCM') })
  .nullable()
  .default(null);

export const responseModes = [
  'query',
  'fragment',
  'form_post',
  'jwt',
  'query.jwt',
  'fragment.jwt',
  'form_post.jwt',
] as const;

export const clientProtocolKeys = {
  profile: z
    .enum(['fapi2'])
    .nullable()
    .default(null)
    .describe('fapi2: FAPI 2.0 Security Profile: pushed requests, keys instead of secrets, sender-constrained tokens'),
  tokens: z
    .strictObject({
      binding: z
        .enum(['dpop', 'mtls'])
        .nullable()
        .default(null)
        .describe('dpop | mtls: tokens work only with the proof of their key (RFC 9449, RFC 8705); null: DPoP if sent'),
      accessTokenMinutes: z.int().min(1).max(60).nullable().default(null).describe("null: the installation's"),
      idTokenAlg: signingAlg.default('ES256'),
      idTokenEncryption: encryption.describe("ID tokens encrypted to a key of the client's jwks; null: not"),
    })
    .prefault({}),
  requests: z
    .strictObject({
      pushed: z.boolean().default(false).describe('true: authorization requests must be pushed first (RFC 9126)'),
      signed: z.boolean().default(false).describe('true: authorization requests must be signed (RFC 9101)'),
      responseModes: z
        .array(z.enum(responseModes))
        .min(1)
        .default(['query', 'fragment', 'form_post'])
        .describe('Ways in which the answer may be asked for; jwt: signed (JARM)'),
    })
    .prefault({}),
  userinfo: z
    .strictObject({
      signedAlg: signingAlg.nullable().default(null).describe('null: plain JSON'),
      encryption: encryption.describe("The signed answer encrypted to a key of the client's jwks; null: not"),
    })
    .prefault({}),
  resources: z
    .array(slug)
    .default([])
    .describe('Resource servers of avain.yaml that it may ask JWT access tokens for (RFC 8707, RFC 9068)'),
};
