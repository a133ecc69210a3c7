/**
 * Configuration lives here: files, environment and secrets in, one frozen and checked `Config` out, or one error that
 * lists every fault at once. This folder may import what gives a value its form (the broker's own schema and
 * keys, the identity code, zod); it knows no storage, no HTTP and no clock, and it is the only place that reads the environment.
 *
 * - schema.ts: the one checked type. settings-schema.ts, client-schema.ts, policy-schema.ts: what the files may say.
 * - load.ts: the way from files to Config. environment.ts: the variables. port-offset.ts: two worlds on one machine.
 * - profile.ts: what production refuses. secrets.ts: what is kept in files of mode 0600. brand.ts: colours one can read.
 *
 * Promises: an unknown key is a fault; no message ever holds a secret; what is absent is null, never undefined.
 */
import type { ClientId, Instant } from '../ids.ts';
import type { BrokerConfig } from '../upstream/broker-config.ts';
import type { Theme } from './brand.ts';
import type { ClientFile } from './client-schema.ts';
import type { ClientFolders } from './client-set.ts';
import type { EmailedCodePolicy, SecondFactorPolicy, StepUpPolicy } from './policy-schema.ts';
import type { Secret } from './secret.ts';
import type { Settings } from './settings-schema.ts';
import type { Statements } from './statements.ts';
import type { configLocales } from './values.ts';
import type { Source } from './yaml-file.ts';

export type ConfigLocale = (typeof configLocales)[number];

/** One text in every language. */
export type Localized = Readonly<Record<ConfigLocale, string>>;

export type DeepReadonly<T> = unknown extends T
  ? T
  : T extends Secret<infer _> | string | number | boolean | null | undefined
    ? T
    : { readonly [K in keyof T]: DeepReadonly<T[K]> };

/** A client as the rest of Avain sees it: defaults filled in, secret read, policy merged with the installation's. */
export type Client = DeepReadonly<
  Omit<
    ClientFile,
    | 'name'
    | 'mailFrom'
    | 'authMethod'
    | 'clientSecretFile'
    | 'scopes'
    | 'sector'
    | 'stepUp'
    | 'code'
    | 'secondFactor'
    | 'startUrl'
  > & {
    /** The client_id, which is the file's name. */
    id: ClientId;
    /** `avain`: it is one of Avain's own (own-clients.ts). */
    keptIn: 'file' | 'storage' | 'avain';
    /** What it said of itself, where it has no file of ours: its metadata in the words of OpenID Connect Registration 2. */
    registered: { metadata: Record<string, unknown>; sector: string; pkceDemanded: boolean } | null;
    name: Localized;
    /** From whom its mails are, where that is not its name. */
    mailFrom: { name: Localized } | null;
    authMethod:
      | 'none'
      | 'client_secret_basic'
      | 'client_secret_post'
      | 'private_key_jwt'
      | 'self_signed_tls_client_auth';
    /** null for public clients and for those that prove a key. */
    secret: Secret | null;
    /** Always with `openid` (unless it only has tokens for itself), with `offline_access` where that is allowed. */
    scopes: string[];
    grantTypes: (
      | 'authorization_code'
      | 'refresh_token'
      | 'client_credentials'
      | 'urn:ietf:params:oauth:grant-type:device_code'
    )[];
    /** Same sector, same `sub`: `first-party`, or for third parties their own. */
    sector: string;
    stepUp: StepUpPolicy;
    code: EmailedCodePolicy;
    secondFactor: SecondFactorPolicy;
    /** Where a person starts again at this client, unless it has an `initiateLoginUri`: clients/sign-in-address.ts decides. */
    startUrl: string | null;
    /** The brand's colours with all that is derived from them, checked to be readable. */
    theme: Theme;
  }
>;

/** One version of a client's terms; docs/terms.md says what the days mean. */
export type TermsVersion = DeepReadonly<{
  version: string;
  /** In force since, YYYY-MM-DD. */
  date: string;
  /** Who accepted the version before must accept a major one; a minor one is only shown. */
  change: 'major' | 'minor';
  /** The last day on which they may put it off; null = they may not. */
  graceUntil: string | null;
  /** `hash`: SHA-256 (base64url) of the text as it is shown, kept as evidence. `summary`: what changed; null = not told. */
  texts: Record<ConfigLocale, { title: string; markdown: string; summary: string | null; hash: string }>;
}>;

/** Which counties have a part in a roster, and which accounts of their staff may change it, by canonical address. */
export type Roster = DeepReadonly<{ counties: Record<string, { name: Localized; staff: string[] }> }>;

/** One line of a county's file; the value is personal data and is fingerprinted before it is stored. */
export type RosterRow = Readonly<{
  roster: string;
  county: string;
  kind: 'identity' | 'email';
  value: Secret;
  validFrom: Instant;
  /** Exclusive; null = until further notice. */
  validTo: Instant | null;
}>;

export type Secrets = Readonly<{
  /** The first seals, all open. 32 bytes each, as all of these. */
  masterKeys: Secret<readonly Buffer[]>;
  /** Every one makes fingerprints of identity codes. */
  identityIndexKeys: Secret<readonly Buffer[]>;
  /** Every other fingerprint, and the pairwise `sub`. Never another. */
  lookupKey: Secret<Buffer>;
  /** Where the keys that rotate lie: `avain keys` edits these files, and SIGHUP reads them again. */
  keyFiles: Readonly<{ master: string; index: string; cookie: string }>;
  /** Newest first: the first signs, all verify. */
  cookieKeys: readonly Secret[];
  /** Where Avain's own private keys towards each broker lie: a file, since it is read again whenever it changes. */
  brokerKeysFiles: Readonly<Record<string, string>>;
  /** Where the secrets of each of `webhooks` lie, by its name: a file, since it is read at each attempt. */
  webhookSecretFiles: Readonly<Record<string, string>>;
  /** Signs what the earlier system is asked; null where none is. */
  lazyMigration: Secret | null;
  /** What lets clients register; null where they cannot. */
  initialAccessToken: Secret | null;
  /** The password of the conformance profile's one person; null in the others. */
  testPerson: Secret | null;
  smtpPassword: Secret | null;
  mongoPassword: Secret | null;
  redisPassword: Secret | null;
}>;

/** The whole configuration: frozen in depth, every default filled in, nothing left to check. */
export type Config = DeepReadonly<
  Omit<Settings, 'brokers' | 'acr' | 'passwords' | 'secrets'> & {
    acr: { email: string; substantial: string; high: string };
    passwords: Omit<Settings['passwords'], 'concurrency'> & { concurrency: number };
  }
> &
  Readonly<{
    /** Where config/ files were read: `avain.yaml`'s folder. */
    configDir: string;
    brokers: Readonly<Record<string, BrokerConfig>>;
    secrets: Secrets;
    /** By terms id; versions oldest first, the last one is current. */
    terms: Readonly<Record<string, readonly TermsVersion[]>>;
    rosters: Readonly<Record<string, Roster>>;
    /** In the operator's own words; the others are made by Avain. */
    statements: Statements;
    /** Who is listed by file; counties list the others themselves. */
    rosterRows: readonly RosterRow[];
  }>;

/** As it was read at start, with the first set of clients: those of now are `deps.clients`. */
export type LoadedConfig = Config &
  Readonly<{
    clients: readonly Client[];
    clientSources: ReadonlyMap<string, Source>;
    clientFolders: ClientFolders;
  }>;
