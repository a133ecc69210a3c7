/** The link that proves a new mailbox. Whatever the address is, the same answer and the same work: one link row, one mail row. */
import type { Account } from '../accounts/account.ts';
import { type EmailAddress, emailFingerprint } from '../accounts/email-address.ts';
import { linkHref, type MailRequest, signInHref } from '../accounts/request-mail.ts';
import type { Deps } from '../deps.ts';
import type { ClientId, Fingerprint } from '../ids.ts';
import { composeMail } from '../mail/messages.ts';
import { mailWait, type Wait } from '../secrets/limits.ts';
import { issueLink } from '../secrets/one-time.ts';

type RequestDeps = Pick<Deps, 'config' | 'storage' | 'keyring' | 'clock' | 'random'>;

/** `account`: of the person who was identified in this journey. */
export type NewMailboxRequest = MailRequest & { readonly account: Account };

/** A link nobody will get must not outdate a real one. */
function decoyOf(deps: RequestDeps, { canonical }: EmailAddress): Fingerprint {
  return emailFingerprint(deps.keyring, { canonical: `decoy|${canonical}` });
}

/** Returns how long to wait where a limit is reached: then no mail is sent. */
export async function requestNewMailbox(deps: RequestDeps, request: NewMailboxRequest): Promise<Wait> {
  const { account, address, client, locale, browser, network, journeyId, interactionUid } = request;
  const fingerprint = emailFingerprint(deps.keyring, address);
  const wait = await mailWait(deps, 'new-mailbox', fingerprint, network);
  if (wait !== null) return wait;
  const owner = await deps.storage.accounts.byEmail(fingerprint);
  const useful = owner === null;
  const { token, validUntil } = await issueLink(deps, {
    purpose: 'new-mailbox',
    emailFingerprint: useful ? fingerprint : decoyOf(deps, address),
    email: address.typed,
    accountId: account.id,
    clientId: client.id as ClientId,
    locale,
    journeyId,
    interactionUid,
    browser,
  });
  const to = { to: address.typed, emailFingerprint: fingerprint, accountId: account.id, client, locale };
  const href = linkHref(deps.config.issuer, 'new-mailbox', token);
  const mail = useful
    ? composeMail(deps, {
        ...to,
        message: 'confirm-address',
        model: { href, validUntil },
        expiresAt: validUntil,
      })
    : composeMail(deps, {
        ...to,
        // That account's owner, not the one who asks.
        accountId: owner?.id ?? null,
        message: 'exists',
        model: { signInHref: signInHref(deps.config.issuer, client) },
      });
  const common = { at: deps.clock.now(), accountId: account.id, clientId: client.id, journeyId };
  await deps.storage.outbox.add([mail], [{ ...common, event: 'mailbox.lost-asked', details: { mail: mail.message } }]);
  return null;
}
