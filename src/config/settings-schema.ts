/** The schema of `avain.yaml`: how this installation runs. Descriptions become the editor's hints. */
import { z } from 'zod';
import { auditSchema } from './audit-schema.ts';
import { backupSchema } from './backup-schema.ts';
import { conformanceSchema } from './conformance-schema.ts';
import { lazyMigrationSchema } from './lazy-migration-schema.ts';
import { listenSchema } from './listen-schema.ts';
import { passwordPolicySchema } from './password-schema.ts';
import { emailedCodeSchema, limitsSchema, livesSchema, secondFactorSchema, stepUpSchema } from './policy-schema.ts';
import { registrationSchema } from './registration-schema.ts';
import { resourceServersSchema } from './resource-servers.ts';
import { retentionSchema } from './retention-schema.ts';
import { signingKeysSchema } from './signing-keys-schema.ts';
import { statisticsSchema } from './statistics-schema.ts';
import { storageSchema } from './storage-schema.ts';
import { tracingSchema } from './tracing-schema.ts';
import { calendarDate, emailAddress, httpsUrl, localizedSchema, port, slug, text, webOrigin } from './values.ts';
import { webhooksSchema } from './webhooks-schema.ts';

const mail = z.strictObject({
  smtp: z
    .strictObject({
      host: text,
      port: port.default(587),
      secure: z
        .boolean()
        .default(false)
        .describe('TLS from the first byte; otherwise STARTTLS where the server offers it'),
      user: text.nullable().default(null),
      passwordFile: text.nullable().default(null).describe('Relative to this file'),
    })
    .refine(({ user, passwordFile }) => (user === null) === (passwordFile === null), {
      path: ['user'],
      error: 'both user and passwordFile, or neither',
    }),
  from: z.strictObject({ name: text, address: emailAddress }),
  replyTo: emailAddress.nullable().default(null),
});

const argon2 = z.strictObject({
  memoryKib: z.int().min(7168).max(1_048_576).default(19_456),
  passes: z.int().min(1).max(20).default(2),
  parallelism: z.int().min(1).max(8).default(1),
});

const passwords = passwordPolicySchema.safeExtend({
  breachedDirectory: text
    .nullable()
    .default(null)
    .describe('Files of breached passwords, each named by five hex digits; relative to this file'),
  breachedMinCount: z.int().min(1).default(1).describe('Refused when seen in leaks so many times'),
  argon2: argon2.prefault({}),
  concurrency: z.int().min(1).max(256).nullable().default(null).describe('Hashes at once; null: as many as cores'),
});

const acr = z.strictObject({
  email: text.default('urn:avain:acr:email'),
  substantial: text
    .nullable()
    .default(null)
    .describe('null: loa2 of the Finnish Trust Network, loatest2 in development'),
  high: text.nullable().default(null).describe('null: loa3 of the Finnish Trust Network, loatest3 in development'),
});

export const settingsSchema = z.strictObject({
  profile: z
    .enum(['development', 'production', 'conformance'])
    .default('production')
    .describe('conformance: for the suite of the OpenID Foundation, never for people'),
  issuer: webOrigin.describe('The public address; also `iss` in every token'),
  listen: listenSchema.prefault({}),
  metrics: z
    .strictObject({
      host: text.default('127.0.0.1').describe('Interface of the listener for Prometheus'),
      port: port.nullable().default(null).describe('null: no figures'),
    })
    .prefault({}),
  proxy: z
    .strictObject({
      trustedHops: z.int().min(0).max(10).default(0).describe('Proxies of ours in front of Avain'),
      clientCertificateHeader: z
        .string()
        .regex(/^[a-z0-9-]+$/i, 'the name of a header')
        .nullable()
        .default(null)
        .describe('Where the proxy puts the certificate a client proved (mutual TLS); null: none is believed'),
    })
    .refine(({ trustedHops, clientCertificateHeader }) => clientCertificateHeader === null || trustedHops > 0, {
      path: ['clientCertificateHeader'],
      error: 'nothing while trustedHops is 0: anybody could send the header',
    })
    .prefault({}),
  resources: resourceServersSchema.default({}).describe('Resource servers that clients call with tokens of ours'),
  dataDir: text.default('../data').describe('Relative to this file'),
  storage: storageSchema.prefault({}),
  secrets: z
    .strictObject({
      masterKeyFile: text
        .nullable()
        .default(null)
        .describe('Seals: 32 bytes in base64, one key a line, the first writes; default <dataDir>/secrets/master-key'),
      identityIndexKeyFile: text
        .nullable()
        .default(null)
        .describe('Finds identity codes: one key a line; default <dataDir>/secrets/identity-index-key'),
      lookupKeyFile: text
        .nullable()
        .default(null)
        .describe('Every other look-up, and `sub`: one key, for ever; default <dataDir>/secrets/lookup-key'),
      cookieKeysFile: text.nullable().default(null).describe('One key a line, newest first; default cookie-keys'),
      brokerKeysFiles: z
        .record(slug, text)
        .default({})
        .describe('Broker → file of its private keys; default <dataDir>/secrets/broker-<id>.jwks.json'),
    })
    .prefault({}),
  signingKeys: signingKeysSchema.prefault({}).describe('How the keys that sign tokens take turns'),
  mail,
  clientsDirs: z.array(text).default(['clients']).describe('Folders of client files, relative to this file'),
  registration: registrationSchema.prefault({}).describe('Clients that register themselves; off by default'),
  conformance: conformanceSchema.nullable().default(null).describe('Only and always in the conformance profile'),
  brokers: z.record(slug, z.unknown()).default({}).describe('Identity brokers by our own name'),
  stepUp: stepUpSchema.prefault({}),
  code: emailedCodeSchema.prefault({}),
  secondFactor: secondFactorSchema.default('off'),
  chance: z.enum(['policy', 'always', 'never']).default('policy').describe('Fixes the draws; development only'),
  passwords: passwords.prefault({}),
  lazyMigration: lazyMigrationSchema
    .nullable()
    .default(null)
    .describe('Asks an earlier system about passwords of people not known here'),
  lives: livesSchema.prefault({}),
  limits: limitsSchema.prefault({}),
  retention: retentionSchema.prefault({}),
  backup: backupSchema.prefault({}),
  statistics: statisticsSchema.prefault({}),
  tracing: tracingSchema.prefault({}),
  audit: auditSchema.prefault({}),
  webhooks: webhooksSchema.default([]).describe('Whom Avain tells what happens to accounts and keys'),
  acr: acr.prefault({}),
  outgoing: z
    .strictObject({ allow: z.array(webOrigin).default([]).describe('Private origins that may be called all the same') })
    .prefault({}),
  operator: z.strictObject({
    name: text,
    documentation: httpsUrl.nullable().default(null).describe('For developers of clients; told in discovery'),
    accessibilityDated: calendarDate
      .nullable()
      .default(null)
      .describe('When you last judged the pages: told at the end of the accessibility statement that Avain makes'),
  }),
  support: z.strictObject({
    email: emailAddress,
    phone: text.nullable().default(null),
    hours: localizedSchema.nullable().default(null),
  }),
  log: z.strictObject({ level: z.enum(['trace', 'debug', 'info', 'warn', 'error']).default('info') }).prefault({}),
});

export type Settings = z.output<typeof settingsSchema>;
