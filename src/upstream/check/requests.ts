import type { Configuration } from 'openid-client';
import { authorizationParameters, authorizationUrl } from '../authorization-request.ts';
import type { ExchangeSecrets } from '../broker.ts';
import { startOutcomeOf } from '../error-outcomes.ts';
import type { SigningKey } from '../ftn/keys.ts';
import { type CheckInput, type Finding, met, notMet, notTried } from './duty.ts';
import { type Landing, walk } from './walk.ts';
import { wordsFor } from './words.ts';

type Requests = Readonly<{ configuration: Configuration; signing: SigningKey; stranger: SigningKey }>;
type Tried = Landing | Readonly<{ at: 'refused'; reason: string }>;

/** Whether the broker tells our requests from those that are not ours. Nobody identifies: each try ends at its first page. */
export async function requestDuties(check: CheckInput, requests: Requests): Promise<readonly Finding[]> {
  const { mode } = check.config.request;
  const own = await tried(check, requests, requests.signing);
  const accepted = acceptedFinding(own);
  if (accepted.verdict !== 'met') {
    const reason = 'our own request was not accepted, so a refusal would say nothing';
    return [accepted, notTried('unsigned-refused', reason), notTried('forged-refused', reason)];
  }
  const unsigned = refusedFinding('unsigned-refused', await land(check, await unsignedUrl(check, requests)), own);
  if (mode === 'par') {
    const reason = 'requests are pushed, not signed (request.mode: par): see stranger-refused';
    return [accepted, unsigned, notTried('forged-refused', reason)];
  }
  return [accepted, unsigned, refusedFinding('forged-refused', await tried(check, requests, requests.stranger), own)];
}

async function tried(check: CheckInput, { configuration }: Requests, signing: SigningKey): Promise<Tried> {
  try {
    return await land(check, await authorizationUrl(configuration, { ...request(check), signing }));
  } catch (error) {
    return { at: 'refused', reason: wordsFor(startOutcomeOf(error).cause) };
  }
}

/** The parameters in the open, as anybody could write them into an address. */
async function unsignedUrl(check: CheckInput, { configuration }: Requests): Promise<URL> {
  const url = new URL(configuration.serverMetadata().authorization_endpoint ?? '');
  const parameters = { client_id: check.config.clientId, ...(await authorizationParameters(request(check))) };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url;
}

function request({ id, config, redirectUri, serviceName, clock, random }: CheckInput) {
  const secret = () => random.bytes(32).toString('base64url');
  const method = config.method.offered[0] ?? 'bank';
  const exchange: ExchangeSecrets = {
    brokerId: id,
    state: secret(),
    nonce: secret(),
    codeVerifier: secret(),
    method,
    requireHigh: false,
    startedAt: clock.now(),
  };
  return { config, redirectUri, exchange, input: { method, locale: 'fi', serviceName } as const };
}

function land({ redirectUri, config }: CheckInput, url: URL): Promise<Landing> {
  return walk(url, { redirectUri, timeoutMs: config.timeoutSeconds * 1000 });
}

function acceptedFinding(own: Tried): Finding {
  const duty = 'request-accepted';
  if (own.at === 'page' && own.status < 400)
    return met(duty, `it shows «${own.title}»: look whether that is its first page`);
  const hint = 'is our public key registered there, the redirect URI, the client id, request.audience right?';
  if (own.at === 'page') return notMet(duty, `it answers ${own.status} and shows «${own.title}»: ${hint}`);
  if (own.at !== 'redirect-uri') return notMet(duty, `${own.reason}: ${hint}`);
  const error = errorIn(own.url);
  return error === null
    ? met(duty, 'it sends the person straight back')
    : notMet(duty, `it sends back ${error}: ${hint}`);
}

function refusedFinding(duty: 'unsigned-refused' | 'forged-refused', landing: Tried, own: Tried): Finding {
  if (landing.at === 'refused') return met(duty, landing.reason);
  if (landing.at === 'nowhere') return notTried(duty, landing.reason);
  if (landing.at === 'redirect-uri') {
    const error = errorIn(landing.url);
    return error === null ? notMet(duty, 'it was taken') : met(duty, `it sends back ${error}`);
  }
  if (landing.status >= 400) return met(duty, `it answers ${landing.status}`);
  // Some brokers show an error as an ordinary page: another title at another place is a refusal, half of that is a doubt.
  const shown = `it shows «${landing.title}»`;
  const [sameTitle, samePlace] =
    own.at === 'page' ? [own.title === landing.title, own.place === landing.place] : [false, false];
  if (sameTitle && samePlace)
    return notMet(duty, `it was taken: ${shown}, as to us: ask the broker to demand signed requests`);
  if (sameTitle || samePlace) return notTried(duty, `${shown}: only a look at it tells whether that is an error`);
  return met(duty, `${shown} instead of its first page`);
}

function errorIn({ searchParams }: URL): string | null {
  const error = searchParams.get('error');
  if (error === null) return null;
  return /^[a-z_]{1,60}$/.test(error) ? error : 'an error';
}
