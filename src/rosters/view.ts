import type { Deps } from '../deps.ts';
import type { Instant, RosterEntryId } from '../ids.ts';
import type { RosterEntry, RosterList } from '../storage/roster-port.ts';
import { openAddress, openNote } from './sealed.ts';

/** What a county may see of an entry: never the identity code. */
export type EntryView = Pick<
  RosterEntry,
  'id' | 'kind' | 'source' | 'validFrom' | 'validTo' | 'addedAt' | 'version'
> & {
  readonly address: string | null;
  readonly note: string | null;
  readonly state: EntryState;
};

export type EntryState = 'valid' | 'coming' | 'ended';

export function viewOf({ keyring, clock }: Pick<Deps, 'keyring' | 'clock'>, entry: RosterEntry): EntryView {
  const { id, kind, source, validFrom, validTo, addedAt, version } = entry;
  const state = stateOf(entry, clock.now());
  return {
    ...{ id, kind, source, validFrom, validTo, addedAt, version, state },
    address: openAddress(keyring, entry),
    note: openNote(keyring, entry),
  };
}

function stateOf({ validFrom, validTo }: Pick<RosterEntry, 'validFrom' | 'validTo'>, now: Instant): EntryState {
  if (validTo !== null && validTo <= now) return 'ended';
  return validFrom <= now ? 'valid' : 'coming';
}

export type Search = {
  readonly list: RosterList;
  /** In the note or the address, in whatever case; null = all. */
  readonly words: string | null;
  /** Valid or coming ones, ended ones, or all. */
  readonly shown: 'current' | 'ended' | 'all';
  readonly after: RosterEntryId | null;
};

export type Found = {
  readonly entries: readonly EntryView[];
  /** Where to go on; null = that was the end of the list. */
  readonly next: RosterEntryId | null;
};

const pageLength = 200;
/** Notes are sealed, so each is opened to look: nobody waits for more than so many at once. */
const mostOpened = 4_000;

/** Newest first, at most `limit`; fewer, with a `next`, where much was looked through in vain. */
export async function searchList(
  deps: Pick<Deps, 'keyring' | 'clock'> & { readonly storage: Pick<Deps['storage'], 'rosters'> },
  { list, words, shown, after }: Search,
  limit: number,
): Promise<Found> {
  const found: EntryView[] = [];
  let behind = after;
  for (let opened = 0; opened < mostOpened; opened += pageLength) {
    const page = await deps.storage.rosters.list(list, behind, pageLength);
    for (const entry of page) {
      const view = viewOf(deps, entry);
      if (isShown(view, shown) && matches(view, words)) found.push(view);
      behind = entry.id;
      if (found.length === limit) {
        const more = await deps.storage.rosters.list(list, behind, 1);
        return { entries: found, next: more.length > 0 ? behind : null };
      }
    }
    if (page.length < pageLength) return { entries: found, next: null };
  }
  return { entries: found, next: behind };
}

/** All of a list, page by page. */
export async function* wholeList(
  { storage }: { readonly storage: Pick<Deps['storage'], 'rosters'> },
  list: RosterList,
): AsyncGenerator<RosterEntry> {
  let behind: RosterEntryId | null = null;
  for (;;) {
    const page: readonly RosterEntry[] = await storage.rosters.list(list, behind, pageLength);
    yield* page;
    if (page.length < pageLength) return;
    behind = page.at(-1)?.id ?? null;
  }
}

function isShown({ state }: EntryView, shown: Search['shown']): boolean {
  return shown === 'all' || (shown === 'ended') === (state === 'ended');
}

const folded = (text: string): string => text.normalize('NFKC').toLowerCase();

function matches({ note, address }: EntryView, words: string | null): boolean {
  return words === null || [note, address].some((text) => text !== null && folded(text).includes(folded(words)));
}
