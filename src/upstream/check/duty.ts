/**
 * The self-test behind `avain broker check`: one file per group of duties of the Finnish Trust Network, each tried
 * against the real thing, as the connector does it and as a forger would. check-broker.ts is the order.
 *
 * May import the connector's own pieces, openid-client and jose; knows no terminal, no storage, no pages. Promises: what
 * is reported never holds an identity code, a name, a code or a token; nothing is believed that was not seen; what could
 * not be seen is "not tried", never "met". It asks the broker about twenty times and identifies at most one test person.
 */
import type { Clock, Random } from '../../deps.ts';
import type { BrokerConfig } from '../broker-config.ts';
import type { PrivateJwks } from '../ftn/keys.ts';
import type { ParseHetu } from '../identifier.ts';

/** Every duty, in the order in which it is tried, with what it means. */
export const duties = {
  'own-keys': 'Our keys are fit to be used',
  'own-keys-published': 'Our address publishes these keys',
  metadata: 'The broker tells where it is, and offers what we accept',
  'broker-keys': "The broker's signing keys can be had and trusted",
  'request-accepted': 'A request of ours is accepted',
  'unsigned-refused': 'The same request, unsigned, is refused',
  'forged-refused': 'The same request, signed by a stranger, is refused',
  'client-accepted': 'Our client assertion (private_key_jwt) is accepted',
  'client-required': 'A token request without one is refused',
  'stranger-refused': "A token request with a stranger's is refused",
  'replay-refused': 'A client assertion that was used before is refused',
  return: 'The person comes back with a code',
  'response-issuer': 'The answer names the broker it comes from, or nobody',
  token: 'The code is redeemed for an ID token',
  encryption: 'The ID token is encrypted to our key',
  signature: 'The ID token is signed by a published key, with an algorithm on our list',
  userinfo: 'Userinfo is signed, for us, and about the same person',
  recipient: 'The ID token is by this broker, for us, and for this very exchange',
  freshness: 'The person has just identified',
  level: 'The level of assurance is stated, and accepted',
  'identity-code': 'The identity code is there, and well-formed',
} as const;

export type Duty = keyof typeof duties;

export type Verdict = 'met' | 'not met' | 'not tried';

/** `reason` is for an operator. */
export type Finding = Readonly<{ duty: Duty; verdict: Verdict; reason: string }>;

/** What every group of duties is told. */
export type CheckInput = Readonly<{
  id: string;
  config: BrokerConfig;
  /** Our own public address. */
  issuer: string;
  redirectUri: string;
  /** Shown to the person at the bank. */
  serviceName: string;
  keys: PrivateJwks;
  parseHetu: ParseHetu;
  clock: Clock;
  random: Pick<Random, 'bytes'>;
}>;

export function met(duty: Duty, reason: string): Finding {
  return { duty, verdict: 'met', reason };
}

export function notMet(duty: Duty, reason: string): Finding {
  return { duty, verdict: 'not met', reason };
}

export function notTried(duty: Duty, reason: string): Finding {
  return { duty, verdict: 'not tried', reason };
}
