/**
 * oidc-provider, set up. This folder turns the ladder into its interaction policy (policy.ts), our storage into its
 * adapter (adapter.ts), accounts into claims; it and journey/ are the only ones that know the library.
 * One Koa app = the Provider: our routes are put before its own with `provider.use`.
 */

import { type Configuration, type KoaContextWithOIDC, Provider } from 'oidc-provider';
import { claimsByScope } from '../accounts/claims-by-scope.ts';
import { subjectOf } from '../accounts/subject.ts';
import { isAppUri } from '../config/redirect-uri.ts';
import type { Client } from '../config/schema.ts';
import { cookieNaming } from '../http/cookie-names.ts';
import type { AccountId } from '../ids.ts';
import { allAcrs } from '../journey/acr.ts';
import { createAdapter } from './adapter.ts';
import { algorithms } from './algorithms.ts';
import { createClientModel } from './client-model.ts';
import type { ProviderDeps } from './deps.ts';
import { detachSignUp } from './detach-sign-up.ts';
import { discoveryOf, trueDiscovery } from './discovery.ts';
import { features } from './features.ts';
import { accountFinder } from './find-account.ts';
import { formPostPage } from './form-post.ts';
import { grantLoader } from './grant.ts';
import { keysMayBeKept, signingJwks } from './live-keystore.ts';
import { guardedFetch } from './outgoing.ts';
import { createDecide, createPolicy, type Decide } from './policy.ts';
import { jsonForPrograms } from './program-errors.ts';
import { providerPages } from './provider-pages.ts';
import { tellRefusals } from './refusals.ts';
import { extraClientMetadata } from './registration.ts';
import { levelInToken } from './resource-servers.ts';
import { assertAssertion, clientAuthMethods } from './signed-by-clients.ts';
import { straightToPage } from './straight-to-page.ts';
import { lives, rotateRefreshToken } from './token-lives.ts';

function cookies({ config, cookieSigning }: ProviderDeps): Configuration['cookies'] {
  const naming = cookieNaming(config.issuer);
  const common = { httpOnly: true, sameSite: 'lax', signed: true, secure: naming.secure } as const;
  return {
    keys: cookieSigning,
    names: { session: naming.name('session'), interaction: naming.name('interaction'), resume: naming.name('resume') },
    long: { ...common, path: '/' },
    short: { ...common },
  };
}

/** Where scripts of a public client may call from: the origins of its own redirect URIs. An app's has none (`null`). */
function corsAllowed(clients: ReadonlyMap<string, Client>) {
  return (_ctx: KoaContextWithOIDC, origin: string, { clientId }: { clientId: string }): boolean => {
    const client = clients.get(clientId);
    return (
      client?.type === 'public' && client.redirectUris.some((uri) => !isAppUri(uri) && new URL(uri).origin === origin)
    );
  };
}

function configuration(deps: ProviderDeps, decide: Decide): Configuration {
  const { config, storage, clock, keyring, clients } = deps;
  const policy = createPolicy(decide, clients);
  return {
    adapter: createAdapter({ storage, clock, keyring, clients: createClientModel(deps.findClient, deps.registered) }),
    jwks: signingJwks(deps.servedKeys),
    acrValues: allAcrs(config.acr),
    claims: claimsByScope,
    scopes: ['openid', 'offline_access'],
    responseTypes: ['code'],
    subjectTypes: ['public', 'pairwise'],
    // A cast: account ids are strings to the library.
    pairwiseIdentifier: async (_ctx, accountId, { clientId }) => {
      const client = clients.get(clientId);
      if (client === undefined) throw new Error('a pairwise identifier for an unknown client');
      return subjectOf(keyring, client, accountId as AccountId);
    },
    clientAuthMethods: clientAuthMethods(config.proxy.clientCertificateHeader !== null),
    assertJwtClientAuthClaimsAndHeader: assertAssertion(clock),
    enabledJWA: algorithms,
    // Whoever does not say otherwise of itself in the conformance profile (config/registered-client.ts).
    pkce: { required: (_ctx, { clientId }) => clients.get(clientId)?.registered?.pkceDemanded ?? true },
    extraClientMetadata: extraClientMetadata(deps),
    cookies: cookies(deps),
    features: features(deps),
    findAccount: accountFinder(deps),
    loadExistingGrant: grantLoader(deps, decide),
    interactions: {
      url: (_ctx, interaction) => `/interaction/${interaction.uid}`,
      policy,
    },
    issueRefreshToken: async (_ctx, client) => clients.get(client.clientId)?.offlineAccess === true,
    expiresWithSession: async (_ctx, token) => clients.get(String(token.clientId))?.offlineAccess !== true,
    rotateRefreshToken: rotateRefreshToken(deps, clients),
    extraTokenClaims: levelInToken,
    ttl: lives(deps),
    clientBasedCORS: corsAllowed(clients),
    renderError: jsonForPrograms(providerPages(deps).renderError),
    fetch: guardedFetch(config.outgoing.allow),
    fetchResponseBodyLimits: { jwks_uri: 65_536, sector_identifier_uri: 65_536 },
    discovery: discoveryOf(config, policy),
    enableHttpPostMethods: false,
  };
}

export function createProvider(deps: ProviderDeps): Provider {
  const decide = createDecide(deps, deps.clients);
  const provider = new Provider(deps.config.issuer, configuration(deps, decide));
  tellRefusals(provider, deps);
  provider.use(detachSignUp(deps));
  provider.use(straightToPage(decide));
  provider.use(trueDiscovery());
  provider.use(keysMayBeKept(deps.config.signingKeys.jwksCacheSeconds));
  provider.use(formPostPage(deps));
  const { trustedHops } = deps.config.proxy;
  provider.proxy = trustedHops > 0;
  provider.maxIpsCount = trustedHops;
  return provider;
}
