import type { Configuration } from 'oidc-provider';
import type { ProviderDeps } from './deps.ts';
import { deviceFlow } from './device-flow.ts';
import { introspectionPolicy } from './introspection.ts';
import { providerPages } from './provider-pages.ts';
import { registrationFeatures } from './registration.ts';
import { resourceIndicators } from './resource-servers.ts';
import { dPoP, mTLS } from './sender-constraints.ts';
import { assertRequestObject } from './signed-by-clients.ts';

/** What the provider speaks, one line a feature; whoever may use it is a policy in a file of its own. */
export function features(deps: ProviderDeps): NonNullable<Configuration['features']> {
  const { logoutSource, postLogoutSuccessSource } = providerPages(deps);
  return {
    devInteractions: { enabled: false },
    claimsParameter: { enabled: true },
    clientCredentials: { enabled: true },
    revocation: { enabled: true },
    introspection: { enabled: true, allowedPolicy: introspectionPolicy(deps) },
    pushedAuthorizationRequests: { enabled: true },
    requestObjects: { enabled: true, assertJwtClaimsAndHeader: assertRequestObject },
    jwtResponseModes: { enabled: true },
    jwtUserinfo: { enabled: true },
    encryption: { enabled: true },
    resourceIndicators: resourceIndicators(deps),
    dPoP: dPoP(deps),
    mTLS: mTLS(deps),
    fapi: {
      enabled: true,
      profile: (_ctx, client) => (deps.clients.get(client?.clientId)?.profile === 'fapi2' ? '2.0' : undefined),
    },
    // Private keys stay behind a port (signing-keys/signer.ts); the library has them sign. Experimental there, and pinned here.
    externalSigningSupport: { enabled: true, ack: 'experimental-01' },
    deviceFlow: deviceFlow(deps),
    ...registrationFeatures(deps),
    backchannelLogout: { enabled: true },
    rpInitiatedLogout: { enabled: true, logoutSource, postLogoutSuccessSource },
  };
}
