import type { Account } from '../accounts/account.ts';
import type { Deps } from '../deps.ts';
import { rewrappedDataKey } from '../identity/national-id.ts';
import type { AccountId } from '../ids.ts';
import { prefixOf, SealBroken } from '../secrets/aead.ts';
import { passUntilDone, type Treated } from './passes.ts';

type RewrapDeps = Pick<Deps, 'storage' | 'keyring'>;

/**
 * Wraps every account's data key, and seals every signing key, anew under the first master key. What they sealed is not
 * touched, and no identity code is opened. Returns the accounts whose data key does not open.
 */
export async function rewrapAll(deps: RewrapDeps, print: (line: string) => void): Promise<readonly AccountId[]> {
  const { storage, keyring } = deps;
  const [first = ''] = keyring.ids.master;
  for (const { kid, sealedJwk } of await storage.signingKeys.all()) {
    if (prefixOf(sealedJwk) === first) continue;
    const opened = keyring.open(sealedJwk, kid, 'signing-key');
    // Lost to another process that does the same: just as well.
    await storage.signingKeys.reseal(kid, sealedJwk, keyring.seal(opened, kid, 'signing-key'));
  }
  return passUntilDone(deps, { mark: 'keys.rewrap', aim: first, print, treat: (account) => rewrap(deps, account) });
}

async function rewrap({ storage, keyring }: RewrapDeps, account: Account): Promise<Treated> {
  try {
    if (rewrappedDataKey(keyring, account) === null) return 'fits';
    // Wrapped again from what is stored then: somebody may have changed the account meanwhile.
    const { outcome } = await storage.accounts.update(account.id, (current) => {
      const dataKey = rewrappedDataKey(keyring, current);
      return dataKey === null ? null : { account: { ...current, dataKey } };
    });
    return outcome === 'updated' ? 'changed' : 'fits';
  } catch (error) {
    if (error instanceof SealBroken) return 'broken';
    throw error;
  }
}

/** The first thing found that is still sealed under this master key, in words; null when nothing is. */
export async function stillUnder({ storage }: Pick<Deps, 'storage'>, id: string): Promise<string | null> {
  if ((await storage.signingKeys.all()).some(({ sealedJwk }) => prefixOf(sealedJwk) === id)) return 'a signing key';
  let after: AccountId | null = null;
  do {
    const page: readonly Account[] = await storage.accounts.scan(after, 500);
    if (page.some(({ dataKey }) => prefixOf(dataKey) === id)) return 'an account';
    after = page.at(-1)?.id ?? null;
  } while (after !== null);
  return null;
}
