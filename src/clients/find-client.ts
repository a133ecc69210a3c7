/** A client by its id: of this moment's set, or one that was put into the store since, perhaps by another node. */
import { clientIdExpected } from '../config/clients.ts';
import { describeFault } from '../config/faults.ts';
import type { Client } from '../config/schema.ts';
import type { Deps } from '../deps.ts';
import type { ClientId, Instant } from '../ids.ts';
import type { FindClient } from '../provider/client-model.ts';
import type { LiveClients } from './registry.ts';
import { checkStoredClient, missingSecrets, type StoredClientDeps } from './stored-clients.ts';

type FindDeps = StoredClientDeps & Pick<Deps, 'storage' | 'clock' | 'log'> & { readonly clients: LiveClients };

/** For so long the store is not asked again about an id that it does not have. */
const missKeptMs = 5_000;
/** Whoever makes up ids costs no more memory than this many of them. */
const missesKept = 1_000;

export function createFindClient(deps: FindDeps): FindClient {
  const { config, clients, storage, clock, log } = deps;
  const misses = new Map<string, Instant>();
  // Clients that registered themselves may change what they said, at another node too: each of them as it was when read.
  const texts = new WeakMap<Client, string>();
  const miss = (id: string): null => {
    misses.delete(id);
    misses.set(id, clock.now());
    for (const oldest of misses.keys()) if (misses.size > missesKept) misses.delete(oldest);
    return null;
  };
  return async (id) => {
    const known = clients.get(id);
    if (known && (known.registered === null || known.keptIn === 'file')) return known;
    if (clientIdExpected(id) !== null || clock.now() - (misses.get(id) ?? 0) < missKeptMs) return null;
    // A cast: whether it is the id of a client is for the store to say.
    const stored = await storage.clients.byId(id as ClientId);
    if (!stored) {
      // It registered itself, and took itself away at another node.
      if (known) clients.remove(id);
      return miss(id);
    }
    if (known && texts.get(known) === stored.text) return known;
    const { set, faults } = await checkStoredClient(deps, stored, missingSecrets(config));
    const [client = null] = set?.clients ?? [];
    if (!client) {
      log.error({ client: id, faults: faults.map(describeFault) }, 'client in the storage left out');
      return miss(id);
    }
    texts.set(client, stored.text);
    clients.add(client);
    return client;
  };
}
