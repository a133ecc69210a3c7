import { allowInsecureRequests, type CustomFetch, customFetch, discovery, type ServerMetadata } from 'openid-client';
import type { BrokerConfig } from './broker-config.ts';
import { BrokerUnreachable } from './broker-fetch.ts';

/**
 * Where the broker is and what it offers: from its pinned entity statement, the configuration, or discovery. Throws
 * {@link BrokerUnreachable} when it cannot be had or used.
 */
export async function readMetadata(config: BrokerConfig, fetch: CustomFetch): Promise<ServerMetadata> {
  return usable(config, stated(config) ?? (await discovered(config, fetch)));
}

function stated({ issuer, endpoints, entityStatement, pinned }: BrokerConfig): ServerMetadata | undefined {
  // Never on to discovery, which whoever holds the broker's host name could answer.
  if (entityStatement && !pinned) throw new Error('the entity statement was not read');
  if (!endpoints && !pinned) return undefined;
  return present({
    issuer,
    authorization_endpoint: endpoints?.authorization ?? pinned?.authorizationEndpoint,
    token_endpoint: endpoints?.token ?? pinned?.tokenEndpoint,
    jwks_uri: pinned?.signedJwksUri ?? endpoints?.jwks,
    userinfo_endpoint: endpoints?.userInfo ?? pinned?.userInfoEndpoint,
    pushed_authorization_request_endpoint: endpoints?.pushedAuthorization ?? pinned?.pushedAuthorizationEndpoint,
    id_token_signing_alg_values_supported: pinned?.idTokenSigning,
  });
}

/** Without what is null or undefined: the library takes an absent member, not an empty one. */
function present(metadata: Readonly<Record<string, unknown>> & { issuer: string }): ServerMetadata {
  const members = Object.entries(metadata).filter(([, value]) => value !== null && value !== undefined);
  return { issuer: metadata.issuer, ...Object.fromEntries(members) };
}

async function discovered(config: BrokerConfig, fetch: CustomFetch): Promise<ServerMetadata> {
  try {
    const found = await discovery(new URL(config.issuer), config.clientId, undefined, undefined, {
      [customFetch]: fetch,
      execute: isInsecure(config) ? [allowInsecureRequests] : [],
    });
    return found.serverMetadata();
  } catch (error) {
    if (error instanceof BrokerUnreachable) throw error;
    if (error instanceof Error && error.cause instanceof BrokerUnreachable) throw error.cause;
    throw new BrokerUnreachable('metadata', { cause: error });
  }
}

function usable(config: BrokerConfig, metadata: ServerMetadata): ServerMetadata {
  // To the letter, since each token is compared so: a slash too many is told here, not by every token.
  if (metadata.issuer !== config.issuer) throw new BrokerUnreachable('metadata_issuer');
  const needed = [
    metadata.authorization_endpoint,
    metadata.token_endpoint,
    metadata.jwks_uri,
    ...(config.userInfo === 'none' ? [] : [metadata.userinfo_endpoint]),
    ...(config.request.mode === 'jar' ? [] : [metadata.pushed_authorization_request_endpoint]),
  ];
  for (const endpoint of needed) {
    const url = URL.parse(endpoint ?? '');
    if (url?.protocol !== 'https:' && !(url?.protocol === 'http:' && isInsecure(config))) {
      throw new BrokerUnreachable('metadata_endpoints');
    }
  }
  return metadata;
}

/** The schema lets http pass in development only, and there on loopback only. */
export function isInsecure(config: Pick<BrokerConfig, 'issuer'>): boolean {
  return config.issuer.startsWith('http:');
}
