import type { SimulatedDialect } from '../../../src/demo/broker/dialect-rules.ts';
import type { Scenario } from '../../../src/demo/broker/scenarios.ts';

/** What the person meets: the way on, or a notice of the page where a method is chosen (`strong-auth.<notice>`). */
export type Outcome = 'identified' | 'cancelled' | 'failed' | 'unavailable' | 'no-identity-code';

type PerDialect = Readonly<Partial<Record<SimulatedDialect, Outcome>> & { others: Outcome }>;

/** One row for each way to fail; where the brokers differ, so does what is right. */
const outcomes: Readonly<Record<Scenario, Outcome | PerDialect>> = {
  // Telia knows only OAuth's word, so the other one is just an error there.
  cancel: { telia: 'failed', others: 'cancelled' },
  'access-denied': 'cancelled',
  'bank-error': 'failed',
  'token-400': 'failed',
  'token-500': 'unavailable',
  'token-slow': 'unavailable',
  'token-html': 'unavailable',
  'token-huge': 'unavailable',
  'token-redirects': 'unavailable',
  'no-identity-code': 'no-identity-code',
  foreigner: 'no-identity-code',
  'changed-identity-code': 'identified',
  'bad-check-character': 'failed',
  'wrong-birthdate': 'failed',
  'name-only': 'identified',
  'wrong-nonce': 'failed',
  'wrong-audience': 'failed',
  'wrong-issuer': 'failed',
  'wrong-level': 'failed',
  'other-level': 'failed',
  // Idura and Signicat state none: the operator assumes it of the means.
  'no-level': { idura: 'identified', signicat: 'identified', others: 'failed' },
  stale: 'failed',
  expired: 'failed',
  replayed: 'failed',
  // The others have no userinfo, or it is not asked.
  'userinfo-of-another': { signicat: 'failed', others: 'identified' },
  'wrong-key': 'failed',
  'unknown-kid': 'failed',
  'alg-none': 'failed',
  hs256: 'failed',
  unencrypted: 'failed',
  rsa1_5: 'failed',
  'wrong-encryption-key': 'failed',
  'unknown-encryption-kid': 'failed',
  'no-encryption-kid': 'identified',
  'userinfo-unencrypted': { signicat: 'failed', others: 'identified' },
  'rotated-key': 'identified',
  // Only OP's keys are pinned by an entity statement here.
  'stale-jwks': { op: 'unavailable', others: 'identified' },
  'unsigned-jwks': { op: 'unavailable', others: 'identified' },
  'jwks-of-another': { op: 'unavailable', others: 'identified' },
  'rsa1_5-only': 'failed',
  // The broker's own sins do not keep anybody out; `avain broker check` names them.
  'accepts-unsigned': 'identified',
  'accepts-any-client': 'identified',
  'accepts-replay': 'identified',
};

/** What this way to fail must lead to at a broker of this dialect. */
export function expectedOutcome(scenario: Scenario, dialect: SimulatedDialect): Outcome {
  const outcome = outcomes[scenario];
  return typeof outcome === 'string' ? outcome : (outcome[dialect] ?? outcome.others);
}
