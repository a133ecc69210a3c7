/** Composes outbox rows and, for the worker, opens them again: address and secrets are sealed at rest. */
import type { Client } from '../config/schema.ts';
import type { Deps } from '../deps.ts';
import type { Locale } from '../http/locale.ts';
import type { MailName, Mails } from '../http/mail-models.ts';
import type { AccountId, Fingerprint, Instant } from '../ids.ts';
import type { OutboxMail } from './outbox.ts';

export type Letter<Name extends MailName = MailName> = {
  readonly message: Name;
  readonly model: Mails[Name];
  /** As typed by its owner. */
  readonly to: string;
  readonly emailFingerprint: Fingerprint;
  readonly accountId: AccountId | null;
  readonly client: Pick<Client, 'id'>;
  readonly locale: Locale;
  /** Nothing is sent after this; notices live a day. */
  readonly expiresAt?: Instant;
};

export type SealedLetter = { readonly to: string; readonly model: Mails[MailName] };

const noticeLifeMs = 86_400_000;

export function composeMail<Name extends MailName>(
  { keyring, clock, random }: Pick<Deps, 'keyring' | 'clock' | 'random'>,
  letter: Letter<Name>,
): OutboxMail {
  const now = clock.now();
  const id = random.bytes(16).toString('base64url');
  const sealed: SealedLetter = { to: letter.to, model: letter.model };
  return {
    id,
    message: letter.message,
    locale: letter.locale,
    clientId: letter.client.id,
    accountId: letter.accountId,
    emailFingerprint: letter.emailFingerprint,
    sealed: keyring.seal(JSON.stringify(sealed), id, 'mail'),
    createdAt: now,
    expiresAt: letter.expiresAt ?? now + noticeLifeMs,
  };
}

export function openMail({ keyring }: Pick<Deps, 'keyring'>, mail: OutboxMail): SealedLetter {
  // A cast: only composeMail writes what this purpose and id open.
  return JSON.parse(keyring.open(mail.sealed, mail.id, 'mail')) as SealedLetter;
}
