import type { Configuration } from 'oidc-provider';
import type { ProviderDeps } from './deps.ts';
import { introspectionPolicy } from './introspection.ts';
import { providerPages } from './provider-pages.ts';

/** What the provider speaks, one line a feature; whoever may use it is a policy in a file of its own. */
export function features(deps: ProviderDeps): NonNullable<Configuration['features']> {
  const { logoutSource, postLogoutSuccessSource } = providerPages(deps);
  return {
    devInteractions: { enabled: false },
    claimsParameter: { enabled: true },
    clientCredentials: { enabled: deps.config.clients.some((client) => client.clientCredentials) },
    revocation: { enabled: true },
    introspection: { enabled: true, allowedPolicy: introspectionPolicy(deps) },
    // Sender-constrained tokens come with the integrators' issue; what is not promised is not offered.
    dPoP: { enabled: false },
    backchannelLogout: { enabled: true },
    rpInitiatedLogout: { enabled: true, logoutSource, postLogoutSuccessSource },
  };
}
