/**
 * What happened, for the audit log: types and event names, ids and codes only.
 * A record is written in the same transaction as its change, or before it. Each is a link of a chain (chain.ts) whose end is
 * signed (checkpoint.ts), sent elsewhere (ship.ts) and verified (verify.ts).
 */
import type { AccountId, ClientId, Instant } from '../ids.ts';

export type AuditEvent =
  | 'sign-up.requested'
  | 'account.created'
  /** Somebody has looked into this log; `details` say for what. */
  | 'audit.searched'
  | 'audit.exported'
  | 'account.activated'
  | 'account.imported'
  | 'profile.changed'
  | 'password.proved'
  | 'password.refused'
  | 'password.delayed'
  | 'password.rehashed'
  | 'password.imported'
  | 'password.changed'
  | 'password.reset-requested'
  | 'password.reset'
  | 'sessions.ended'
  | 'device.forgotten'
  | 'access.revoked'
  /** One that had been rotated: all that was given since is void. */
  | 'refresh-token.reused'
  /** `details.kind` roles or groups, and which. */
  | 'membership.given'
  | 'membership.taken'
  /** A link that makes an owner of whoever proves themselves, and what became of somebody's role: `details.from`, `to`. */
  | 'owner-link.made'
  | 'admin-role.changed'
  /** A client could not be told, for half a day, that somebody has signed out; `details.attempts`. */
  | 'logout.undelivered'
  | 'step-up.drawn'
  | 'step-up.asked'
  | 'strong-auth.started'
  | 'strong-auth.identified'
  | 'strong-auth.failed'
  | 'strong-auth.mismatch'
  | 'strong-auth.postponed'
  | 'email-code.sent'
  | 'email-code.proved'
  | 'email-code.refused'
  | 'factor.added'
  | 'factor.removed'
  | 'factor.renamed'
  | 'factor.used'
  | 'factor.refused'
  /** The person has none of their factors at hand and asks to identify instead. */
  | 'factor.lost'
  /** `details.always`: asked at every sign-in from now on, or not. */
  | 'factor.always'
  | 'recovery-codes.made'
  | 'recovery-codes.used'
  | 'link-eid.linked'
  | 'link-eid.declined'
  | 'link-eid.conflict'
  | 'identity.unlinked'
  | 'account.absorbed'
  | 'account.barred'
  | 'account.unbarred'
  | 'account.erased'
  | 'deletion.asked'
  | 'deletion.ordered'
  | 'deletion.taken-back'
  | 'dormancy.told'
  | 'address.change-asked'
  | 'address.changed'
  | 'data.downloaded'
  | 'address.restored'
  | 'notice.denied'
  | 'address.forgotten-asked'
  | 'mailbox.lost-asked'
  | 'mailbox.lost-confirmed'
  | 'mailbox.lost-undone'
  | 'mailbox.lost-applied'
  | 'mailbox.lost-void'
  | 'relinking.asked'
  | 'relinking.confirmed'
  | 'roster.refused'
  | 'roster.entry-added'
  | 'roster.entry-changed'
  | 'roster.entry-removed'
  | 'roster.exported'
  | 'terms.accepted'
  | 'terms.declined'
  | 'terms.postponed'
  | 'terms.exported'
  | 'consent.given'
  | 'consent.denied'
  | 'welcome.greeted'
  | 'sign-in.finished'
  | 'sign-in.cancelled'
  | 'account-closed.refused'
  | 'national-id.released'
  /** Of one person, by staff or at the command line; `actor` tells by whom. */
  | 'timeline.read'
  /** Somebody of the staff, or a machine (`actor`), has read what is about this person; `details.operation`. */
  | 'admin.read'
  | 'password.change-ordered'
  | 'mail.retried'
  /** In the store, that is: files have a history of their own. */
  | 'client.stored'
  | 'client.removed'
  | 'identity-codes.reindexed'
  /** Everything that lasts was written to a file, or came back from one; `details.sha256` of that file. */
  | 'backup.taken'
  | 'backup.restored'
  /** Who could read what is sealed, or find a person, has changed; `details` name the kind and the id of the key. */
  | 'key.added'
  | 'key.used'
  | 'key.removed'
  /** States of the keys that sign tokens; `details`: `kid`, `alg`, and `why` (the schedule, or the reason an operator gave). */
  | 'signing-key.created'
  | 'signing-key.activated'
  | 'signing-key.retiring'
  | 'signing-key.retired'
  | 'signing-key.revoked';

export type AuditRecord = {
  readonly at: Instant;
  readonly event: AuditEvent;
  readonly accountId: AccountId | null;
  readonly clientId: ClientId | null;
  readonly journeyId: string | null;
  /**
   * Who did it, when it was not the person: `account:<id>` (staff), `client:<client_id>` (a machine), `operator:<name>` (the
   * command line). Absent or null: the person, or Avain by itself.
   */
  readonly actor?: string | null;
  /** Codes and numbers only (which rule fired, which broker, how many tries); never anything personal. */
  readonly details: Readonly<Record<string, string | number | boolean | null>>;
  /** Personal details, sealed under the data key of `accountId` (sealed-details.ts): unreadable once it is erased. */
  readonly sealed?: string | null;
};
