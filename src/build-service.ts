import type { FindAdminToken } from './admin/http/actor.ts';
import type { BuiltDeps } from './build-deps.ts';
import { createFindClient } from './clients/find-client.ts';
import { createPages, type Pages } from './http/pages.ts';
import type { Interactions } from './journey/interactions.ts';
import { adminTokens } from './provider/admin-tokens.ts';
import { countBegun } from './provider/count-begun.ts';
import { createInteractions } from './provider/interactions.ts';
import { keystoreOf } from './provider/live-keystore.ts';
import { queueLogouts, type SendLogout } from './provider/logout-queue.ts';
import { createProvider } from './provider/provider.ts';
import { registeredClients } from './provider/registration.ts';
import { loadServedKeys, type ServedKeys } from './signing-keys/served-keys.ts';

export type Service = {
  readonly sendLogout: SendLogout;
  readonly pages: Pages;
  readonly provider: ReturnType<typeof createProvider>;
  readonly interactions: Interactions;
  readonly findAdminToken: FindAdminToken;
  /** What the provider signs with; `serveKeys` gives it others. */
  readonly servedKeys: ServedKeys;
  readonly serveKeys: (keys: ServedKeys) => void;
};

/** The provider and what belongs to it: of the service, and of a command that must end somebody's sessions by itself. */
export async function buildService(deps: BuiltDeps): Promise<Service> {
  const pages = createPages(deps);
  const servedKeys = await loadServedKeys(deps);
  const provider = createProvider({
    ...deps,
    pages,
    findClient: createFindClient(deps),
    registered: deps.config.registration.enabled ? registeredClients(deps) : null,
    servedKeys,
  });
  const serveKeys = keystoreOf(provider);
  serveKeys(servedKeys);
  const sendLogout = queueLogouts(provider, deps);
  countBegun(provider, deps);
  return {
    pages,
    provider,
    sendLogout,
    servedKeys,
    serveKeys,
    interactions: createInteractions(provider, deps),
    findAdminToken: adminTokens(provider),
  };
}
