/**
 * Every difference between brokers, as configuration (docs of the keys: one comment each). Defaults are those of a
 * Telia-like broker of the Finnish Trust Network; unknown keys are refused. Changing a default changes what is believed
 * about a person: see security R21–R26. What is refused across keys, and in production, is in broker-rules.ts.
 */
import { z } from 'zod';
import { localizedSchema, slug, webUrl } from '../config/values.ts';
import { type BrokerProfile, refuseFaults } from './broker-rules.ts';
import type { EntityStatement } from './ftn/entity-statement.ts';

const text = z.string().trim().min(1);
const seconds = (least: number, most: number, absent: number) => z.int().min(least).max(most).default(absent);
const list = <T extends z.ZodType>(of: T) => z.array(of).min(1).readonly();
const pattern = z.string().refine(isRegExp, { error: 'a regular expression' });

const ftn = 'http://ftn.ficora.fi/2017';

const endpointsSchema = z.strictObject({
  authorization: webUrl,
  token: webUrl,
  /** The broker's keys; not where an entity statement pins them. */
  jwks: webUrl.optional(),
  userInfo: webUrl.optional(),
  pushedAuthorization: webUrl.optional(),
});

const entityStatementSchema = z.strictObject({
  /** As the broker gave it to us; a relative path begins at the folder of avain.yaml. Read at start only. */
  file: text,
  /** The broker's published SHA-256 of the file, in hex: a file that was exchanged on the way is refused. */
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/i, '64 hexadecimal digits')
    .optional(),
});

const assertionSchema = z.strictObject({
  /** `aud` of our client assertion: Telia, OP and DVV want the token endpoint, Idura the issuer. */
  audience: z.union([z.enum(['token_endpoint', 'issuer']), webUrl]).default('token_endpoint'),
  ttlSeconds: seconds(30, 300, 120),
});

const requestSchema = z.strictObject({
  /** jar: signed, in the address (RFC 9101). par: pushed by our server first (RFC 9126). par-jar: signed, then pushed. */
  mode: z.enum(['jar', 'par', 'par-jar']).default('jar'),
  /** `aud` of the signed request object; OP's own samples have the authorization endpoint. */
  audience: z.union([z.enum(['issuer', 'authorization_endpoint']), webUrl]).default('issuer'),
  /** Header `typ`; RFC 9101 says `oauth-authz-req+jwt`, Telia's samples `JWT`. */
  typ: z.enum(['JWT', 'oauth-authz-req+jwt']).default('JWT'),
  ttlSeconds: seconds(60, 600, 600),
});

const levelSchema = z.enum(['substantial', 'high']);

const acrSchema = z.strictObject({
  /** Empty only where the chosen method is written as `acr_values`. */
  request: z
    .array(text)
    .readonly()
    .default([`${ftn}/loa2`]),
  /** Asked for when a client demands level high. */
  requestHigh: z
    .array(text)
    .readonly()
    .default([`${ftn}/loa3`]),
  /** What is believed: the token's `acr` → level. Nothing else is accepted. */
  accept: z.record(text, levelSchema).default({ [`${ftn}/loa2`]: 'substantial', [`${ftn}/loa3`]: 'high' }),
  /**
   * For a broker whose tokens carry no `acr` at all: the level its contract promises for these means. A security
   * decision of the operator: only where each means that such a token can name is notified at that level, so never
   * `high`, and never without a claim that names the means.
   */
  assume: z
    .strictObject({
      level: z.literal('substantial'),
      /** Claim → a regular expression for its whole value, which proves the means; all must match. */
      when: z
        .record(text, pattern)
        .refine((when) => Object.keys(when).length > 0, { error: 'a claim that names the means, and its value' }),
    })
    .optional(),
});

const methodSchema = z.strictObject({
  /** Where the chosen method is written, if the broker lets us choose. */
  parameter: z.enum(['acr_values', 'ftn_idp_id', 'none']).default('none'),
  bank: text.optional(),
  mobile: text.optional(),
  /** Which methods are offered to the person. */
  offered: list(z.enum(['bank', 'mobile'])).default(['bank', 'mobile']),
  /** A regular expression: the token's method claim matching it means mobile certificate, else bank. */
  mobilePattern: pattern.default('mpki|mobiili|mobile'),
});

const claimsSchema = z.strictObject({
  identityCode: text.optional(),
  givenName: text.nullable().optional(),
  familyName: text.nullable().optional(),
  name: text.nullable().optional(),
  birthdate: text.nullable().optional(),
  method: text.nullable().optional(),
  evidence: text.nullable().optional(),
});

const idTokenSchema = z.strictObject({
  // Allow-lists without RSA1_5, HS*, none, A*KW: refused here even where a broker's metadata offers them (security R23).
  signing: list(z.enum(['RS256', 'PS256', 'ES256'])).default(['RS256']),
  keyEncryption: list(z.enum(['RSA-OAEP', 'RSA-OAEP-256', 'ECDH-ES'])).default(['RSA-OAEP', 'RSA-OAEP-256', 'ECDH-ES']),
  contentEncryption: list(z.enum(['A128CBC-HS256', 'A128GCM', 'A256CBC-HS512', 'A256GCM'])).default([
    'A128CBC-HS256',
    'A128GCM',
    'A256CBC-HS512',
    'A256GCM',
  ]),
  maxAgeSeconds: seconds(30, 600, 600),
  /**
   * stated: `auth_time` is demanded. issued: where the broker never states it and has no single sign-on of its own, the
   * time of issue counts when it is absent.
   */
  authTime: z.enum(['stated', 'issued']).default('stated'),
});

const identitySchema = z.strictObject({
  /** Whose register the identifier belongs to: ISO 3166-1 alpha-2. */
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, 'two capital letters')
    .default('FI'),
  /** The kind of identifier: `hetu` has rules of its own, any other is checked by `pattern`. Never change it: it is part of each link. */
  type: slug.default('hetu'),
  /** A regular expression for the whole identifier, after trimming and upper-casing; required for all but `hetu`. */
  pattern: pattern.optional(),
});

export const brokerBaseSchema = z.strictObject({
  issuer: webUrl,
  /** False: not offered, and refused on callback too. */
  enabled: z.boolean().default(true),
  clientId: text,
  /** Instead of discovery, for brokers that have none; on top of what an entity statement says. */
  endpoints: endpointsSchema.optional(),
  /** Where the broker's signing keys come signed by the key in this file, which also says where it is reached. */
  entityStatement: entityStatementSchema.optional(),
  scopes: list(text).default(['openid']),
  assertion: assertionSchema.prefault({}),
  request: requestSchema.prefault({}),
  acr: acrSchema.prefault({}),
  method: methodSchema.prefault({}),
  /** The service name shown at the bank where one must be registered beforehand; absent: the client's own name. */
  spName: localizedSchema.optional(),
  prompt: z.enum(['login', 'consent']).optional(),
  /** `max_age` of the request; 0 demands a new identification each time. */
  maxAgeSeconds: seconds(0, 300, 0),
  /** Refuse an answer without `iss` (RFC 9207). Where it is sent it is checked in any case. */
  requireResponseIssuer: z.boolean().default(false),
  idToken: idTokenSchema.prefault({}),
  /** Whether claims about the person are fetched from userinfo too: never unsigned; `nested` is signed, then encrypted. */
  userInfo: z.enum(['none', 'signed', 'nested']).default('none'),
  identity: identitySchema.prefault({}),
  dialect: z.enum(['oid', 'plain']).default('oid'),
  /** Single claim names that differ from the dialect's; null = not sent. */
  claims: claimsSchema.prefault({}),
  /** Accept individual numbers 900–999, which are never given to real people: test environments only. */
  allowArtificialCodes: z.boolean().default(false),
  /** `error` values that mean "the person backed out". */
  cancelErrors: list(text).default(['access_denied', 'cancel']),
  /** How long one call to the broker may take. */
  timeoutSeconds: seconds(1, 10, 4),
  /** For `avain broker check`: the `login_hint` by which a TEST environment identifies a test person without pages. */
  check: z.strictObject({ loginHint: text.optional() }).prefault({}),
});

/** One broker's configuration, checked and with defaults; `pinned` is what its entity statement file says, verified. */
export type BrokerConfig = z.output<typeof brokerBaseSchema> & Readonly<{ pinned?: EntityStatement }>;

/** The schema of one broker. Production refuses http, loopback, test environments, test levels and artificial codes. */
export function brokerConfigSchema(profile: BrokerProfile) {
  return brokerBaseSchema.superRefine((config, context) =>
    refuseFaults(config, profile, (path, message) => context.addIssue({ code: 'custom', path, message })),
  );
}

function isRegExp(value: string): boolean {
  try {
    return new RegExp(value).source !== '';
  } catch {
    return false;
  }
}
