/** What main.ts builds once and passes down; a function states what it needs with `Pick<Deps, …>`. */
import type { Logger } from 'pino';
import type { Blocklist } from './accounts/blocklist.ts';
import type { BreachedPasswords } from './accounts/breached-passwords.ts';
import type { PasswordHasher } from './accounts/password.ts';
import type { Client, Config } from './config/schema.ts';
import type { Renderer } from './http/render.ts';
import type { Texts } from './http/texts.ts';
import type { LazyMigration } from './migration/lazy/lazy-migration.ts';
import type { Health } from './observing/health.ts';
import type { Observer } from './observing/observer.ts';
import type { CookieSigning } from './provider/cookie-signing.ts';
import type { Keyring } from './secrets/sealing.ts';
import type { KeySource } from './signing-keys/signer.ts';
import type { Tally } from './statistics/tally.ts';
import type { Storage } from './storage/ports.ts';
import type { Broker } from './upstream/broker.ts';

/** Epoch milliseconds. */
export type Clock = { now(): number };

/** Cryptographically secure. */
export type Random = { bytes(length: number): Buffer; int(maxExclusive: number): number };

export type Deps = {
  readonly config: Config;
  /** Those of this moment: they are read again while Avain runs (clients/registry.ts), so nobody keeps a copy. */
  readonly clients: ReadonlyMap<string, Client>;
  readonly storage: Storage;
  /** What is counted for years, by day and client. */
  readonly tally: Tally;
  /** What works and what does not, as this node has seen it. */
  readonly health: Health;
  /** Is told what is asked of store, brokers and mail server, and how requests were answered. */
  readonly observer: Observer;
  readonly keyring: Keyring;
  /** Where the private parts of the keys are that sign tokens. */
  readonly keySource: KeySource;
  /** Of the provider's cookies. */
  readonly cookieSigning: CookieSigning;
  readonly passwords: PasswordHasher;
  readonly blocklist: Blocklist;
  /** null = the installation has no directory of them. */
  readonly breachedPasswords: BreachedPasswords | null;
  /** null = no earlier system is asked at sign-in. */
  readonly lazyMigration: LazyMigration | null;
  readonly brokers: ReadonlyMap<string, Broker>;
  readonly texts: Texts;
  readonly renderer: Renderer;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
};
