import type { Connector, ExchangeSecrets, FinishOutcome } from '../broker.ts';
import { type CheckInput, type Duty, type Finding, met, notMet, notTried } from './duty.ts';
import { wordsFor } from './words.ts';

/** Somebody came back to our redirect URI, or why nobody did. */
export type Arrival =
  | Readonly<{ callback: URL; exchange: ExchangeSecrets }>
  | Readonly<{ verdict: 'not met' | 'not tried'; reason: string }>;

/** In the order in which the connector looks, so that a failure tells what was seen before it. */
const inOrder = [
  ['return', /^(state|repeated|code|exchange_expired|disabled|other_broker|response|refused_.*)$/],
  ['response-issuer', /^issuer$/],
  ['encryption', /^token_(not_encrypted|encryption|unknown_key|decryption)$/],
  ['signature', /^(keys_.*|statement_.*|token_oauth_(key_selection_failed|invalid_response|unsupported_operation))$/],
  ['userinfo', /^userinfo_/],
  ['recipient', /^token_(oauth_jwt_claim_comparison_failed|issuer|audience|nonce)$/],
  ['freshness', /^(token_(oauth_jwt_timestamp_check_failed|issued_at|stale)|auth_time.*)$/],
  ['level', /^acr$/],
  ['identity-code', /^(identity_code_.*|birthdate_mismatch|evidence)$/],
] as const satisfies readonly (readonly [Duty, RegExp])[];

/** The duties that only a whole identification shows, by the connector's own judgement of it. */
export async function identificationDuties(
  { config }: CheckInput,
  connector: Connector,
  arrival: Arrival,
): Promise<readonly Finding[]> {
  const sequence: Duty[] = ['return', 'response-issuer', 'token', ...inOrder.map(([duty]) => duty).slice(2)];
  const tried = sequence.filter((duty) => duty !== 'userinfo' || config.userInfo !== 'none');
  if (!('callback' in arrival)) {
    return tried.map((duty) => ({
      duty,
      verdict: duty === 'return' ? arrival.verdict : 'not tried',
      reason: duty === 'return' ? arrival.reason : 'nobody came back',
    }));
  }
  const outcome = await connector.finish({ callbackUrl: arrival.callback, exchange: arrival.exchange });
  if (outcome.outcome === 'identified') return tried.map((duty) => met(duty, seen(duty, arrival.callback, outcome)));
  const failure = failureOf(outcome);
  return tried.map((duty) => {
    if (duty === failure.duty) return notMet(duty, failure.reason);
    const before = tried.indexOf(duty) < tried.indexOf(failure.duty) && !failure.unseen.includes(duty);
    return before
      ? met(duty, seen(duty, arrival.callback, outcome))
      : notTried(duty, `not looked at after ${failure.duty}`);
  });
}

type Failure = Readonly<{ duty: Duty; reason: string; unseen: readonly Duty[] }>;

function failureOf(outcome: Exclude<FinishOutcome, { outcome: 'identified' }>): Failure {
  if (outcome.outcome === 'cancelled') {
    return { duty: 'return', reason: 'the broker says that the person backed out', unseen: [] };
  }
  if (outcome.outcome === 'no-identity-code') {
    return { duty: 'identity-code', reason: 'there is none: does the contract, or the scope, include it?', unseen: [] };
  }
  const { cause } = outcome;
  const duty = inOrder.find(([, causes]) => causes.test(cause))?.[0] ?? 'token';
  // The library compares claims before it verifies the signature.
  const unseen: Duty[] = cause.startsWith('token_oauth_jwt') ? ['signature', 'userinfo', 'recipient'] : [];
  return { duty, reason: wordsFor(cause), unseen };
}

function seen(duty: Duty, callback: URL, outcome: FinishOutcome): string {
  if (duty === 'response-issuer')
    return callback.searchParams.has('iss') ? 'iss is the broker' : 'iss is not sent, and not demanded';
  if (duty === 'level' && outcome.outcome === 'identified') return outcome.identity.level;
  if (duty === 'identity-code') return 'it is never shown here';
  return 'seen in this identification';
}
