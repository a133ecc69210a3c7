/**
 * Keys that rotate while Avain runs: which of them the store needs (this file), their files (key-file.ts), taking up
 * changed files (reload.ts), and the work of a rotation (rewrap.ts, reindex.ts, operations.ts). How a rotation goes, and
 * why it cannot lose or double anybody: docs/identity-code.md.
 *
 * Imports the storage's ports, the keyring and the identity code's module. Promises: no process serves, or changes its
 * keys, without every key that the store needs; a key is removed only when nothing needs it; whatever was cut off is
 * gone on with by the same command.
 */
import { CannotStart } from '../cannot-start.ts';
import type { Clock } from '../deps.ts';
import type { Instant } from '../ids.ts';
import type { KeyIds } from '../secrets/sealing.ts';
import type { Marks } from '../storage/ports.ts';

/** What the store knows of keys: ids only. Kept as one mark. */
export type KeyState = {
  readonly lookup: string;
  /** Master keys under which something may be sealed. Every process must have all of them. */
  readonly master: readonly string[];
  /** The one that seals, since when. */
  readonly sealing: { readonly id: string; readonly since: Instant };
  /** Index keys under which every linked identity has a fingerprint. Every process must have all of them, and writes under them. */
  readonly index: readonly string[];
  /** Index keys that were removed and whose fingerprints are still there. */
  readonly removedIndex: readonly string[];
};

const mark = 'keys';

/** null in a store that no process has served from. */
export async function readKeyState(marks: Marks): Promise<KeyState | null> {
  const kept = await marks.get(mark);
  // A cast: only `changeKeyState` writes it.
  return kept === null ? null : (JSON.parse(kept) as KeyState);
}

/**
 * Call it before anything is sealed under `ids`, or written under their fingerprints. Throws CannotStart when the store
 * needs a key that is not among them.
 */
export async function admitKeys(marks: Marks, ids: KeyIds, clock: Clock): Promise<void> {
  const [sealing = ''] = ids.master;
  const known = await readKeyState(marks);
  const now = clock.now();
  const state = known ?? {
    lookup: ids.lookup,
    master: [],
    sealing: { id: sealing, since: now },
    index: ids.index,
    removedIndex: [],
  };
  refuseUnless(state.lookup === ids.lookup, `the lookup key ${state.lookup}`, 'secrets.lookupKeyFile');
  const missing = (needed: readonly string[], had: readonly string[]) => needed.find((id) => !had.includes(id));
  const master = missing(state.master, ids.master);
  refuseUnless(master === undefined, `the master key ${master}`, 'secrets.masterKeyFile');
  const index = missing(state.index, ids.index);
  refuseUnless(index === undefined, `the index key ${index}`, 'secrets.identityIndexKeyFile');
  const admitted = {
    ...state,
    master: state.master.includes(sealing) ? state.master : [...state.master, sealing],
    sealing: state.sealing.id === sealing ? state.sealing : { id: sealing, since: now },
  };
  if (JSON.stringify(admitted) !== JSON.stringify(known)) await writeKeyState(marks, admitted);
}

function refuseUnless(fits: boolean, key: string, setting: string): void {
  if (fits) return;
  throw new CannotStart(
    `The store needs ${key}, which is not in the file that ${setting} names: put it back. Nothing was changed.`,
  );
}

/** Throws where no process was ever admitted: a fault of ours. */
export async function changeKeyState(marks: Marks, change: (state: KeyState) => KeyState): Promise<KeyState> {
  const state = await readKeyState(marks);
  if (!state) throw new Error('no keys were admitted to this store');
  const changed = change(state);
  await writeKeyState(marks, changed);
  return changed;
}

const writeKeyState = (marks: Marks, state: KeyState) => marks.put(mark, JSON.stringify(state));
