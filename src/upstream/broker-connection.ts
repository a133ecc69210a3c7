import {
  allowInsecureRequests,
  type ClientMetadata,
  Configuration,
  type CustomFetch,
  customFetch,
  discovery,
  enableDecryptingResponses,
  enableNonRepudiationChecks,
  modifyAssertion,
  PrivateKeyJwt,
  type ServerMetadata,
} from 'openid-client';
import type { Clock } from '../deps.ts';
import { audienceOf } from './authorization-request.ts';
import type { BrokerConfig } from './broker-config.ts';
import { BrokerUnreachable } from './broker-fetch.ts';
import type { DecryptionKey, SigningKey } from './ftn/keys.ts';

export type ConnectionInput = Readonly<{
  config: BrokerConfig;
  signing: SigningKey;
  decryption: readonly DecryptionKey[];
  fetch: CustomFetch;
  clock: Clock;
}>;

/** What openid-client knows of the broker; throws {@link BrokerUnreachable} when the metadata cannot be had or used. */
export type BrokerConnection = () => Promise<Configuration>;

const metadataLifeMs = 24 * 60 * 60_000;

/**
 * Reads the broker's metadata when first needed and again after 24 h, so that Avain starts while a broker is down.
 * The broker's keys live in the configuration: read at most five minutes back, again for an unknown `kid` but at most
 * once a minute (the library's rule).
 */
export function createBrokerConnection(input: ConnectionInput): BrokerConnection {
  let current: { configuration: Configuration; readAt: number } | undefined;
  let reading: Promise<Configuration> | undefined;
  const read = async () => {
    const configuration = configure(input, await metadataOf(input));
    current = { configuration, readAt: input.clock.now() };
    return configuration;
  };
  return async () => {
    if (current && input.clock.now() - current.readAt < metadataLifeMs) return current.configuration;
    // One reading at a time, however many people start at once.
    reading ??= read().finally(() => {
      reading = undefined;
    });
    return reading;
  };
}

async function metadataOf({ config, fetch }: ConnectionInput): Promise<ServerMetadata> {
  if (config.endpoints) {
    const { authorization, token, jwks } = config.endpoints;
    return { issuer: config.issuer, authorization_endpoint: authorization, token_endpoint: token, jwks_uri: jwks };
  }
  try {
    const found = await discovery(new URL(config.issuer), config.clientId, undefined, undefined, {
      [customFetch]: fetch,
      execute: isInsecure(config) ? [allowInsecureRequests] : [],
    });
    return usable(found.serverMetadata());
  } catch (error) {
    if (error instanceof BrokerUnreachable) throw error;
    if (error instanceof Error && error.cause instanceof BrokerUnreachable) throw error.cause;
    throw new BrokerUnreachable('metadata', { cause: error });
  }
}

function usable(metadata: ServerMetadata): ServerMetadata {
  for (const endpoint of ['authorization_endpoint', 'token_endpoint', 'jwks_uri'] as const) {
    if (!URL.canParse(metadata[endpoint] ?? '')) throw new BrokerUnreachable('metadata');
  }
  return metadata;
}

function configure({ config, signing, decryption, fetch }: ConnectionInput, metadata: ServerMetadata): Configuration {
  const offered = metadata.id_token_signing_alg_values_supported;
  const accepted = config.idToken.signing.filter((alg) => !Array.isArray(offered) || offered.includes(alg));
  if (accepted.length === 0) throw new BrokerUnreachable('metadata_algorithms');
  // Our allow-list decides, never what the metadata offers (security R23: no `none`, no HS*).
  const server: ServerMetadata = { ...metadata, id_token_signing_alg_values_supported: [...accepted] };
  const client: Partial<ClientMetadata> = { token_endpoint_auth_method: 'private_key_jwt' };
  const configuration = new Configuration(
    server,
    config.clientId,
    client,
    clientAuthentication(config, signing, server),
  );
  configuration[customFetch] = fetch;
  configuration.timeout = config.timeoutSeconds;
  if (isInsecure(config)) allowInsecureRequests(configuration);
  enableDecryptingResponses(configuration, [...config.idToken.contentEncryption], ...decryption);
  // The inner signature is what proves who vouched: TLS to the token endpoint is not kept as evidence.
  enableNonRepudiationChecks(configuration);
  return configuration;
}

function clientAuthentication({ assertion }: BrokerConfig, signing: SigningKey, server: ServerMetadata) {
  const audiences = { issuer: server.issuer, token_endpoint: server.token_endpoint ?? server.issuer };
  return PrivateKeyJwt(signing, {
    [modifyAssertion]: (_header, payload) => {
      // `iat` and a fresh `jti` are the library's.
      payload.exp = Number(payload.iat) + assertion.ttlSeconds;
      payload.aud = audienceOf(assertion.audience, audiences);
    },
  });
}

// The schema lets http pass in development only, and there on loopback only.
function isInsecure(config: BrokerConfig): boolean {
  return config.issuer.startsWith('http:');
}
