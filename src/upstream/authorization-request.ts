import {
  buildAuthorizationUrlWithJAR,
  buildAuthorizationUrlWithPAR,
  type Configuration,
  calculatePKCECodeChallenge,
  modifyAssertion,
} from 'openid-client';
import type { ExchangeSecrets, StartInput } from './broker.ts';
import type { BrokerConfig } from './broker-config.ts';
import type { SigningKey } from './ftn/keys.ts';

export type RequestInput = Readonly<{
  config: BrokerConfig;
  redirectUri: string;
  signing: SigningKey;
  input: StartInput;
  exchange: ExchangeSecrets;
}>;

/**
 * The address that sends the browser to the broker. Nothing in it can be changed on the way to lower the level or to
 * alter the person's way back: every parameter is in a signed request object (RFC 9101), or was pushed by our server to
 * the broker's (RFC 9126), or both; in the address are only `client_id` and `request` or `request_uri`.
 */
export async function authorizationUrl(configuration: Configuration, request: RequestInput): Promise<URL> {
  const parameters = await authorizationParameters(request);
  const { mode } = request.config.request;
  if (mode === 'par') return buildAuthorizationUrlWithPAR(configuration, parameters);
  const signed = await signedRequest(configuration, request, parameters);
  return mode === 'par-jar' ? buildAuthorizationUrlWithPAR(configuration, signed.searchParams) : signed;
}

function signedRequest(
  configuration: Configuration,
  { config, signing }: RequestInput,
  parameters: Record<string, string>,
): Promise<URL> {
  const server = configuration.serverMetadata();
  const audiences = {
    issuer: server.issuer,
    authorization_endpoint: server.authorization_endpoint ?? server.issuer,
  };
  return buildAuthorizationUrlWithJAR(configuration, parameters, signing, {
    [modifyAssertion]: (header, payload) => {
      header.typ = config.request.typ;
      payload.aud = audienceOf(config.request.audience, audiences);
      payload.exp = Number(payload.iat) + config.request.ttlSeconds;
    },
  });
}

/** A configured audience: the name of an address in the metadata, or the address itself. */
export function audienceOf(configured: string, named: Readonly<Record<string, string>>): string {
  return named[configured] ?? configured;
}

/** What is asked of the broker, before it is signed or pushed. */
export async function authorizationParameters({
  config,
  redirectUri,
  input,
  exchange,
}: Omit<RequestInput, 'signing'>): Promise<Record<string, string>> {
  const hint = config.method[input.method];
  const levels = exchange.requireHigh ? config.acr.requestHigh : config.acr.request;
  const { parameter } = config.method;
  const acrValues = [...(parameter === 'acr_values' && hint ? [hint] : []), ...levels];
  return {
    response_type: 'code',
    scope: config.scopes.join(' '),
    redirect_uri: redirectUri,
    state: exchange.state,
    nonce: exchange.nonce,
    code_challenge: await calculatePKCECodeChallenge(exchange.codeVerifier),
    code_challenge_method: 'S256',
    ...(acrValues.length > 0 ? { acr_values: acrValues.join(' ') } : {}),
    ...(parameter === 'ftn_idp_id' && hint ? { ftn_idp_id: hint } : {}),
    ui_locales: input.locale,
    ftn_spname: serviceNameForBroker(config.spName?.[input.locale] ?? input.serviceName),
    max_age: String(config.maxAgeSeconds),
    ...(config.prompt ? { prompt: config.prompt } : {}),
    ...(input.loginHint === undefined ? {} : { login_hint: input.loginHint }),
  };
}

// The strictest of the known brokers: Telia takes 40 characters, Signicat none of these signs.
const longestServiceName = 40;
const refusedInServiceName = /[<>=;#^%|\p{Cc}]/gu;

/** A service name as every broker of the network accepts it. */
export function serviceNameForBroker(name: string): string {
  const clean = name.replace(refusedInServiceName, ' ').replace(/\s+/g, ' ').trim();
  return [...clean].slice(0, longestServiceName).join('').trim();
}
