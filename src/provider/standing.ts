import type { Account } from '../accounts/account.ts';
import { termsStanding } from '../accounts/terms.ts';
import type { Client } from '../config/schema.ts';
import type { Deps } from '../deps.ts';
import { rosterFingerprints } from '../rosters/entry.ts';

/** The rung of the ladder on which a refresh ends. */
export type Standing = 'not-authorised' | 'terms';

/**
 * What has changed since the sign-in and lets nobody go on at this client; null = nothing has. Asked at every refresh,
 * where no page can be shown: the refresh is refused, and the next sign-in shows the page.
 */
export async function standingOf(
  { config, storage, clock }: Pick<Deps, 'config' | 'storage' | 'clock'>,
  account: Account,
  client: Pick<Client, 'roster' | 'terms'>,
): Promise<Standing | null> {
  const now = clock.now();
  const { roster } = client;
  if (roster !== null && !(await storage.rosters.isListed(roster.id, rosterFingerprints(account, []), now)))
    return 'not-authorised';
  // What may be put off waits for a sign-in.
  return termsStanding(config, client, account, now)?.demand === 'due' ? 'terms' : null;
}
