import type { Deps } from '../deps.ts';
import type { AccountId } from '../ids.ts';
import type { Order } from '../lifecycle/order.ts';
import { type EmailAddress, emailFingerprint } from './email-address.ts';
import { knownFrom } from './known-from.ts';
import { requestMail } from './request-mail.ts';

export type Resent =
  | { readonly outcome: 'sent' | 'activated-already' | 'nothing-waits'; readonly accountId: AccountId | null }
  /** Mails to one address keep their distance, whoever asks for them. */
  | { readonly outcome: 'wait'; readonly seconds: number; readonly accountId: AccountId | null };

type ResendDeps = Pick<Deps, 'config' | 'clients' | 'storage' | 'keyring' | 'clock' | 'random'>;

/**
 * The activation mail once more, for a sign-up that waits or an imported account that was never activated. To any other
 * address none is sent: staff cannot begin a sign-up in somebody's name.
 */
export async function resendActivation(deps: ResendDeps, address: EmailAddress, order: Order): Promise<Resent> {
  const { storage, keyring, clients } = deps;
  const fingerprint = emailFingerprint(keyring, address);
  const account = await storage.accounts.byEmail(fingerprint);
  const accountId = account?.id ?? null;
  if (account !== null && account.activatedAt !== null) return { outcome: 'activated-already', accountId };
  const newest = await storage.newestLinks.get(`activate|${fingerprint}`);
  const link = newest && (await storage.links.get(newest.tokenHash));
  if (account === null && (link === null || link.spentAt !== null)) return { outcome: 'nothing-waits', accountId };
  const clientId = link?.clientId ?? (account && (await knownFrom(deps, account.id)));
  const client = clients.get(clientId ?? '');
  if (client === undefined) return { outcome: 'nothing-waits', accountId };
  const wait = await requestMail(deps, 'activate', {
    address,
    client,
    locale: link?.locale ?? account?.locale ?? client.defaultLocale,
    // The sign-up that waits goes on where it was begun.
    browser: link?.browser ?? null,
    journeyId: link?.journeyId ?? null,
    interactionUid: link?.interactionUid ?? null,
    network: order.actor,
    order,
  });
  return wait === null ? { outcome: 'sent', accountId } : { outcome: 'wait', seconds: wait, accountId };
}
