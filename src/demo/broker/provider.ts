import { randomBytes } from 'node:crypto';
import { type ClientMetadata, type Configuration, errors, interactionPolicy, type JWKS, Provider } from 'oidc-provider';
import { claimNames, claimsOf } from './claims.ts';
import { showError, withoutReturnForInvalidRequests } from './error-page.ts';
import { withTokenFaults } from './faults.ts';
import { createMemoryAdapter } from './memory-adapter.ts';
import type { BrokerSettings } from './settings.ts';
import type { Visits } from './visits.ts';

/** Levels of assurance that only tests know; production of any service refuses them. */
export const testLevels = ['http://ftn.ficora.fi/2017/loatest2', 'http://ftn.ficora.fi/2017/loatest3'] as const;

/** oidc-provider with the duties of the Finnish Trust Network's profile (notes: recommendation S213/2023). */
export function createProvider(settings: BrokerSettings, jwks: JWKS, visits: Visits): Provider {
  const provider = new Provider(settings.address.origin, {
    adapter: createMemoryAdapter,
    jwks,
    clients: [avainAsClient(settings)],
    features: features(),
    ...protocol(settings, visits),
    ...person(settings),
  });
  return withTokenFaults(withoutReturnForInvalidRequests(provider), visits);
}

function avainAsClient({ avainOrigin, avainKeys, encryption }: BrokerSettings): ClientMetadata {
  return {
    client_id: 'avain',
    redirect_uris: [`${avainOrigin}/upstream/demotunnistus/callback`],
    response_types: ['code'],
    grant_types: ['authorization_code'],
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_signing_alg: 'RS256',
    jwks_uri: avainKeys,
    require_signed_request_object: true,
    request_object_signing_alg: 'RS256',
    require_auth_time: true,
    id_token_signed_response_alg: 'RS256',
    id_token_encrypted_response_alg: encryption.alg,
    id_token_encrypted_response_enc: encryption.enc,
  };
}

function features(): Configuration['features'] {
  const seen = new Map<string, number>();
  return {
    devInteractions: { enabled: false },
    encryption: { enabled: true },
    userinfo: { enabled: false },
    rpInitiatedLogout: { enabled: false },
    resourceIndicators: { enabled: false },
    dPoP: { enabled: false },
    pushedAuthorizationRequests: { enabled: false },
    requestObjects: {
      enabled: true,
      requireSignedRequestObject: true,
      assertJwtClaimsAndHeader: async (_ctx, claims, header) => assertRequestObject(claims, header, seen),
    },
  };
}

// OP and Telia demand these; the library alone would let them be absent.
function assertRequestObject(
  claims: Record<string, unknown>,
  header: Record<string, unknown>,
  seen: Map<string, number>,
): void {
  const now = Date.now() / 1000;
  const { jti, exp, nonce } = claims;
  const fault = (message: string) => new errors.InvalidRequestObject(message);
  if (!header['kid']) throw fault('kid is missing');
  if (typeof exp !== 'number' || exp > now + 600) throw fault('exp is missing or more than 10 minutes away');
  if (typeof nonce !== 'string' || nonce.length < 22) throw fault('nonce of at least 128 bits is missing');
  if (typeof claims['ftn_spname'] !== 'string') throw fault('ftn_spname is missing');
  for (const [old, expiry] of seen) if (expiry < now) seen.delete(old);
  if (typeof jti !== 'string' || seen.has(jti)) throw fault('jti is missing or was used before');
  seen.set(jti, exp);
}

function protocol(settings: BrokerSettings, visits: Visits): Configuration {
  return {
    responseTypes: ['code'],
    scopes: ['openid'],
    extraParams: ['ftn_spname', 'ftn_idp_id'],
    acrValues: [...testLevels],
    pkce: { required: () => true },
    // The profile has everything in the ID token.
    conformIdTokenClaims: false,
    claims: { openid: ['sub', 'acr', 'amr', 'auth_time', ...claimNames(settings.dialect)] },
    clientAuthMethods: ['private_key_jwt'],
    enabledJWA: {
      idTokenEncryptionAlgValues: ['RSA-OAEP', 'RSA-OAEP-256'],
      idTokenEncryptionEncValues: ['A128CBC-HS256', 'A128GCM', 'A256CBC-HS512', 'A256GCM'],
    },
    findAccount: async (_ctx, accountId) => {
      const identified = visits.identified(accountId);
      if (!identified) return undefined;
      return { accountId, claims: async () => ({ sub: accountId, ...claimsOf(settings.dialect, identified) }) };
    },
    ttl: { AccessToken: 60, AuthorizationCode: 60, Grant: 900, IdToken: 600, Interaction: 3600, Session: 900 },
    // The library forbids private addresses; Avain's keys are on this machine, and nothing else is ever asked for.
    fetch: (url, options) =>
      String(url) === settings.avainKeys
        ? globalThis.fetch(url, unguarded(options))
        : Promise.reject(new Error('the simulated broker calls nobody else')),
  };
}

function unguarded(options: RequestInit = {}): RequestInit {
  // The guard is in the library's own dispatcher, a field that the standard type does not have.
  const { dispatcher: _guard, ...rest } = options as RequestInit & { dispatcher?: unknown };
  return rest;
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
      grant.addOIDCScope('openid');
      await grant.save();
      return grant;
    },
  };
}
