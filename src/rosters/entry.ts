/**
 * Rosters: who may use a client that asks for one, by county (journey.md §5). Entries come from the operator's files
 * (file-entries.ts), from a CSV of a county (read-list.ts, check-line.ts, import-list.ts) or from its staff one by one
 * (edit.ts; the pages are in staff/). This file says what an entry is made of. May import storage's ports, accounts/
 * (what a person may be known by), identity/, csv/ and control/ (operations.ts).
 *
 * Promises: an entry is stored as fingerprints and sealed values, never readable; an identity code that was given is
 * never shown again; a change is stored with its audit record; nobody changes a county's list but this county.
 */
import type { Account } from '../accounts/account.ts';
import { emailFingerprint } from '../accounts/email-address.ts';
import type { Deps } from '../deps.ts';
import { identityFingerprints } from '../identity/national-id.ts';
import type { AccountId, Fingerprint, Instant, RosterEntryId } from '../ids.ts';
import type { Keyring } from '../secrets/sealing.ts';
import type { RosterEntry, RosterList } from '../storage/roster-port.ts';
import { sealNote, sealValue } from './sealed.ts';

/** Whom an entry is about, in canonical form: `Hetu.code`, or `EmailAddress.canonical`. */
export type ListedPerson = { readonly kind: 'identity' | 'email'; readonly value: string };

export type Validity = { readonly validFrom: Instant; readonly validTo: Instant | null };

export type NewEntry = RosterList &
  Validity &
  Pick<RosterEntry, 'source'> & {
    readonly person: ListedPerson;
    readonly note: string | null;
    readonly addedBy: AccountId | null;
  };

type EntryDeps = Pick<Deps, 'clock' | 'random'> & { readonly keyring: Pick<Keyring, 'mac' | 'indexMacs' | 'seal'> };

export function newEntry({ keyring, clock, random }: EntryDeps, { person, note, ...rest }: NewEntry): RosterEntry {
  const addedAt = clock.now();
  const place = { ...rest, id: newEntryId(addedAt, random), kind: person.kind };
  return {
    ...place,
    fingerprints: fingerprintsOf(keyring, person),
    sealedValue: sealValue(keyring, place, person.value),
    sealedNote: note === null ? null : sealNote(keyring, place, note),
    addedAt,
    version: 1,
  };
}

/** An identity code under every index key, since an account may know its own under any of them while they rotate. */
export function fingerprintsOf(
  keyring: Pick<Keyring, 'mac' | 'indexMacs'>,
  { kind, value }: ListedPerson,
): readonly Fingerprint[] {
  return kind === 'identity'
    ? identityFingerprints(keyring, { country: 'FI', idType: 'hetu', idValue: value })
    : [emailFingerprint(keyring, { canonical: value })];
}

/** What a roster may know this person by: the linked identity, the one just proved, and the mailbox if it was proved. */
export function rosterFingerprints(account: Account, proved: readonly Fingerprint[]): Fingerprint[] {
  const mailbox = account.activatedAt === null ? [] : [account.emailFingerprint];
  return [...(account.identity?.fingerprints ?? []), ...proved, ...mailbox];
}

/** Nine digits of base 36 hold the milliseconds of the next three thousand years, so ids sort as they were made. */
function newEntryId(at: Instant, random: Deps['random']): RosterEntryId {
  // The brand is given here only.
  return `${at.toString(36).padStart(9, '0')}${random.bytes(12).toString('base64url')}` as RosterEntryId;
}
