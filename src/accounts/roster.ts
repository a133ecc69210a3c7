/** Rosters: who a client lets in. Entries are keyed fingerprints only; the file's values never reach the store. */
import type { RosterRow } from '../config/schema.ts';
import { identityFingerprint } from '../identity/national-id.ts';
import type { Fingerprint } from '../ids.ts';
import type { Keyring } from '../secrets/sealing.ts';
import type { RosterEntry, Rosters } from '../storage/ports.ts';
import type { Account } from './account.ts';
import { emailFingerprint, parseEmailAddress } from './email-address.ts';

function fingerprintOf(row: RosterRow, keyring: Pick<Keyring, 'mac'>): Fingerprint {
  if (row.kind === 'identity') return identityFingerprint(keyring, { country: 'FI', idValue: row.value.reveal() });
  const parsed = parseEmailAddress(row.value.reveal());
  if (!parsed.ok) throw new Error(`roster ${row.roster}: an address that is none`);
  return emailFingerprint(keyring, parsed.address);
}

/** Puts the rosters of the configuration in place; entries that are no longer in the files are gone afterwards. */
export async function loadRosters(rows: readonly RosterRow[], keyring: Pick<Keyring, 'mac'>, rosters: Rosters) {
  const byRoster = Map.groupBy(rows, (row) => row.roster);
  for (const [roster, entries] of byRoster) {
    const stored = entries.map((row): RosterEntry => {
      const { county, validFrom, validTo } = row;
      return { county, validFrom, validTo, fingerprint: fingerprintOf(row, keyring) };
    });
    await rosters.replace(roster, stored);
  }
}

/** What a roster may know this person by: the linked identity, the one just proved, and the mailbox if it was proved. */
export function rosterFingerprints(account: Account, proved: readonly Fingerprint[]): Fingerprint[] {
  const mailbox = account.activatedAt === null ? [] : [account.emailFingerprint];
  return [...(account.identity?.fingerprints ?? []), ...proved, ...mailbox];
}
