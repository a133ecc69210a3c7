import type { OperationDeps } from '../control/operation.ts';
import { accountNamed } from '../control/operator-words.ts';
import type { AccountId } from '../ids.ts';

/** By its address, while it has one; by its id also when it is erased: its records are kept for longer. */
export async function searchedAccount(
  deps: Pick<OperationDeps, 'storage' | 'keyring'>,
  which: string,
): Promise<AccountId> {
  // A cast: an id that never was finds nothing.
  return which.includes('@') ? accountNamed(deps, which) : (which as AccountId);
}
