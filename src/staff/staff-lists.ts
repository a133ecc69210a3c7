import type { Account } from '../accounts/account.ts';
import { parseEmailAddress } from '../accounts/email-address.ts';
import type { Config, Localized } from '../config/schema.ts';
import type { RosterList } from '../storage/roster-port.ts';

/** A list that a member of staff may change. */
export type StaffList = RosterList & { readonly name: Localized };

/** By the mailbox of the account, which must have been proved; the configuration says who is staff. */
export function staffLists({ rosters }: Pick<Config, 'rosters'>, account: Account): readonly StaffList[] {
  const parsed = parseEmailAddress(account.email);
  if (account.activatedAt === null || !parsed.ok) return [];
  const { canonical } = parsed.address;
  return Object.entries(rosters).flatMap(([roster, { counties }]) =>
    Object.entries(counties)
      .filter(([, { staff }]) => staff.includes(canonical))
      .map(([county, { name }]) => ({ roster, county, name })),
  );
}
