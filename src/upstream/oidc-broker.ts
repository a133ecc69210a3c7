import {
  AuthorizationResponseError,
  authorizationCodeGrant,
  ClientError,
  type CustomFetch,
  ResponseBodyError,
} from 'openid-client';
import type { Clock, Random } from '../deps.ts';
import { authorizationUrl } from './authorization-request.ts';
import type {
  BrokerUnavailable,
  Connector,
  ExchangeSecrets,
  FinishOutcome,
  StartInput,
  StartOutcome,
} from './broker.ts';
import type { BrokerConfig } from './broker-config.ts';
import { type BrokerConnection, createBrokerConnection } from './broker-connection.ts';
import { BrokerUnreachable, createBrokerFetch } from './broker-fetch.ts';
import { answerOf } from './callback-parameters.ts';
import { importBrokerKeys, type PrivateJwks, type SigningKey } from './ftn/keys.ts';
import { judgeIdToken, type ParseHetu } from './id-token.ts';

export type OidcBrokerInput = Readonly<{
  id: string;
  config: BrokerConfig;
  /** `<Avain's issuer>/upstream/<id>/callback`: each broker has its own (security R22). */
  redirectUri: string;
  keys: PrivateJwks;
  parseHetu: ParseHetu;
  clock: Clock;
  random: Pick<Random, 'bytes'>;
  /** For tests of the network's faults only. */
  fetch?: CustomFetch;
}>;

type Parts = OidcBrokerInput & Readonly<{ connect: BrokerConnection; signing: SigningKey }>;

const exchangeLifeMs = 15 * 60_000;

/**
 * The one connector for brokers that speak the Finnish Trust Network's OpenID Connect profile (S213/2023): code flow,
 * signed request object, PKCE, private_key_jwt, ID token signed and then encrypted. Asks nobody before it is used.
 * Throws `Error` when the keys are unusable.
 */
export async function createOidcBroker(input: OidcBrokerInput): Promise<Connector> {
  const { id, config, keys, clock } = input;
  const { signing, decryption } = await importBrokerKeys(keys, config.idToken.keyEncryption);
  const fetch = input.fetch ?? createBrokerFetch(config.timeoutSeconds * 1000);
  const parts: Parts = {
    ...input,
    signing,
    connect: createBrokerConnection({ config, signing, decryption, fetch, clock }),
  };
  return {
    id,
    enabled: config.enabled,
    methods: config.method.offered.map((method) => ({ id: method, hint: config.method[method] ?? null })),
    start: (request) => start(parts, request),
    finish: ({ callbackUrl, exchange }) => finish(parts, callbackUrl.searchParams, exchange),
  };
}

async function start(parts: Parts, input: StartInput): Promise<StartOutcome> {
  const { id, config, clock } = parts;
  if (!config.enabled) return { outcome: 'unavailable', cause: 'disabled' };
  // 256 bits each; the profile demands at least 128 for nonce and state.
  const secret = () => parts.random.bytes(32).toString('base64url');
  const exchange: ExchangeSecrets = {
    brokerId: id,
    state: secret(),
    nonce: secret(),
    codeVerifier: secret(),
    method: input.method,
    requireHigh: input.requireHigh ?? false,
    startedAt: clock.now(),
  };
  try {
    return {
      outcome: 'started',
      url: await authorizationUrl(await parts.connect(), { ...parts, input, exchange }),
      exchange,
    };
  } catch (error) {
    if (error instanceof BrokerUnreachable) return { outcome: 'unavailable', cause: error.code };
    throw error;
  }
}

async function finish(parts: Parts, query: URLSearchParams, exchange: ExchangeSecrets): Promise<FinishOutcome> {
  const { id, config, clock, parseHetu } = parts;
  // A broker switched off after an incident is refused for exchanges already under way too (security R26).
  if (!config.enabled) return { outcome: 'failed', cause: 'disabled' };
  if (exchange.brokerId !== id) return { outcome: 'failed', cause: 'other_broker' };
  if (clock.now() - exchange.startedAt > exchangeLifeMs) return { outcome: 'failed', cause: 'exchange_expired' };
  const answer = answerOf(query, exchange, config);
  if ('ended' in answer) return answer.ended;
  try {
    const claims = await redeem(parts, answer.code, query.get('iss'), exchange);
    if (!claims) return { outcome: 'failed', cause: 'token_not_encrypted' };
    return judgeIdToken(claims, { config, exchange, parseHetu, now: clock.now() });
  } catch (error) {
    return outcomeOf(error);
  }
}

/** The claims of the ID token, or undefined when it was not encrypted to us. */
async function redeem({ connect, redirectUri }: Parts, code: string, issuer: string | null, exchange: ExchangeSecrets) {
  // Rebuilt from what was checked: a proxy's idea of our address, or further parameters, have no say.
  const callback = new URL(redirectUri);
  callback.search = new URLSearchParams({ code, state: exchange.state, ...(issuer ? { iss: issuer } : {}) }).toString();
  const tokens = await authorizationCodeGrant(await connect(), callback, {
    expectedState: exchange.state,
    expectedNonce: exchange.nonce,
    pkceCodeVerifier: exchange.codeVerifier,
    idTokenExpected: true,
  });
  // The library takes a merely signed token as well; the profile does not: five parts are a JWE.
  return tokens.id_token?.split('.').length === 5 ? tokens.claims() : undefined;
}

function outcomeOf(error: unknown): FinishOutcome {
  const unreachable = unreachableBehind(error);
  if (unreachable) return unreachable;
  // 4xx of the token endpoint: the code came through the browser and was refused.
  if (error instanceof ResponseBodyError) return { outcome: 'failed', cause: 'code_refused' };
  if (error instanceof AuthorizationResponseError) return { outcome: 'failed', cause: 'response' };
  // The library's codes are fixed words; its messages and causes may quote the token and go nowhere.
  if (error instanceof ClientError)
    return { outcome: 'failed', cause: `token_${(error.code ?? 'invalid').toLowerCase()}` };
  throw error;
}

function unreachableBehind(error: unknown): BrokerUnavailable | undefined {
  for (let each = error; each instanceof Error; each = each.cause) {
    if (each instanceof BrokerUnreachable) return { outcome: 'unavailable', cause: each.code };
  }
  return undefined;
}
