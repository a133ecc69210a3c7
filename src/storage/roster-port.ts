/** The port of the rosters: who may use a client that asks for a roster. Promises as in ports.ts. */
import type { AuditRecord } from '../audit/audit-log.ts';
import type { AccountId, Fingerprint, Instant, RosterEntryId } from '../ids.ts';

/** One county's part of one roster: what its staff see, and nobody else's. */
export type RosterList = { readonly roster: string; readonly county: string };

export type RosterEntry = RosterList & {
  /** Begins with the time: the newest entries have the greatest ids. */
  readonly id: RosterEntryId;
  /** Who changes it: `file` the operator in the configuration, `county` its staff, or a command in their name. */
  readonly source: 'file' | 'county';
  readonly kind: 'identity' | 'email';
  /** Of an identity code one under each index key, of an address one. Unique within roster, county and source. */
  readonly fingerprints: readonly Fingerprint[];
  /** The identity code or the address. */
  readonly sealedValue: string;
  readonly sealedNote: string | null;
  readonly validFrom: Instant;
  /** Exclusive; null = until further notice. */
  readonly validTo: Instant | null;
  /** Who of the staff; null = a file or a command. */
  readonly addedBy: AccountId | null;
  readonly addedAt: Instant;
  readonly version: number;
};

/** The audit records are stored with the change or not at all. */
export type RosterChange = { readonly entry: RosterEntry; readonly audit: readonly AuditRecord[] };

export type RosterChanged =
  /** `entry` carries the new version. */
  | { readonly outcome: 'changed'; readonly entry: RosterEntry }
  /** The change function returned null. */
  | { readonly outcome: 'unchanged'; readonly entry: RosterEntry }
  /** `taken`: another entry of the same list and source has one of the new fingerprints. */
  | { readonly outcome: 'missing' | 'taken' };

export type RosterCount = RosterList &
  Pick<RosterEntry, 'source'> & {
    readonly entries: number;
    /** Of these, valid now. */
    readonly valid: number;
  };

export type Rosters = {
  /** True if any of the fingerprints has an entry valid at `now` (validFrom <= now < validTo). One round trip. */
  isListed(roster: string, fingerprints: readonly Fingerprint[], now: Instant): Promise<boolean>;
  /** The county of the newest of those entries; null = there are none. One round trip. */
  countyOf(roster: string, fingerprints: readonly Fingerprint[], now: Instant): Promise<string | null>;
  byId(id: RosterEntryId): Promise<RosterEntry | null>;
  /** The entry of this list and source that has any of the fingerprints. */
  find(
    list: RosterList & Pick<RosterEntry, 'source'>,
    fingerprints: readonly Fingerprint[],
  ): Promise<RosterEntry | null>;
  /** The next entries of a list, of one source if named, behind `after` (null: the first ones), newest first, at most `limit`. */
  list(
    list: RosterList & Partial<Pick<RosterEntry, 'source'>>,
    after: RosterEntryId | null,
    limit: number,
  ): Promise<readonly RosterEntry[]>;
  /** The next entries of all lists behind `after`, oldest first, at most `limit`; none = there are no more. */
  scan(after: RosterEntryId | null, limit: number): Promise<readonly RosterEntry[]>;
  /** Of every list that has entries, each source for itself. */
  counts(now: Instant): Promise<readonly RosterCount[]>;
  /** Stores a new entry (version 1); `taken` if its list and source has one of its fingerprints. */
  add(change: RosterChange): Promise<'added' | 'taken'>;
  /**
   * Compare-and-swap with retry: reads, calls `change` (pure, maybe several times), writes if nobody wrote meanwhile.
   * Which list, source and kind an entry is of never changes.
   */
  change(id: RosterEntryId, change: (entry: RosterEntry) => RosterChange | null): Promise<RosterChanged>;
  /** False, and nothing happened, if the entry is gone or has another version by now. */
  remove(id: RosterEntryId, version: number, audit: readonly AuditRecord[]): Promise<boolean>;
};
