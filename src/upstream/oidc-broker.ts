import { authorizationCodeGrant, type CustomFetch } from 'openid-client';
import type { Clock, Random } from '../deps.ts';
import { authorizationUrl } from './authorization-request.ts';
import { type Breaker, createBreaker } from './breaker.ts';
import type { Connector, ExchangeSecrets, FinishOutcome, StartInput, StartOutcome } from './broker.ts';
import type { BrokerConfig } from './broker-config.ts';
import { type BrokerConnection, createBrokerConnection } from './broker-connection.ts';
import { createBrokerFetch } from './broker-fetch.ts';
import { answerOf } from './callback-parameters.ts';
import { TokenRefused } from './decryption.ts';
import { finishOutcomeOf, startOutcomeOf } from './error-outcomes.ts';
import { importBrokerKeys, type PrivateJwks, type SigningKey } from './ftn/keys.ts';
import { type Claims, judgeIdToken } from './id-token.ts';
import type { ParseHetu } from './identifier.ts';
import { createLiveness, type Liveness } from './liveness.ts';
import { withUserInfo } from './user-info.ts';

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

type Parts = OidcBrokerInput &
  Readonly<{
    connect: BrokerConnection;
    signing: SigningKey;
    breaker: Breaker;
    liveness: Liveness;
  }>;

const exchangeLifeMs = 15 * 60_000;

/**
 * The one connector for brokers that speak the Finnish Trust Network's OpenID Connect profile (S213/2023): code flow,
 * signed or pushed request, PKCE, private_key_jwt, ID token and userinfo signed and then encrypted. Asks nobody before
 * it is used; has a circuit breaker of its own. Throws `Error` when the keys are unusable.
 */
export async function createOidcBroker(input: OidcBrokerInput): Promise<Connector> {
  const { id, config, keys, clock } = input;
  const { signing, decryption } = await importBrokerKeys(keys, config.idToken.keyEncryption);
  const liveness = createLiveness(input.fetch ?? createBrokerFetch(config.timeoutSeconds * 1000), clock);
  const { fetch } = liveness;
  const breaker = createBreaker();
  const { guard } = breaker;
  const connect = createBrokerConnection({ config, signing, decryption, fetch, guard, clock });
  const parts: Parts = { ...input, signing, breaker, liveness, connect };
  return {
    id,
    enabled: config.enabled,
    methods: config.method.offered.map((method) => ({ id: method, hint: config.method[method] ?? null })),
    start: (request) => start(parts, request),
    finish: ({ callbackUrl, exchange }) => finish(parts, callbackUrl.searchParams, exchange),
  };
}

async function start(parts: Parts, input: StartInput): Promise<StartOutcome> {
  const { id, config, clock, breaker, liveness } = parts;
  if (!config.enabled) return { outcome: 'unavailable', cause: 'disabled' };
  // Whoever went to the bank now would come back for nothing.
  if (breaker.isOpen()) return { outcome: 'unavailable', cause: 'circuit_open' };
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
    const configuration = await parts.connect();
    const build = () => authorizationUrl(configuration, { ...parts, input, exchange });
    // Only a pushed request is a call; what asks nobody must not count as a success.
    if (config.request.mode !== 'jar') return { outcome: 'started', url: await breaker.guard(build), exchange };
    const { jwks_uri: keys } = configuration.serverMetadata();
    if (keys !== undefined && liveness.isQuiet()) await breaker.guard(() => liveness.ask(keys));
    return { outcome: 'started', url: await build(), exchange };
  } catch (error) {
    return startOutcomeOf(error);
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
    return judgeIdToken(claims, { config, exchange, parseHetu, now: clock.now() });
  } catch (error) {
    return finishOutcomeOf(error);
  }
}

/** What the broker says of the person: decrypted, its signature, issuer, expiry and nonce verified. */
async function redeem(parts: Parts, code: string, issuer: string | null, exchange: ExchangeSecrets): Promise<Claims> {
  const { connect, config, redirectUri, breaker } = parts;
  // Rebuilt from what was checked: a proxy's idea of our address, or further parameters, have no say.
  const callback = new URL(redirectUri);
  callback.search = new URLSearchParams({ code, state: exchange.state, ...(issuer ? { iss: issuer } : {}) }).toString();
  const configuration = await connect();
  return breaker.guard(async () => {
    const tokens = await authorizationCodeGrant(configuration, callback, {
      expectedState: exchange.state,
      expectedNonce: exchange.nonce,
      pkceCodeVerifier: exchange.codeVerifier,
      idTokenExpected: true,
    });
    const idToken = tokens.claims();
    if (!idToken) throw new TokenRefused('token_missing');
    return withUserInfo(configuration, { config, idToken, accessToken: tokens.access_token });
  });
}
