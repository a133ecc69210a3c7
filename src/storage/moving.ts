/**
 * What moving house needs of a back end (`avain storage copy`): everything it keeps, table by table, in a form that does
 * not depend on the back end. A fence (`notBefore`) is left out, which tells of one store's own losses.
 */
import type { Account } from '../accounts/account.ts';
import type { ChainedRecord } from '../audit/chain.ts';
import type { Instant } from '../ids.ts';
import type { OutboxMail } from '../mail/outbox.ts';
import type { Checkpoint } from './audit-port.ts';
import type { StoredClient } from './client-port.ts';
import type { ArtifactIndex } from './expiring-ports.ts';
import type { Logout } from './logout-port.ts';
import type { Storage, TermsEvidence } from './ports.ts';
import type { RosterEntry } from './roster-port.ts';
import type { SigningKeySet } from './signing-key-port.ts';
import type { DayCounts } from './statistics-port.ts';

export type MovedValues = {
  readonly signingKeys: SigningKeySet;
  readonly marks: { readonly name: string; readonly value: string };
  readonly accounts: Account;
  readonly rosters: RosterEntry;
  readonly clients: StoredClient;
  readonly statistics: DayCounts;
  readonly spentTokens: { readonly hash: string; readonly spentAt: Instant };
  readonly termsEvidence: TermsEvidence;
  readonly audit: ChainedRecord;
  readonly auditCheckpoints: Checkpoint;
  readonly outbox: {
    /** `sealed` is null once the mail is settled. */
    readonly mail: Omit<OutboxMail, 'sealed'> & { readonly sealed: string | null };
    readonly attempts: number;
    readonly dueAt: Instant | null;
    readonly settledAt: Instant | null;
    readonly deadReason: string | null;
  };
  readonly logouts: { readonly logout: Logout; readonly attempts: number; readonly dueAt: Instant };
  readonly artifacts: {
    readonly model: string;
    readonly id: string;
    readonly payload: string;
    readonly index: Required<{ readonly [K in keyof ArtifactIndex]: string | null }>;
    readonly consumedAt: Instant | null;
    readonly expiresAt: Instant | null;
  };
  readonly rows: { readonly kind: string; readonly key: string; readonly body: string; readonly expiresAt: Instant };
  readonly rateLimits: { readonly key: string; readonly count: number; readonly resetsAt: Instant };
};

export type MovedTable = keyof MovedValues;

/** In the order in which they move. */
export const movedTables: readonly MovedTable[] = [
  'signingKeys',
  'marks',
  'accounts',
  'rosters',
  'clients',
  'statistics',
  'spentTokens',
  'termsEvidence',
  'audit',
  'auditCheckpoints',
  'outbox',
  'logouts',
  'artifacts',
  'rows',
  'rateLimits',
];

/** `position` names the row within its table of the source: rows of audit and evidence have no other name. */
export type MovedRow<T extends MovedTable = MovedTable> = {
  readonly position: string;
  readonly value: MovedValues[T];
};

export type MovedPage<T extends MovedTable = MovedTable> = {
  readonly rows: readonly MovedRow<T>[];
  /** Where the next page begins; null = that was the last. */
  readonly next: string | null;
};

/** Kept in the target from the first row to the end of the verification: a store that has one serves nobody. */
export type MovingState = {
  readonly from: string;
  /** What had expired by then is not copied. */
  readonly asOf: Instant;
  /** Table → where its next page begins in the source; null = copied whole. */
  readonly nexts: { readonly [K in MovedTable]?: string | null };
};

export type Moving = {
  /** True if no table has a row, whatever its age. */
  isEmpty(): Promise<boolean>;
  count(table: MovedTable, asOf: Instant): Promise<number>;
  /** At most some hundred rows after `from` (null = from the beginning), oldest first where order means anything. */
  read<T extends MovedTable>(table: T, from: string | null, asOf: Instant): Promise<MovedPage<T>>;
  /** Stores the rows and then the state; the same rows again change nothing. */
  write<T extends MovedTable>(table: T, rows: readonly MovedRow<T>[], state: MovingState): Promise<void>;
  state(): Promise<MovingState | null>;
  /** null = the move is finished. */
  setState(state: MovingState | null): Promise<void>;
};

export type MovableStorage = Storage & {
  readonly moving: Moving;
  /** After a restore: whatever is short-lived and was made before `at` is refused from now on, durably. Never lowers it. */
  raiseNotBefore(at: Instant): Promise<void>;
};
