/**
 * The clients of this moment. Everything that wants to know a client asks this registry and keeps no copy of the set: it
 * is swapped whole when the files are read again (reload.ts), while requests are under way.
 *
 * registry.ts: the live set. reload.ts: the swap, after the library has had its say (provider/library-faults.ts).
 * operations.ts: `avain client …` where Avain runs.
 * May import config/, storage/'s ports and provider/; the rest of the house sees a ReadonlyMap.
 *
 * Promises: a set is taken whole or not at all; whoever holds a client of before keeps it until their request is done.
 */
import type { Client } from '../config/schema.ts';

export type LiveClients = ReadonlyMap<string, Client> & {
  /** From this moment on everybody sees these clients and no others. */
  replaceAll(clients: readonly Client[]): void;
  /** One that has come since, until the next whole set. */
  add(client: Client): void;
  /** One that has gone since. */
  remove(id: string): void;
};

export function liveClients(first: readonly Client[]): LiveClients {
  let current: ReadonlyMap<string, Client> = byId(first);
  const live: LiveClients = {
    get size() {
      return current.size;
    },
    get: (id) => current.get(id),
    has: (id) => current.has(id),
    keys: () => current.keys(),
    values: () => current.values(),
    entries: () => current.entries(),
    [Symbol.iterator]: () => current[Symbol.iterator](),
    forEach: (callback, self) => {
      for (const [id, client] of current) callback.call(self, client, id, live);
    },
    replaceAll: (clients) => {
      current = byId(clients);
    },
    add: (client) => {
      current = byId([...current.values(), client]);
    },
    remove: (id) => {
      current = byId([...current.values()].filter((client) => client.id !== id));
    },
  };
  return live;
}

function byId(clients: readonly Client[]): ReadonlyMap<string, Client> {
  return new Map(clients.map((client) => [String(client.id), client]));
}
