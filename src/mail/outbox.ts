import type { Locale } from '../http/locale.ts';
import type { MailName } from '../http/mail-models.ts';
import type { AccountId, ClientId, Fingerprint, Instant } from '../ids.ts';

/**
 * A mail row, written with the change that causes it. `sealed` holds address, secret (link token or code) and texts'
 * parameters as JSON, sealed under a key outside the database; it is deleted on delivery or expiry.
 */
export type OutboxMail = {
  readonly id: string;
  readonly message: MailName;
  readonly locale: Locale;
  readonly clientId: ClientId;
  readonly accountId: AccountId | null;
  readonly emailFingerprint: Fingerprint;
  readonly sealed: string;
  readonly createdAt: Instant;
  /** Nothing is sent after this instant. */
  readonly expiresAt: Instant;
};
