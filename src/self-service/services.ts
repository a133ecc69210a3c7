/** The services an account is used for: what each may see, since when, and whether it can ask without its owner. */
import type { Account } from '../accounts/account.ts';
import { consentItemsOf, consentNeeded } from '../accounts/consent.ts';
import { isOwnClient } from '../config/own-clients.ts';
import type { Client } from '../config/schema.ts';
import type { ConsentItem } from '../http/views.ts';
import type { ClientId, Instant } from '../ids.ts';
import type { ClientAccess } from '../journey/interactions.ts';

export type OwnService = {
  readonly id: ClientId;
  /** null = no client of that id is configured any more. */
  readonly client: Client | null;
  readonly items: readonly ConsentItem[];
  /** What a third party asked for and was not allowed, though it may have it by its file. */
  readonly leftOut: readonly ConsentItem[];
  readonly since: Instant;
  readonly signedIn: boolean;
  readonly offline: boolean;
};

/** A first-party client gets what it asks for, so what it may ask for is told; a third party what was allowed. */
function itemsOf(account: Account, client: Client): readonly ConsentItem[] {
  if (client.party === 'first') return consentItemsOf({ scopes: client.scopes, claims: [] });
  const consent = account.consents[client.id];
  // Only what the client may still have by its file.
  return consent ? consentItemsOf(consentNeeded(client, consent)) : [];
}

function leftOutOf(account: Account, client: Client): readonly ConsentItem[] {
  const scopes = account.consents[client.id]?.leftOut ?? [];
  return scopes.length === 0 ? [] : consentItemsOf(consentNeeded(client, { scopes, claims: [] }));
}

/** Pure; those used last come first. */
export function servicesOf(
  account: Account,
  access: ReadonlyMap<string, ClientAccess>,
  clients: ReadonlyMap<string, Client>,
): readonly OwnService[] {
  // Avain's own pages see the account because they are the account.
  const ids = [...new Set([...access.keys(), ...Object.keys(account.consents)])].filter((id) => !isOwnClient(id));
  const services = ids.map((name): OwnService => {
    // A cast: the ids of clients are all that sessions, tokens and consents are stored under.
    const id = name as ClientId;
    const client = clients.get(id) ?? null;
    const { since, signedIn, offline } = access.get(id) ?? { since: null, signedIn: false, offline: false };
    const times = [since, account.consents[id]?.givenAt].filter((at) => at != null);
    const seen = client
      ? { items: itemsOf(account, client), leftOut: leftOutOf(account, client) }
      : { items: [], leftOut: [] };
    return { id, client, ...seen, since: Math.min(...times), signedIn, offline };
  });
  return services.sort((a, b) => b.since - a.since);
}
