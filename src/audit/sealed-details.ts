/**
 * Personal details of audit records: what support needs and the log must not say in clear. They are sealed under the data
 * key of the account they are about, and hashed as they lie there: once the account is erased, and its key with it, nobody
 * reads them any more, and the chain is whole all the same (security.md §4, Erasure).
 */
import type { DeviceLook } from '../accounts/account.ts';
import type { Deps } from '../deps.ts';
import { openAuditDetails, type SealingAccount, sealForAccount } from '../identity/national-id.ts';
import type { AccountId } from '../ids.ts';
import { SealBroken } from '../secrets/aead.ts';

/** Where a request came from: half of its address, and which browser and system it named. */
export type PersonalDetails = DeviceLook;

/** Some dozen microseconds. null where the account's key cannot be opened: nobody is kept from signing in by that. */
export function sealDetails(
  { keyring }: Pick<Deps, 'keyring'>,
  account: SealingAccount,
  { program, system, network }: PersonalDetails,
): string | null {
  try {
    return sealForAccount(keyring, account, 'audit', JSON.stringify({ program, system, network }));
  } catch (error) {
    if (error instanceof SealBroken) return null;
    throw error;
  }
}

/** null where there are none, or nobody can read them any more. */
export async function openDetails(
  { storage, keyring }: Pick<Deps, 'storage' | 'keyring'>,
  accountId: AccountId | null,
  sealed: string | null | undefined,
): Promise<PersonalDetails | null> {
  if (!sealed || accountId === null) return null;
  const account = await storage.accounts.byId(accountId);
  if (account === null) return null;
  try {
    // A cast: only sealDetails seals for this field.
    return JSON.parse(openAuditDetails(keyring, account, sealed)) as PersonalDetails;
  } catch (error) {
    if (error instanceof SealBroken) return null;
    throw error;
  }
}
