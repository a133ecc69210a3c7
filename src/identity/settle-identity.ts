import type { Account, DeviceLook } from '../accounts/account.ts';
import { sameIdentity, withIdentification } from '../accounts/account-rules.ts';
import type { Client } from '../config/schema.ts';
import type { Deps } from '../deps.ts';
import type { Journey } from '../journey/journey.ts';
import { dropForeignIdentity } from './mismatch.ts';

export type SettleInput = {
  readonly deps: Pick<Deps, 'config' | 'storage' | 'keyring' | 'clock' | 'random'>;
  readonly journey: Journey;
  readonly client: Client;
  /** Whose the identity proved in this journey is. */
  readonly identityOwner: Account | null;
  readonly look: DeviceLook;
};

/**
 * What becomes of an identity that was proved in this journey under another account (the conflict page) when an account
 * signs in. If it is linked to that account, its owner has identified: that pays what the account owes. If that account
 * has another identity, this was the wrong person, as at the broker's callback.
 */
export async function settleIdentity(
  { deps, journey, client, identityOwner, look: where }: SettleInput,
  { id, identity }: Account,
): Promise<(journey: Journey) => Journey> {
  const proof = journey.identity;
  if (proof !== null && identityOwner?.id === id) {
    await deps.storage.accounts.update(id, (account) => {
      // Support may have unlinked it since: what is owed then is not paid by who it was linked to.
      const owns = account.identity !== null && sameIdentity(account.identity.fingerprints, proof.fingerprints);
      const news = (account.identifiedAt ?? 0) < proof.at;
      return owns && news ? { account: withIdentification(account, null, proof.at) } : null;
    });
  } else if (proof !== null && identity !== null && !sameIdentity(identity.fingerprints, proof.fingerprints)) {
    const details = { method: proof.method };
    return dropForeignIdentity(deps, { accountId: id, client, journeyId: journey.id, where, details });
  }
  return (current) => current;
}
