import { timingSafeEqual } from 'node:crypto';
import type { ExchangeSecrets, FinishOutcome } from './broker.ts';
import type { BrokerConfig } from './broker-config.ts';

/** What a browser brought back: a code to redeem, or how the exchange ended already. */
export type CallbackAnswer = Readonly<{ code: string }> | Readonly<{ ended: FinishOutcome }>;

// Codes of the known brokers are under 100 characters. An odd one might make a broker answer 5xx, and that would look
// like a broker that is down: whoever holds the browser must not be able to cause it.
const plausibleCode = /^[\x21-\x7e]{1,512}$/;

const knownErrors: ReadonlySet<string> = new Set([
  'invalid_request',
  'unauthorized_client',
  'unsupported_response_type',
  'invalid_scope',
  'server_error',
  'temporarily_unavailable',
  'login_required',
  'interaction_required',
  'consent_required',
  'unmet_authentication_requirements',
  'invalid_request_object',
  'access_denied',
]);

/**
 * Judges the query of the callback without asking anybody: `state` (CSRF), `iss` where it is sent (mix-up, RFC 9207),
 * then `error`. All of it came through the browser, so the outcome is never `unavailable`.
 */
export function answerOf(query: URLSearchParams, exchange: ExchangeSecrets, config: BrokerConfig): CallbackAnswer {
  for (const name of ['state', 'iss', 'error', 'code']) if (query.getAll(name).length > 1) return failed('repeated');
  if (!isSame(query.get('state'), exchange.state)) return failed('state');
  const issuer = query.get('iss');
  if (issuer === null ? config.requireResponseIssuer : issuer !== config.issuer) return failed('issuer');
  const error = query.get('error');
  if (error !== null) {
    if (config.cancelErrors.includes(error)) return { ended: { outcome: 'cancelled' } };
    // Only known words reach our logs.
    return failed(`refused_${knownErrors.has(error) ? error : 'other'}`);
  }
  const code = query.get('code');
  return code !== null && plausibleCode.test(code) ? { code } : failed('code');
}

function failed(cause: string): CallbackAnswer {
  return { ended: { outcome: 'failed', cause } };
}

function isSame(given: string | null, expected: string): boolean {
  if (given === null) return false;
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
