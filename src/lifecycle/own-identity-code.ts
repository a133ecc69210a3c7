import type { Account } from '../accounts/account.ts';
import { accountClientId } from '../config/own-clients.ts';
import type { Deps } from '../deps.ts';
import { openIdentityCode } from '../identity/national-id.ts';

/**
 * The identity code itself, for a person's own copy: only for whoever has just been identified as that very person, since a
 * stolen session, or a password and a mailbox, must not be enough to learn it. Recorded before it is opened, like every
 * release. null = nothing is linked.
 */
export async function ownIdentityCode(
  { storage, keyring, clock }: Pick<Deps, 'storage' | 'keyring' | 'clock'>,
  account: Account,
): Promise<string | null> {
  if (account.identity === null) return null;
  await storage.audit.append({
    at: clock.now(),
    event: 'national-id.released',
    accountId: account.id,
    clientId: accountClientId,
    journeyId: null,
    details: {},
  });
  return openIdentityCode(keyring, account, account.identity.sealedCode);
}
