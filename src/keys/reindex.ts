import { setTimeout as sleep } from 'node:timers/promises';
import type { Account, LinkedIdentity } from '../accounts/account.ts';
import { OperationRefused } from '../control/operation.ts';
import type { Deps } from '../deps.ts';
import { identityFingerprints, indexKeyOf, openIdentityCode } from '../identity/national-id.ts';
import type { AccountId, Fingerprint, RosterEntryId } from '../ids.ts';
import { fingerprintsOf } from '../rosters/entry.ts';
import { openListedCode } from '../rosters/sealed.ts';
import { SealBroken } from '../secrets/aead.ts';
import type { Keyring } from '../secrets/sealing.ts';
import type { RosterEntry } from '../storage/roster-port.ts';
import { changeKeyState, readKeyState } from './key-state.ts';
import { passUntilDone, type Treated } from './passes.ts';

type ReindexDeps = Pick<Deps, 'storage' | 'keyring' | 'clock'>;

/** Links that were begun before the newest key was taken up have ended by then: no call to a store may take longer. */
const settleMs = 3_000;

/**
 * Gives every linked identity, and every identity code on a roster, a fingerprint under every index key, and takes away
 * those of removed keys. The code is opened in memory where one is missing: one audit record for the run, written first.
 * Returns what does not open, ids of accounts and of entries; with none of these, the keys are complete from now on. Throws OperationRefused where a removed key
 * is still in use.
 */
export async function reindexAll(
  deps: ReindexDeps,
  print: (line: string) => void,
  waitMs = settleMs,
): Promise<readonly string[]> {
  const { storage, keyring, clock } = deps;
  const { index } = keyring.ids;
  const state = await readKeyState(storage.marks);
  const removed = state?.removedIndex ?? [];
  const back = index.find((id) => removed.includes(id));
  // What it finds people by would be taken away and made again in turns.
  if (back !== undefined) {
    throw new OperationRefused(
      `The index key ${back} was removed and is in the file still, or in that of another node: take it out and send SIGHUP.`,
    );
  }
  await storage.audit.append({
    at: clock.now(),
    event: 'identity-codes.reindexed',
    accountId: null,
    clientId: null,
    journeyId: null,
    details: { keys: index.join(' '), removed: removed.join(' ') },
  });
  if (index.some((id) => !state?.index.includes(id))) await sleep(waitMs);
  const aim = JSON.stringify([index, removed]);
  const entries = await passUntilDone(deps, {
    ...{ mark: 'keys.reindex-rosters', aim, print, what: 'entries of rosters' },
    scan: storage.rosters.scan,
    treat: (entry: RosterEntry) => reindexEntry(deps, entry, removed),
  });
  const accounts = await passUntilDone(deps, {
    ...{ mark: 'keys.reindex', aim, print, what: 'accounts' },
    scan: storage.accounts.scan,
    treat: (account: Account) => reindex(deps, account, removed),
  });
  const broken = [...accounts, ...entries];
  if (broken.length > 0) return broken;
  await changeKeyState(storage.marks, (current) => ({
    ...current,
    // Without those removed while this ran: their files have them no more, so no start may ask for them.
    index: [...new Set([...current.index, ...index])].filter((id) => !current.removedIndex.includes(id)),
    removedIndex: current.removedIndex.filter((id) => !removed.includes(id)),
  }));
  return [];
}

async function reindex(
  { storage, keyring }: ReindexDeps,
  account: Account,
  removed: readonly string[],
): Promise<Treated> {
  try {
    if (wanted(keyring, account, removed) === null) return 'fits';
    const { outcome } = await storage.accounts.update(account.id, (current) => {
      const identity = wanted(keyring, current, removed);
      return identity === null ? null : { account: { ...current, identity } };
    });
    // Taken: two accounts with one identity, which no process with the right keys can have made.
    if (outcome === 'identity-taken') return 'broken';
    return outcome === 'updated' ? 'changed' : 'fits';
  } catch (error) {
    if (error instanceof SealBroken) return 'broken';
    throw error;
  }
}

async function reindexEntry(
  { storage, keyring }: ReindexDeps,
  entry: RosterEntry,
  removed: readonly string[],
): Promise<Treated> {
  const wantedEntry = (current: RosterEntry): RosterEntry | null => {
    if (current.kind !== 'identity') return null;
    const made = () => fingerprintsOf(keyring, { kind: 'identity', value: openListedCode(keyring, current) });
    const fingerprints = completed(keyring, current.fingerprints, removed, made);
    return fingerprints && { ...current, fingerprints };
  };
  try {
    if (wantedEntry(entry) === null) return 'fits';
    const { outcome } = await storage.rosters.change(entry.id, (current) => {
      const after = wantedEntry(current);
      return after && { entry: after, audit: [] };
    });
    // Taken: two entries of one person, which no process with the right keys can have made.
    if (outcome === 'taken') return 'broken';
    return outcome === 'changed' ? 'changed' : 'fits';
  } catch (error) {
    if (error instanceof SealBroken) return 'broken';
    throw error;
  }
}

/** The identity with the fingerprints it should have; null where it has them, or there is none. */
function wanted(keyring: Keyring, account: Account, removed: readonly string[]): LinkedIdentity | null {
  const { identity } = account;
  if (identity === null) return null;
  const made = () => {
    const idValue = openIdentityCode(keyring, account, identity.sealedCode);
    return identityFingerprints(keyring, { ...identity, idValue });
  };
  const fingerprints = completed(keyring, identity.fingerprints, removed, made);
  return fingerprints && { ...identity, fingerprints };
}

/** With one under every index key and none under a removed one; null where it is so. `made` is asked only for what is missing. */
function completed(
  keyring: Keyring,
  fingerprints: readonly Fingerprint[],
  removed: readonly string[],
  made: () => readonly Fingerprint[],
): readonly Fingerprint[] | null {
  const has = (id: string) => fingerprints.some((print) => indexKeyOf(print) === id);
  const missing = keyring.ids.index.filter((id) => !has(id));
  const kept = fingerprints.filter((print) => !removed.includes(indexKeyOf(print)));
  if (missing.length === 0 && kept.length === fingerprints.length) return null;
  const added = missing.length === 0 ? [] : made().filter((print) => missing.includes(indexKeyOf(print)));
  return [...kept, ...added];
}

/** True if every linked identity and every identity code on a roster has a fingerprint under each of these keys. */
export async function isComplete({ storage }: Pick<Deps, 'storage'>, keys: readonly string[]): Promise<boolean> {
  let after: AccountId | null = null;
  do {
    const page: readonly Account[] = await storage.accounts.scan(after, 500);
    if (page.some(({ identity }) => identity !== null && lacks(identity, keys))) return false;
    after = page.at(-1)?.id ?? null;
  } while (after !== null);
  let behind: RosterEntryId | null = null;
  do {
    const page: readonly RosterEntry[] = await storage.rosters.scan(behind, 500);
    if (page.some((entry) => entry.kind === 'identity' && lacks(entry, keys))) return false;
    behind = page.at(-1)?.id ?? null;
  } while (behind !== null);
  return true;
}

function lacks({ fingerprints }: { readonly fingerprints: readonly Fingerprint[] }, keys: readonly string[]): boolean {
  const under = fingerprints.map(indexKeyOf);
  return keys.some((id) => !under.includes(id));
}
