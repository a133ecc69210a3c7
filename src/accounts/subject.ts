import type { Client } from '../config/schema.ts';
import type { AccountId } from '../ids.ts';
import type { Keyring } from '../secrets/sealing.ts';

/**
 * The `sub` a client sees (OpenID Connect Core 8): first-party clients share the account's own id, which is random and
 * never reused; each third-party sector has its own, which cannot be traced back without the master key.
 */
export function subjectOf(
  keyring: Pick<Keyring, 'mac'>,
  client: Pick<Client, 'party' | 'sector'>,
  id: AccountId,
): string {
  return client.party === 'first' ? id : keyring.mac('sub', client.sector, id);
}
