/** Rosters: who a client lets in. Entries are keyed fingerprints only; the file's values never reach the store. */
import type { RosterRow } from '../config/schema.ts';
import { identityFingerprints } from '../identity/national-id.ts';
import type { Fingerprint } from '../ids.ts';
import type { Keyring } from '../secrets/sealing.ts';
import type { RosterEntry, Rosters } from '../storage/ports.ts';
import type { Account } from './account.ts';
import { emailFingerprint, parseEmailAddress } from './email-address.ts';

type RosterKeys = Pick<Keyring, 'mac' | 'indexMacs'>;

/** An identity code under every index key, since an account may know its own under any of them while they rotate. */
function fingerprintsOf(row: RosterRow, keyring: RosterKeys): readonly Fingerprint[] {
  if (row.kind === 'identity') {
    return identityFingerprints(keyring, { country: 'FI', idType: 'hetu', idValue: row.value.reveal() });
  }
  const parsed = parseEmailAddress(row.value.reveal());
  if (!parsed.ok) throw new Error(`roster ${row.roster}: an address that is none`);
  return [emailFingerprint(keyring, parsed.address)];
}

/** Puts the rosters of the configuration in place; entries that are no longer in the files are gone afterwards. */
export async function loadRosters(rows: readonly RosterRow[], keyring: RosterKeys, rosters: Rosters) {
  const byRoster = Map.groupBy(rows, (row) => row.roster);
  for (const [roster, entries] of byRoster) {
    const stored = entries.flatMap((row): RosterEntry[] => {
      const { county, validFrom, validTo } = row;
      return fingerprintsOf(row, keyring).map((fingerprint) => ({ county, validFrom, validTo, fingerprint }));
    });
    await rosters.replace(roster, stored);
  }
}

/** What a roster may know this person by: the linked identity, the one just proved, and the mailbox if it was proved. */
export function rosterFingerprints(account: Account, proved: readonly Fingerprint[]): Fingerprint[] {
  const mailbox = account.activatedAt === null ? [] : [account.emailFingerprint];
  return [...(account.identity?.fingerprints ?? []), ...proved, ...mailbox];
}
