import type { Account } from '../accounts/account.ts';
import type { Deps } from '../deps.ts';
import { rewrappedDataKey } from '../identity/national-id.ts';
import type { AccountId, RosterEntryId } from '../ids.ts';
import { resealed } from '../rosters/sealed.ts';
import { prefixOf, SealBroken } from '../secrets/aead.ts';
import type { RosterEntry } from '../storage/roster-port.ts';
import { passUntilDone, type Treated } from './passes.ts';

type RewrapDeps = Pick<Deps, 'storage' | 'keyring' | 'keySource'>;

/**
 * Wraps every account's data key, and seals every signing key and entry of a roster, anew under the first master key. What
 * data keys sealed is not touched. Returns what does not open: ids of accounts and of entries.
 */
export async function rewrapAll(deps: RewrapDeps, print: (line: string) => void): Promise<readonly string[]> {
  const { storage, keyring } = deps;
  const [first = ''] = keyring.ids.master;
  await resealSigningKeys(deps);
  const common = { aim: first, print };
  const entries = await passUntilDone(deps, {
    ...{ ...common, mark: 'keys.rewrap-rosters', what: 'entries of rosters' },
    scan: storage.rosters.scan,
    treat: (entry: RosterEntry) => rewrapEntry(deps, entry),
  });
  const accounts = await passUntilDone(deps, {
    ...{ ...common, mark: 'keys.rewrap', what: 'accounts' },
    scan: storage.accounts.scan,
    treat: (account: Account) => rewrap(deps, account),
  });
  return [...accounts, ...entries];
}

async function resealSigningKeys({ storage, keySource }: Pick<RewrapDeps, 'storage' | 'keySource'>): Promise<void> {
  const set = await storage.signingKeys.read();
  if (!set) return;
  const keys = set.keys.map((key) => {
    const handle = key.handle === null ? null : keySource.resealed(key.kid, key.handle);
    return handle === null ? key : { ...key, handle };
  });
  if (keys.every((key, n) => key === set.keys[n])) return;
  // Of several processes that do the same one does it; a rotation that came in between had another look at the set.
  if (!(await storage.signingKeys.replace({ version: set.version + 1, keys }, [])))
    return resealSigningKeys({ storage, keySource });
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

/** Readers of a list need nothing of this: no audit record. */
async function rewrapEntry({ storage, keyring }: RewrapDeps, entry: RosterEntry): Promise<Treated> {
  try {
    if (resealed(keyring, entry) === null) return 'fits';
    const { outcome } = await storage.rosters.change(entry.id, (current) => {
      const after = resealed(keyring, current);
      return after && { entry: after, audit: [] };
    });
    return outcome === 'changed' ? 'changed' : 'fits';
  } catch (error) {
    if (error instanceof SealBroken) return 'broken';
    throw error;
  }
}

/** The first thing found that is still sealed under this master key, in words; null when nothing is. */
export async function stillUnder({ storage }: Pick<Deps, 'storage'>, id: string): Promise<string | null> {
  const signing = (await storage.signingKeys.read())?.keys ?? [];
  if (signing.some(({ handle }) => handle !== null && prefixOf(handle) === id)) return 'a signing key';
  let after: AccountId | null = null;
  do {
    const page: readonly Account[] = await storage.accounts.scan(after, 500);
    if (page.some(({ dataKey }) => prefixOf(dataKey) === id)) return 'an account';
    after = page.at(-1)?.id ?? null;
  } while (after !== null);
  let behind: RosterEntryId | null = null;
  do {
    const page: readonly RosterEntry[] = await storage.rosters.scan(behind, 500);
    const sealed = page.flatMap(({ sealedValue, sealedNote }) => [sealedValue, sealedNote ?? '']);
    if (sealed.some((value) => prefixOf(value) === id)) return 'an entry of a roster';
    behind = page.at(-1)?.id ?? null;
  } while (behind !== null);
  return null;
}
