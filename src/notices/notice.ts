/**
 * Notices of security: what happened to an account, from where, and «En tehnyt tätä», a link that closes the account to
 * whoever did it (not-me.ts). They go to the address the account has in that change, in the account's language, with the
 * change's own effects, so that each change is told once or not made; no limit ever holds them back.
 *
 * Here: notice.ts (composing), not-me-link.ts (the link, stored by the mail worker right before its mail is sent, so
 * that no change has to prepare or drop one), not-me.ts (its page and what it does).
 */
import type { Account } from '../accounts/account.ts';
import type { Client } from '../config/schema.ts';
import type { Deps } from '../deps.ts';
import type { MailName, Mails, NoticeModel } from '../http/mail-models.ts';
import { composeMail } from '../mail/messages.ts';
import type { OutboxMail } from '../mail/outbox.ts';
import { newNotMeHref } from './not-me-link.ts';

/** Mails with «En tehnyt tätä». */
export type NoticeName = { [Name in MailName]: Mails[Name] extends NoticeModel ? Name : never }[MailName];

export type Notice<Name extends NoticeName> = {
  readonly message: Name;
  /** As it is in the change that is told, or before it where the old address is to be told. */
  readonly account: Pick<Account, 'id' | 'email' | 'emailFingerprint' | 'locale'>;
  /** The service in whose name the mail speaks. */
  readonly client: Pick<Client, 'id'>;
  /** `where`: of whoever did it (deviceLookOf), null where it was no browser. */
  readonly model: Omit<Mails[Name], 'notMeHref'>;
};

/** Pure but for its random token: to be put among the `mails` of the change's effects, also in one that is tried again. */
export function composeNotice<Name extends NoticeName>(
  deps: Pick<Deps, 'config' | 'keyring' | 'clock' | 'random'>,
  { message, account, client, model }: Notice<Name>,
): OutboxMail {
  const { id: accountId, email: to, emailFingerprint, locale } = account;
  // A cast: the compiler cannot see that an Omit and what it left out are the whole again.
  const whole = { ...model, notMeHref: newNotMeHref(deps) } as unknown as Mails[Name];
  return composeMail(deps, { message, model: whole, to, emailFingerprint, accountId, client, locale });
}
