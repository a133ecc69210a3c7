/** The port of the mails to be sent. Promises as in ports.ts. */
import type { AuditRecord } from '../audit/audit-log.ts';
import type { AccountId, Fingerprint, Instant } from '../ids.ts';
import type { OutboxMail } from '../mail/outbox.ts';

/** `attempts` counts the claims, this one included: 1 at the first try. */
export type ClaimedMail = { readonly id: string; readonly mail: OutboxMail; readonly attempts: number };

/** `deadReason` tells of a settled mail why it was never delivered. */
export type SentMail = Pick<OutboxMail, 'id' | 'message' | 'locale' | 'createdAt' | 'accountId' | 'clientId'> & {
  /** How often it was tried. */
  readonly attempts: number;
  readonly settledAt: Instant | null;
  readonly deadReason: string | null;
};

/** One that waits, or was given up (`deadReason`). Settled, it has no sealed part and is not due. */
export type UndeliveredMail = {
  readonly mail: Omit<OutboxMail, 'sealed'>;
  readonly sealed: string | null;
  readonly attempts: number;
  readonly dueAt: Instant | null;
  readonly deadReason: string | null;
};

/** `next`: where to go on, null = there are no more. */
export type UndeliveredPage = { readonly mails: readonly UndeliveredMail[]; readonly next: string | null };

export type QueueDepth = { readonly length: number; readonly oldestAt: Instant | null };

export type Outbox = {
  /** For mails that stand beside no account change (sign-up, "no account"). */
  add(mails: readonly OutboxMail[], audit?: readonly AuditRecord[]): Promise<void>;
  /** Takes due mails for `leaseMs`; no other worker gets them meanwhile; oldest first. */
  claimDue(now: Instant, limit: number, leaseMs: number): Promise<readonly ClaimedMail[]>;
  /** Delivered: the row stays as evidence (kept-port.ts), its sealed part is deleted now. */
  delivered(id: string, now: Instant): Promise<void>;
  retryAt(id: string, at: Instant): Promise<void>;
  /** Given up (expired, refused for good): the sealed part is deleted now. */
  dead(id: string, reason: string, now: Instant): Promise<void>;
  /** When the next mail is due, or null. */
  nextDueAt(): Promise<Instant | null>;
  /** How many are not settled, and since when the oldest of them. */
  depth(): Promise<QueueDepth>;
  /** Those that wait and those that were given up, newest first, behind `after` (null: from the newest), at most `limit`. */
  list(after: string | null, limit: number): Promise<UndeliveredPage>;
  /** One of those; null = there is none, or it was delivered. */
  undelivered(id: string): Promise<UndeliveredMail | null>;
  /** All that are kept of those to this account, newest first. */
  ofAccount(id: AccountId): Promise<readonly SentMail[]>;
  /** Those to this address, with an account or without, newest first. */
  ofAddress(fingerprint: Fingerprint): Promise<readonly SentMail[]>;
};
