/** What an entry holds that a person could read, sealed under the master key for this entry of this list only. */
import { prefixOf } from '../secrets/aead.ts';
import type { Keyring } from '../secrets/sealing.ts';
import type { RosterEntry } from '../storage/roster-port.ts';

type Place = Pick<RosterEntry, 'id' | 'roster' | 'county' | 'kind'>;

// JSON, so that no choice of parts can spell another list's.
const label = ({ id, roster, county, kind }: Place, field: 'value' | 'note') =>
  JSON.stringify(['roster-entry', id, roster, county, kind, field, '1']);

export function sealValue(keyring: Pick<Keyring, 'seal'>, place: Place, value: string): string {
  return keyring.seal(value, label(place, 'value'), 'roster');
}

export function sealNote(keyring: Pick<Keyring, 'seal'>, place: Place, note: string): string {
  return keyring.seal(note, label(place, 'note'), 'roster');
}

/** Throws SealBroken. */
export function openNote(keyring: Pick<Keyring, 'open'>, entry: RosterEntry): string | null {
  return entry.sealedNote === null ? null : keyring.open(entry.sealedNote, label(entry, 'note'), 'roster');
}

/** The address of an entry that is about a mailbox; null of any other. Throws SealBroken. */
export function openAddress(keyring: Pick<Keyring, 'open'>, entry: RosterEntry): string | null {
  return entry.kind === 'email' ? keyring.open(entry.sealedValue, label(entry, 'value'), 'roster') : null;
}

/**
 * The identity code of an entry, for the rotation of index keys only, which writes an audit record first (a test of the
 * house names it). Throws SealBroken.
 */
export function openListedCode(keyring: Pick<Keyring, 'open'>, entry: RosterEntry): string {
  if (entry.kind !== 'identity') throw new Error('an entry without identity code');
  return keyring.open(entry.sealedValue, label(entry, 'value'), 'roster');
}

/** Sealed anew under the first master key; null where it is already. Throws SealBroken. */
export function resealed(keyring: Pick<Keyring, 'open' | 'seal' | 'ids'>, entry: RosterEntry): RosterEntry | null {
  const [first] = keyring.ids.master;
  const under = (sealed: string | null) => sealed === null || prefixOf(sealed) === first;
  if (under(entry.sealedValue) && under(entry.sealedNote)) return null;
  const anew = (sealed: string, field: 'value' | 'note') =>
    keyring.seal(keyring.open(sealed, label(entry, field), 'roster'), label(entry, field), 'roster');
  const { sealedValue, sealedNote } = entry;
  return {
    ...entry,
    sealedValue: anew(sealedValue, 'value'),
    sealedNote: sealedNote === null ? null : anew(sealedNote, 'note'),
  };
}
