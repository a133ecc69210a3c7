/**
 * Ways to fail, by the name that the page's button carries. `returns`: what the browser brings back instead of a code.
 * All others give a code and fail at the token endpoint (faults.ts) or in what the ID token says (claims.ts).
 */
export const scenarios = {
  cancel: { returns: 'cancel' },
  'access-denied': { returns: 'access_denied' },
  'bank-error': { returns: 'server_error' },
  'no-identity-code': {},
  foreigner: {},
  'token-500': {},
  'token-slow': {},
  'token-html': {},
  'token-huge': {},
  'wrong-nonce': {},
  'wrong-audience': {},
  'wrong-level': {},
  stale: {},
  unencrypted: {},
} as const satisfies Readonly<Record<string, Readonly<{ returns?: string }>>>;

export type Scenario = keyof typeof scenarios;

export function isScenario(value: unknown): value is Scenario {
  return typeof value === 'string' && Object.hasOwn(scenarios, value);
}

/** The `error` that the browser brings back, null where the exchange seems to succeed. */
export function returnedError(scenario: Scenario): string | null {
  const definition: Readonly<{ returns?: string }> = scenarios[scenario];
  return definition.returns ?? null;
}
