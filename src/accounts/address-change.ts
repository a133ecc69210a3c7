/**
 * Another e-mail address, asked for by the account's owner: its mailbox must say yes (links/change-address.ts). Whether the
 * address has an account already shows nowhere but in that mailbox: the same answer, one link row and one mail.
 */
import { accountClientId } from '../config/own-clients.ts';
import type { Deps } from '../deps.ts';
import type { Locale } from '../http/locale.ts';
import type { AccountId, BrowserHash } from '../ids.ts';
import { composeMail } from '../mail/messages.ts';
import type { OutboxMail } from '../mail/outbox.ts';
import { mailWait, type Wait } from '../secrets/limits.ts';
import { type IssuedLink, issueLink } from '../secrets/one-time.ts';
import type { MailLink } from '../storage/rows.ts';
import type { Account } from './account.ts';
import { type EmailAddress, emailFingerprint } from './email-address.ts';
import { knownFrom } from './known-from.ts';
import { linkHref, signInHref } from './request-mail.ts';

type ChangeDeps = Pick<Deps, 'config' | 'clients' | 'storage' | 'keyring' | 'clock' | 'random'>;

export type AddressChange = {
  readonly account: Account;
  readonly address: EmailAddress;
  readonly locale: Locale;
  readonly browser: BrowserHash;
  readonly network: string;
};

/** By which the newest link of this kind is found: one for each account, whatever addresses were asked for. */
export function changeAddressKey(id: AccountId): string {
  return `change-address|${id}`;
}

function letter(
  deps: ChangeDeps,
  { account, address, locale }: AddressChange,
  { link, owner, clientId }: { link: IssuedLink; owner: Account | null; clientId: OutboxMail['clientId'] },
): OutboxMail {
  const { config, clients, keyring } = deps;
  const client = clients.get(clientId) ?? { id: clientId, startUrl: null, initiateLoginUri: null };
  if (owner === null) {
    const { token, validUntil } = link;
    return composeMail(deps, {
      message: 'confirm-address',
      model: { href: linkHref(config.issuer, 'change-address', token), validUntil },
      to: address.typed,
      emailFingerprint: emailFingerprint(keyring, address),
      accountId: account.id,
      client,
      locale,
      expiresAt: validUntil,
    });
  }
  return composeMail(deps, {
    message: 'address-in-use',
    model: { signInHref: signInHref(config.issuer, client) },
    to: owner.email,
    emailFingerprint: owner.emailFingerprint,
    accountId: owner.id,
    client,
    locale: owner.locale,
  });
}

/** Outdates what the account asked for before. Returns how long to wait where a limit is reached: then nothing happened. */
export async function requestAddressChange(deps: ChangeDeps, change: AddressChange): Promise<Wait> {
  const { account, address, locale, browser, network } = change;
  const fingerprint = emailFingerprint(deps.keyring, address);
  const wait = await mailWait(deps, 'change-address', fingerprint, network);
  if (wait !== null) return wait;
  const [owner, clientId] = await Promise.all([
    deps.storage.accounts.byEmail(fingerprint),
    knownFrom(deps, account.id),
  ]);
  const link = await issueLink(
    deps,
    {
      purpose: 'change-address',
      email: address.typed,
      emailFingerprint: fingerprint,
      accountId: account.id,
      clientId: accountClientId,
      locale,
      journeyId: null,
      interactionUid: null,
      browser,
    },
    changeAddressKey(account.id),
  );
  const mail = letter(deps, change, { link, owner, clientId });
  const audit = {
    at: deps.clock.now(),
    event: 'address.change-asked',
    accountId: account.id,
    clientId: accountClientId,
    journeyId: null,
    details: { mail: mail.message },
  } as const;
  await deps.storage.outbox.add([mail], [audit]);
  return null;
}

/** What was asked for last and still can be confirmed; whether anybody got the mail is not told. */
export async function addressAskedFor(
  { storage, clock }: Pick<ChangeDeps, 'storage' | 'clock'>,
  id: AccountId,
): Promise<Pick<MailLink, 'email' | 'emailFingerprint' | 'validUntil'> | null> {
  const newest = await storage.newestLinks.get(changeAddressKey(id));
  const link = newest && (await storage.links.get(newest.tokenHash));
  const live = link && link.accountId === id && link.spentAt === null && link.replacedAt === null;
  return live && clock.now() < link.validUntil ? link : null;
}

/** Its link works no more. */
export async function dropAddressChange({ storage, clock }: ChangeDeps, id: AccountId): Promise<void> {
  const newest = await storage.newestLinks.get(changeAddressKey(id));
  if (newest) await storage.links.update(newest.tokenHash, (link) => ({ value: { ...link, replacedAt: clock.now() } }));
}
