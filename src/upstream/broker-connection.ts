import {
  allowInsecureRequests,
  type ClientMetadata,
  Configuration,
  type CustomFetch,
  customFetch,
  enableNonRepudiationChecks,
  modifyAssertion,
  PrivateKeyJwt,
  type ServerMetadata,
} from 'openid-client';
import type { Clock } from '../deps.ts';
import { audienceOf } from './authorization-request.ts';
import type { Guard } from './breaker.ts';
import type { BrokerConfig } from './broker-config.ts';
import { BrokerUnreachable } from './broker-fetch.ts';
import { createBrokerLine } from './broker-line.ts';
import { isInsecure, readMetadata } from './broker-metadata.ts';
import { createOpener } from './decryption.ts';
import type { DecryptionKey, SigningKey } from './ftn/keys.ts';
import { readProviderKeys } from './provider-keys.ts';

export type ConnectionInput = Readonly<{
  config: BrokerConfig;
  signing: SigningKey;
  decryption: readonly DecryptionKey[];
  fetch: CustomFetch;
  guard: Guard;
  clock: Clock;
}>;

/** What openid-client knows of the broker; throws {@link BrokerUnreachable} when the metadata cannot be had or used. */
export type BrokerConnection = () => Promise<Configuration>;

type Current = { configuration: Configuration; validUntil: number };

const metadataLifeMs = 24 * 60 * 60_000;

/**
 * Reads the broker's metadata when first needed and again after 24 h, so that Avain starts while a broker is down.
 * The broker's keys live with the configuration: no longer than their own `exp`, read at most five minutes back, again
 * for an unknown `kid` but at most once a minute (the last two are the library's rule).
 */
export function createBrokerConnection(input: ConnectionInput): BrokerConnection {
  const { config, fetch, guard, clock } = input;
  let current: Current | undefined;
  let reading: Promise<Configuration> | undefined;
  const read = async () => {
    const metadata = await guard(() => readMetadata(config, fetch));
    current = connect(input, metadata);
    return current.configuration;
  };
  return async () => {
    if (current && clock.now() < current.validUntil) return current.configuration;
    // One reading at a time, however many people start at once.
    reading ??= read().finally(() => {
      reading = undefined;
    });
    return reading;
  };
}

function connect(input: ConnectionInput, metadata: ServerMetadata): Current {
  const { config, decryption, fetch, clock } = input;
  const { configuration, server } = configure(input, metadata);
  const current: Current = { configuration, validUntil: clock.now() + metadataLifeMs };
  configuration[customFetch] = createBrokerLine({
    config,
    server,
    fetch,
    open: createOpener(decryption, config),
    async readKeys(uri, options) {
      const keys = await readProviderKeys({ fetch, pinned: config.pinned }, { uri, options, now: clock.now() });
      // The library knows no expiry of key sets: with the keys goes the configuration that remembers them.
      current.validUntil = Math.min(current.validUntil, keys.validUntil);
      return keys;
    },
  });
  return current;
}

function configure({ config, signing }: ConnectionInput, metadata: ServerMetadata) {
  const offered = metadata.id_token_signing_alg_values_supported;
  const accepted = config.idToken.signing.filter((alg) => !Array.isArray(offered) || offered.includes(alg));
  if (accepted.length === 0) throw new BrokerUnreachable('metadata_algorithms');
  // Our allow-list decides, never what the metadata offers (security R23: no `none`, no HS*).
  const server: ServerMetadata = {
    ...metadata,
    id_token_signing_alg_values_supported: [...accepted],
    userinfo_signing_alg_values_supported: [...accepted],
  };
  const client: Partial<ClientMetadata> = { token_endpoint_auth_method: 'private_key_jwt' };
  const authentication = clientAuthentication(config, signing, server);
  const configuration = new Configuration(server, config.clientId, client, authentication);
  configuration.timeout = config.timeoutSeconds;
  if (isInsecure(config)) allowInsecureRequests(configuration);
  // The inner signature is what proves who vouched: TLS to the token endpoint is not kept as evidence.
  enableNonRepudiationChecks(configuration);
  return { configuration, server };
}

/** Proves to the token endpoint that we are the client: `private_key_jwt`, a new assertion for each call. */
export function clientAuthentication({ assertion }: BrokerConfig, signing: SigningKey, server: ServerMetadata) {
  const audiences = { issuer: server.issuer, token_endpoint: server.token_endpoint ?? server.issuer };
  return PrivateKeyJwt(signing, {
    [modifyAssertion]: (_header, payload) => {
      // `iat` and a fresh `jti` are the library's.
      payload.exp = Number(payload.iat) + assertion.ttlSeconds;
      payload.aud = audienceOf(assertion.audience, audiences);
    },
  });
}
