import type { Account } from '../accounts/account.ts';
import type { Client } from '../config/schema.ts';
import type { Deps } from '../deps.ts';
import { rosterFingerprints } from '../rosters/entry.ts';

/** The rung of the ladder on which a refresh ends. */
export type Standing = 'not-authorised';

/**
 * What has changed since the sign-in and lets nobody go on at this client; null = nothing has. Asked at every refresh,
 * where no page can be shown: the refresh is refused, and the next sign-in shows the page.
 */
export async function standingOf(
  { storage, clock }: Pick<Deps, 'storage' | 'clock'>,
  account: Account,
  { roster }: Pick<Client, 'roster'>,
): Promise<Standing | null> {
  if (roster === null) return null;
  const isListed = await storage.rosters.isListed(roster.id, rosterFingerprints(account, []), clock.now());
  return isListed ? null : 'not-authorised';
}
