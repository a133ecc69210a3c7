import type { Deps } from '../deps.ts';
import type { Pages } from '../http/pages.ts';
import type { ServedKeys } from '../signing-keys/served-keys.ts';
import type { FindClient, RegisteredClients } from './client-model.ts';

/** What the provider's parts are given beside what everything is given. */
export type ProviderDeps = Deps & {
  readonly pages: Pages;
  readonly findClient: FindClient;
  /** null = no client may register itself. */
  readonly registered: RegisteredClients | null;
  readonly servedKeys: ServedKeys;
};
