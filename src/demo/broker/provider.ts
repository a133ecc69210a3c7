import { randomBytes } from 'node:crypto';
import { type ClientMetadata, type Configuration, interactionPolicy, Provider } from 'oidc-provider';
import { claimsByScope, personClaims } from './claims.ts';
import { clientKeys, type ReadClientKeys } from './client-keys.ts';
import type { DialectRules } from './dialect-rules.ts';
import { showError } from './error-page.ts';
import { withEndpointFaults } from './faults.ts';
import type { BrokerKeys } from './keys.ts';
import { withLapses } from './lapses.ts';
import { createMemoryAdapter } from './memory-adapter.ts';
import { libraryJwksPath, withPublication } from './publication.ts';
import { requestRegistration, requestRules, withRequestAudience } from './request-rules.ts';
import type { BrokerSettings } from './settings.ts';
import type { Switches } from './start-page.ts';
import { withOwnTokens } from './tokens.ts';
import type { Visits } from './visits.ts';
import { withOwnWayBack } from './way-back.ts';

export type ProviderInput = Readonly<{
  settings: BrokerSettings;
  keys: BrokerKeys;
  visits: Visits;
  switches: Switches;
}>;

/** oidc-provider with the duties of the Finnish Trust Network's profile (recommendation S213/2023), in one dialect. */
export function createProvider(input: ProviderInput): Provider {
  const { settings, keys, visits, switches } = input;
  const { dialect } = settings;
  const readClientKeys = clientKeys(settings.avainKeys, dialect);
  const provider = new Provider(settings.address.origin, {
    adapter: createMemoryAdapter,
    jwks: { keys: [keys.signing] },
    clients: [avainAsClient(settings)],
    ...protocol(input, readClientKeys),
    ...person(settings),
  });
  withPublication(provider, input);
  withLapses(provider, dialect, switches);
  withRequestAudience(provider, dialect);
  withOwnTokens(provider, input, readClientKeys);
  return withEndpointFaults(withOwnWayBack(provider, dialect), dialect, visits);
}

function avainAsClient({ avainOrigin, avainKeys, encryption, dialect }: BrokerSettings): ClientMetadata {
  return {
    client_id: 'avain',
    redirect_uris: [`${avainOrigin}/upstream/demotunnistus/callback`],
    response_types: ['code'],
    grant_types: ['authorization_code'],
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_signing_alg: 'RS256',
    jwks_uri: clientKeysUri(avainKeys),
    ...requestRegistration(dialect),
    require_auth_time: true,
    id_token_signed_response_alg: 'RS256',
    id_token_encrypted_response_alg: encryption.alg,
    id_token_encrypted_response_enc: encryption.enc,
    ...(dialect.userinfo !== 'none' && { userinfo_signed_response_alg: 'RS256' }),
  };
}

function protocol({ settings, visits, switches }: ProviderInput, readClientKeys: ReadClientKeys): Configuration {
  const { dialect, avainKeys } = settings;
  const rules = requestRules(dialect, switches);
  return {
    responseTypes: ['code'],
    scopes: Object.keys(dialect.scopes),
    claims: claimsByScope(dialect),
    // Where userinfo is the only place for them, the ID token says nothing of the person.
    conformIdTokenClaims: dialect.userinfo === 'only',
    extraParams: ['ftn_spname', 'ftn_idp_id'],
    ...(dialect.levels && { acrValues: [...dialect.levels] }),
    pkce: { required: () => true },
    clientAuthMethods: ['private_key_jwt'],
    assertJwtClientAuthClaimsAndHeader: rules.clientAssertion,
    features: features(dialect, rules.requestObject),
    enabledJWA: { idTokenEncryptionAlgValues: ['RSA-OAEP', 'RSA-OAEP-256', 'ECDH-ES'], idTokenEncryptionEncValues },
    routes: routesOf(dialect),
    findAccount: async (_ctx, accountId) => {
      const identified = visits.identified(accountId);
      if (!identified) return undefined;
      return { accountId, claims: async () => ({ sub: accountId, ...personClaims(dialect, identified) }) };
    },
    ttl: { AccessToken: 60, AuthorizationCode: 60, Grant: 900, IdToken: 600, Interaction: 3600, Session: 900 },
    // The library forbids private addresses; Avain's keys are on this machine, and nothing else is ever asked for.
    fetch: async (url) => {
      if (String(url) !== clientKeysUri(avainKeys)) throw new Error('the simulated broker calls nobody else');
      return Response.json(await readClientKeys());
    },
  };
}

const idTokenEncryptionEncValues = ['A128CBC-HS256', 'A128GCM', 'A256CBC-HS512', 'A256GCM'] as const;

function routesOf({ paths }: DialectRules): NonNullable<Configuration['routes']> {
  const { authorization, token, userinfo, pushed } = paths;
  return {
    authorization,
    token,
    jwks: libraryJwksPath(paths),
    ...(userinfo && { userinfo }),
    ...(pushed && { pushed_authorization_request: pushed }),
  };
}

type Features = NonNullable<Configuration['features']>;
type AssertRequestObject = NonNullable<Features['requestObjects']>['assertJwtClaimsAndHeader'];

function features({ paths, requests }: DialectRules, assertJwtClaimsAndHeader: AssertRequestObject): Features {
  return {
    devInteractions: { enabled: false },
    encryption: { enabled: true },
    userinfo: { enabled: paths.userinfo !== null },
    jwtUserinfo: { enabled: paths.userinfo !== null },
    rpInitiatedLogout: { enabled: false },
    resourceIndicators: { enabled: false },
    dPoP: { enabled: false },
    pushedAuthorizationRequests: {
      enabled: paths.pushed !== null,
      requirePushedAuthorizationRequests: requests === 'pushed',
    },
    requestObjects: {
      enabled: true,
      requireSignedRequestObject: requests !== 'pushed',
      ...(assertJwtClaimsAndHeader && { assertJwtClaimsAndHeader }),
    },
  };
}

/** The library wants an address; where the keys are signed, it is given them after they were verified. */
function clientKeysUri(address: string): string {
  return `${address}/jwks`;
}

function person(settings: BrokerSettings): Configuration {
  const policy = interactionPolicy.base();
  // `prompt=consent` means the data page here, which belongs to the one interaction.
  policy.get('consent')?.checks.clear();
  const prefix = `demotunnistus_${settings.address.port}`;
  return {
    interactions: { policy, url: (_ctx, { uid }) => `/interaction/${uid}` },
    cookies: {
      keys: [randomBytes(32).toString('base64url')],
      // All ports of localhost share their cookies.
      names: { session: `${prefix}_session`, interaction: `${prefix}_interaction`, resume: `${prefix}_resume` },
    },
    renderError: async (ctx, { error, error_description: description }) => showError(ctx, error, description),
    loadExistingGrant: async ({ oidc }) => {
      const { client, session } = oidc;
      if (!client || !session?.accountId) return undefined;
      const grant = new oidc.provider.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope(String(oidc.params?.['scope']));
      await grant.save();
      return grant;
    },
  };
}
