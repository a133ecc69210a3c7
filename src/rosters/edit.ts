/** One entry is added, changed or removed, for a county by one of its staff or by a command in its name. */
import type { Deps } from '../deps.ts';
import type { Instant, RosterEntryId } from '../ids.ts';
import type { RosterChange, RosterEntry, RosterList } from '../storage/roster-port.ts';
import { fingerprintsOf, type ListedPerson, newEntry } from './entry.ts';
import { type Actor, recordedOf } from './recorded.ts';
import { openNote, sealNote } from './sealed.ts';

export type EditDeps = Pick<Deps, 'keyring' | 'clock' | 'random'> & {
  readonly storage: Pick<Deps['storage'], 'rosters'>;
};

/** What of an entry can be changed. */
export type EntryFields = {
  readonly validFrom: Instant;
  readonly validTo: Instant | null;
  readonly note: string | null;
};

/** The entry of a county's own list that is about this person. */
export function findEntry({ storage, keyring }: EditDeps, list: RosterList, person: ListedPerson) {
  return storage.rosters.find({ ...list, source: 'county' }, fingerprintsOf(keyring, person));
}

export type Addition = { readonly list: RosterList; readonly person: ListedPerson; readonly fields: EntryFields };

/** `there`: the list has this person already, and stays as it is. */
export async function addEntry(
  deps: EditDeps,
  { list, person, fields }: Addition,
  actor: Actor,
): Promise<{ readonly outcome: 'added' | 'there'; readonly entry: RosterEntry }> {
  const { roster, county } = list;
  const entry = newEntry(deps, { roster, county, ...fields, person, source: 'county', addedBy: actor.accountId });
  const audit = recordedOf('roster.entry-added', entry, actor, deps.clock.now());
  for (;;) {
    if ((await deps.storage.rosters.add({ entry, audit })) === 'added') return { outcome: 'added', entry };
    const there = await findEntry(deps, list, person);
    // Ours: it was stored by a call whose answer was lost.
    if (there) return { outcome: there.id === entry.id ? 'added' : 'there', entry: there };
    // Removed meanwhile.
  }
}

export type Edited =
  | { readonly outcome: 'changed' | 'unchanged'; readonly entry: RosterEntry }
  /** Somebody else has changed it since it was seen. */
  | { readonly outcome: 'stale'; readonly entry: RosterEntry }
  /** Gone, or never of this list. */
  | { readonly outcome: 'missing' };

/** Which entry, and as it was seen; `version: null` = however it is now. */
export type Seen = { readonly list: RosterList; readonly id: RosterEntryId; readonly version: number | null };

/** `fields` makes the new ones of the present ones, maybe several times. Of two who saw the same version one is `stale`. */
export async function changeEntry(
  deps: EditDeps,
  { list, id, version }: Seen,
  fields: (current: EntryFields) => EntryFields,
  actor: Actor,
): Promise<Edited> {
  const isStale = (entry: RosterEntry) => version !== null && entry.version !== version;
  const result = await deps.storage.rosters.change(id, (entry) =>
    isStale(entry) || !isOwn(entry, list) ? null : changed(deps, entry, fields, actor),
  );
  if (result.outcome === 'changed') return result;
  if (result.outcome !== 'unchanged' || !isOwn(result.entry, list)) return { outcome: 'missing' };
  return { outcome: isStale(result.entry) ? 'stale' : 'unchanged', entry: result.entry };
}

export async function removeEntry(
  { storage, clock }: Pick<EditDeps, 'storage' | 'clock'>,
  { list, id, version }: Seen & { readonly version: number },
  actor: Actor,
): Promise<{ readonly outcome: 'removed' | 'missing' } | { readonly outcome: 'stale'; readonly entry: RosterEntry }> {
  const entry = await storage.rosters.byId(id);
  if (!entry || !isOwn(entry, list)) return { outcome: 'missing' };
  const audit = recordedOf('roster.entry-removed', entry, actor, clock.now());
  if (await storage.rosters.remove(id, version, audit)) return { outcome: 'removed' };
  const now = await storage.rosters.byId(id);
  return now ? { outcome: 'stale', entry: now } : { outcome: 'missing' };
}

/** What a file says is the operator's. */
export function isOwn({ roster, county, source }: RosterEntry, list: RosterList): boolean {
  return roster === list.roster && county === list.county && source === 'county';
}

/** null where nothing would be other than it is. */
function changed(
  { keyring, clock }: EditDeps,
  entry: RosterEntry,
  fields: (current: EntryFields) => EntryFields,
  actor: Actor,
): RosterChange | null {
  const before = { validFrom: entry.validFrom, validTo: entry.validTo, note: openNote(keyring, entry) };
  const { validFrom, validTo, note } = fields(before);
  const dates = validFrom !== before.validFrom || validTo !== before.validTo;
  const noted = note !== before.note;
  if (!dates && !noted) return null;
  const sealedNote = noted ? note && sealNote(keyring, entry, note) : entry.sealedNote;
  const audit = recordedOf('roster.entry-changed', entry, actor, clock.now(), { dates, note: noted });
  return { entry: { ...entry, validFrom, validTo, sealedNote }, audit };
}
