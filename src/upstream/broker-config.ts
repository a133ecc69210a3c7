/**
 * Every difference between brokers, as configuration (docs of the keys: one comment each). Defaults are those of a
 * Telia-like broker of the Finnish Trust Network; unknown keys are refused. Changing a default changes what is believed
 * about a person: see security R21–R26.
 */
import { z } from 'zod';
import { isLoopbackHost, localizedSchema, webUrl } from '../config/values.ts';

export type BrokerProfile = 'development' | 'production';

const text = z.string().trim().min(1);
const seconds = (least: number, most: number, absent: number) => z.int().min(least).max(most).default(absent);
const list = <T extends z.ZodType>(of: T) => z.array(of).min(1).readonly();

const ftn = 'http://ftn.ficora.fi/2017';

const assertionSchema = z.strictObject({
  /** `aud` of our client assertion: Telia, OP and DVV want the token endpoint, Idura the issuer. */
  audience: z.union([z.enum(['token_endpoint', 'issuer']), webUrl]).default('token_endpoint'),
  ttlSeconds: seconds(30, 300, 120),
});

const requestSchema = z.strictObject({
  /** `aud` of the signed request object; OP's own samples have the authorization endpoint. */
  audience: z.union([z.enum(['issuer', 'authorization_endpoint']), webUrl]).default('issuer'),
  /** Header `typ`; RFC 9101 says `oauth-authz-req+jwt`, Telia's samples `JWT`. */
  typ: z.enum(['JWT', 'oauth-authz-req+jwt']).default('JWT'),
  ttlSeconds: seconds(60, 600, 600),
});

const acrSchema = z.strictObject({
  request: list(text).default([`${ftn}/loa2`]),
  /** Asked for when a client demands level high. */
  requestHigh: list(text).default([`${ftn}/loa3`]),
  /** What is believed: the token's `acr` → level. Nothing else is accepted. */
  accept: z
    .record(text, z.enum(['substantial', 'high']))
    .default({ [`${ftn}/loa2`]: 'substantial', [`${ftn}/loa3`]: 'high' }),
});

const methodSchema = z.strictObject({
  /** Where the chosen method is written, if the broker lets us choose. */
  parameter: z.enum(['acr_values', 'ftn_idp_id', 'none']).default('none'),
  bank: text.optional(),
  mobile: text.optional(),
  /** Which methods are offered to the person. */
  offered: list(z.enum(['bank', 'mobile'])).default(['bank', 'mobile']),
  /** A regular expression: the token's method claim matching it means mobile certificate, else bank. */
  mobilePattern: z.string().refine(isRegExp, { error: 'a regular expression' }).default('mpki|mobiili|mobile'),
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
  keyEncryption: list(z.enum(['RSA-OAEP', 'RSA-OAEP-256'])).default(['RSA-OAEP', 'RSA-OAEP-256']),
  contentEncryption: list(z.enum(['A128CBC-HS256', 'A128GCM', 'A256CBC-HS512', 'A256GCM'])).default([
    'A128CBC-HS256',
    'A128GCM',
    'A256CBC-HS512',
    'A256GCM',
  ]),
  maxAgeSeconds: seconds(30, 600, 600),
});

const baseSchema = z.strictObject({
  issuer: webUrl,
  /** False: not offered, and refused on callback too. */
  enabled: z.boolean().default(true),
  clientId: text,
  /** Instead of discovery, for brokers that have none. */
  endpoints: z.strictObject({ authorization: webUrl, token: webUrl, jwks: webUrl }).optional(),
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
  idToken: idTokenSchema.prefault({}),
  dialect: z.enum(['oid', 'plain']).default('oid'),
  /** Single claim names that differ from the dialect's; null = not sent. */
  claims: claimsSchema.prefault({}),
  /** Accept individual numbers 900–999, which are never given to real people: test environments only. */
  allowArtificialCodes: z.boolean().default(false),
  /** `error` values that mean "the person backed out". */
  cancelErrors: list(text).default(['access_denied', 'cancel']),
  /** How long one call to the broker may take. */
  timeoutSeconds: seconds(1, 10, 5),
});

/** One broker's configuration, checked and with defaults. */
export type BrokerConfig = z.output<typeof baseSchema>;

/** The schema of one broker. Production refuses http, loopback, test levels and artificial identity codes. */
export function brokerConfigSchema(profile: BrokerProfile) {
  return baseSchema.superRefine((config, context) => {
    const fault = (path: PropertyKey[], message: string) => context.addIssue({ code: 'custom', path, message });
    if (config.method.parameter !== 'none') {
      for (const id of config.method.offered)
        if (!config.method[id]) fault(['method', id], 'what this method is called');
    }
    if (profile === 'development') return;
    for (const [path, url] of addressesOf(config)) {
      if (!isPublicHttps(url))
        fault(path, 'an https URL that is not on this machine (the demo broker is for development)');
    }
    for (const [path, acr] of levelsOf(config)) {
      // A test level is anybody's claim to be anybody.
      if (acr.includes('loatest')) fault(path, 'a real level of assurance: test levels (loatest…) are for development');
    }
    // A level is believed as the broker states it and never raised on the way (security R25).
    for (const [acr, level] of Object.entries(config.acr.accept))
      if (acr.endsWith('/loa2') && level !== 'substantial') fault(['acr', 'accept', acr], 'substantial');
    if (config.allowArtificialCodes) fault(['allowArtificialCodes'], 'false: real people never have such codes');
  });
}

function addressesOf(config: BrokerConfig): [PropertyKey[], string][] {
  const endpoints = Object.entries(config.endpoints ?? {});
  return [[['issuer'], config.issuer], ...endpoints.map(([key, url]): [string[], string] => [['endpoints', key], url])];
}

function levelsOf({ acr }: BrokerConfig): [PropertyKey[], string][] {
  return [
    ...acr.request.map((value): [string[], string] => [['acr', 'request'], value]),
    ...acr.requestHigh.map((value): [string[], string] => [['acr', 'requestHigh'], value]),
    ...Object.keys(acr.accept).map((value): [string[], string] => [['acr', 'accept'], value]),
  ];
}

function isPublicHttps(value: string): boolean {
  const url = new URL(value);
  return url.protocol === 'https:' && !isLoopbackHost(url.hostname);
}

function isRegExp(value: string): boolean {
  try {
    return new RegExp(value).source !== '';
  } catch {
    return false;
  }
}
