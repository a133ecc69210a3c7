/** One file per client, `clients/<client_id>.yaml`: what a client is, where it may send people, what it demands. */
import { z } from 'zod';
import { brandKeys, nameSchema } from './brand-schema.ts';
import { clientAdminKey } from './client-admin-schema.ts';
import { claimPermissions } from './client-claims-schema.ts';
import { clientProtocolKeys } from './client-protocol-schema.ts';
import { passwordLength } from './password-schema.ts';
import { emailedCodeOverridesSchema, secondFactorSchema, stepUpOverridesSchema } from './policy-schema.ts';
import { redirectUri } from './redirect-uri.ts';
import { emailAddress, httpsUrl, localeSchema, localizedSchema, slug, text, webUrl } from './values.ts';

/** Scopes a client can be allowed, in the order in which people are told of them (http/views.ts); `openid` is always there, `offline_access` comes from `offlineAccess`. */
export const scopes = [
  'openid',
  'email',
  'profile',
  'birthdate',
  'age_over_18',
  'national_id',
  'roles',
  'groups',
  'county',
] as const;

const links = z.strictObject({
  home: httpsUrl.nullable().default(null),
  privacy: httpsUrl.nullable().default(null),
  accessibility: httpsUrl.nullable().default(null),
});

export const publicJwks = z.strictObject({
  keys: z
    .array(z.looseObject({ kty: z.enum(['RSA', 'EC', 'OKP']), d: z.never('a public key only').optional() }))
    .min(1),
});

export const clientFileSchema = z.strictObject({
  name: nameSchema.describe("The service's name, as people know it"),
  party: z
    .enum(['first', 'third'])
    .describe('Third-party clients ask for consent and get their own subject identifiers'),
  type: z.enum(['confidential', 'public']).describe('Public clients keep no secret: PKCE only, refresh tokens rotate'),
  application: z
    .enum(['web', 'native'])
    .default('web')
    .describe('native: an app on a device, which may have a scheme of its own or listen on 127.0.0.1 at any port'),
  session: z
    .enum(['shared', 'own'])
    .default('shared')
    .describe('own: having signed in elsewhere is not enough here, every sign-in is proved anew'),
  demo: z.boolean().default(false).describe('Belongs to the demo world: the production profile refuses it'),
  authMethod: z
    .enum(['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'self_signed_tls_client_auth'])
    .nullable()
    .default(null)
    .describe('null: private_key_jwt beside jwks or jwksUri, else client_secret_basic'),
  clientSecretFile: text.nullable().default(null).describe('Relative to the data folder; default secrets/client-<id>'),
  jwks: publicJwks.nullable().default(null),
  jwksUri: webUrl.nullable().default(null),
  redirectUris: z.array(redirectUri).default([]).describe('Compared exactly'),
  postLogoutRedirectUris: z.array(redirectUri).default([]).describe('Compared exactly'),
  backchannelLogoutUri: webUrl.nullable().default(null),
  startUrl: webUrl.nullable().default(null).describe('Where a person starts again at this client'),
  initiateLoginUri: httpsUrl
    .nullable()
    .default(null)
    .describe('Where a client begins a sign-in that it is told to (OpenID Connect Core 4); wins over startUrl'),
  scopes: z.array(z.enum(scopes)).default(['openid']),
  claims: claimPermissions,
  offlineAccess: z.boolean().default(false).describe('A refresh token comes with every code'),
  clientCredentials: z.boolean().default(false).describe('May get tokens for itself (confidential clients)'),
  deviceFlow: z
    .boolean()
    .default(false)
    .describe('May sign people in on a device without a keyboard, whose code they type at /device (RFC 8628)'),
  ...clientProtocolKeys,
  admin: clientAdminKey,
  sector: slug.nullable().default(null).describe('Clients of one sector see the same `sub`'),
  assurance: z
    .strictObject({
      demand: z.enum(['substantial', 'high']).nullable().default(null),
      freshMinutes: z.int().min(1).default(30).describe('How long an identification counts in its own session'),
    })
    .prefault({}),
  stepUp: stepUpOverridesSchema.prefault({}),
  code: emailedCodeOverridesSchema.prefault({}),
  secondFactor: secondFactorSchema.nullable().default(null),
  passwords: z
    .strictObject({
      minLength: passwordLength.nullable().default(null).describe("More than the installation's own minimum"),
    })
    .prefault({}),
  roster: z.strictObject({ id: slug, contact: localizedSchema }).nullable().default(null),
  terms: slug.nullable().default(null).describe('Folder below terms/'),
  notice: localizedSchema.nullable().default(null).describe('Shown on sign-in and sign-up'),
  ...brandKeys,
  links: z.strictObject({ fi: links, sv: links, en: links }).nullable().default(null),
  support: z
    .strictObject({ email: emailAddress, phone: text, hours: localizedSchema })
    .partial()
    .nullable()
    .default(null)
    .describe("What differs from the operator's own support"),
  languages: z.array(localeSchema).min(1).default(['fi', 'sv', 'en']),
  defaultLocale: localeSchema.default('fi'),
  listed: z.boolean().default(false).describe('Named on the front page and on unknown pages'),
  nationalId: z
    .strictObject({
      release: z.boolean().default(false),
      legalBasis: text.nullable().default(null).describe('Recorded reason in law; no release without it'),
    })
    .prefault({}),
});

export type ClientFile = z.output<typeof clientFileSchema>;
