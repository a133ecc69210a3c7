import type { Account } from '../accounts/account.ts';
import { changeAddressKey } from '../accounts/address-change.ts';
import { knownFrom } from '../accounts/known-from.ts';
import type { Deps } from '../deps.ts';
import type { Fingerprint } from '../ids.ts';
import { composeMail } from '../mail/messages.ts';
import type { OutboxMail } from '../mail/outbox.ts';
import type { ErasureEffects } from '../storage/ports.ts';
import type { LinkPurpose } from '../storage/rows.ts';
import { trailOf } from '../timeline/trail.ts';
import { isErasureDue } from './deletion.ts';

export type EraseDeps = Pick<Deps, 'config' | 'clients' | 'storage' | 'keyring' | 'clock' | 'random'>;

/** Purposes of links of which the newest is found by the address. */
const byAddress: readonly LinkPurpose[] = ['activate', 'reset'];

/**
 * Erases an account whose time has come, as it was read a moment ago: false, and nothing happened, if it has not, or if
 * somebody else has erased it. Repeated after a kill it completes what is left; what cannot be told from others any more
 * (sign-ins under way, outdated links) goes by its own life.
 */
export async function eraseAccount(deps: EraseDeps, account: Account): Promise<boolean> {
  const { storage, clock } = deps;
  const { id } = account;
  if (!isErasureDue(account, clock.now())) return false;
  const client = { id: await knownFrom(deps, id) };
  // Nothing can be issued any more: the account is nobody. What was issued goes before what would lead back to it.
  await storage.artifacts.revokeByAccount(id);
  await forgetLinks(deps, account);
  const outcome = await storage.accounts.erase(id, (now) =>
    isErasureDue(now, clock.now()) ? last(deps, now, client) : null,
  );
  return outcome === 'erased';
}

/** Pure but for the mail's id. */
function last(deps: EraseDeps, account: Account, client: { readonly id: OutboxMail['clientId'] }): ErasureEffects {
  const at = deps.clock.now();
  const { id: accountId, email: to, locale, importedFrom, activatedAt } = account;
  const audit = {
    at,
    event: 'account.erased',
    accountId,
    clientId: null,
    journeyId: null,
    details: { imported: importedFrom !== null, activated: activatedAt !== null },
  } as const;
  const mail = composeMail(deps, {
    message: 'deletion-done',
    model: { at },
    to,
    // The row outlives the account by days: nobody shall be found by it. A cast: it is the fingerprint of no address.
    emailFingerprint: '' as Fingerprint,
    accountId,
    client,
    locale,
  });
  return { audit: [audit], mails: [mail] };
}

/** Links hold the address as it was typed; a trail is found by it, and by the account. */
async function forgetLinks({ storage }: EraseDeps, account: Account): Promise<void> {
  const { emailFingerprint, deletion, pendingAddress, previousAddresses } = account;
  const own = [deletion, pendingAddress, ...previousAddresses].flatMap((undo) => undo?.undoTokenHash || []);
  const addresses = [emailFingerprint, ...previousAddresses.map((previous) => previous.emailFingerprint)];
  const newest = [
    ...addresses.flatMap((address) => byAddress.map((purpose) => `${purpose}|${address}`)),
    changeAddressKey(account.id),
  ];
  const found = await Promise.all(newest.map((key) => storage.newestLinks.get(key)));
  const hashes = [...own, ...found.flatMap((row) => row?.tokenHash ?? [])];
  await Promise.all([
    ...hashes.map((hash) => storage.links.delete(hash)),
    ...newest.map((key) => storage.newestLinks.delete(key)),
    ...[trailOf.account(account.id), ...addresses.map(trailOf.address)].map((key) => storage.trails.delete(key)),
  ]);
}
