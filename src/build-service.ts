import type { Client } from './config/schema.ts';
import type { Deps } from './deps.ts';
import { createPages, type Pages } from './http/pages.ts';
import type { Interactions } from './journey/interactions.ts';
import { createInteractions } from './provider/interactions.ts';
import { loadSigningKeys } from './provider/keys.ts';
import { createProvider } from './provider/provider.ts';

export type Service = {
  readonly clients: ReadonlyMap<string, Client>;
  readonly pages: Pages;
  readonly provider: ReturnType<typeof createProvider>;
  readonly interactions: Interactions;
};

/** The provider and what belongs to it: of the service, and of a command that must end somebody's sessions by itself. */
export async function buildService(deps: Deps): Promise<Service> {
  const clients = new Map(deps.config.clients.map((client) => [String(client.id), client]));
  const pages = createPages(deps);
  const provider = createProvider({ ...deps, clients, pages, signingKeys: await loadSigningKeys(deps) });
  return { clients, pages, provider, interactions: createInteractions(provider, deps) };
}
