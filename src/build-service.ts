import type { BuiltDeps } from './build-deps.ts';
import { createFindClient } from './clients/find-client.ts';
import { createPages, type Pages } from './http/pages.ts';
import type { Interactions } from './journey/interactions.ts';
import { createInteractions } from './provider/interactions.ts';
import { loadSigningKeys } from './provider/keys.ts';
import { queueLogouts, type SendLogout } from './provider/logout-queue.ts';
import { createProvider } from './provider/provider.ts';
import { registeredClients } from './provider/registration.ts';

export type Service = {
  readonly sendLogout: SendLogout;
  readonly pages: Pages;
  readonly provider: ReturnType<typeof createProvider>;
  readonly interactions: Interactions;
};

/** The provider and what belongs to it: of the service, and of a command that must end somebody's sessions by itself. */
export async function buildService(deps: BuiltDeps): Promise<Service> {
  const pages = createPages(deps);
  const provider = createProvider({
    ...deps,
    pages,
    findClient: createFindClient(deps),
    registered: deps.config.registration.enabled ? registeredClients(deps) : null,
    signingKeys: await loadSigningKeys(deps),
  });
  const sendLogout = queueLogouts(provider, deps);
  return { pages, provider, sendLogout, interactions: createInteractions(provider, deps) };
}
