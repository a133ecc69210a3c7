/**
 * Every way to fail, by the name that a page's button and `POST /simulate {"scenario": …}` carry: one table, one comment
 * each. `at` says where it happens: `return` = what the browser brings back instead of a code (routes.ts), `endpoint` =
 * what the token endpoint answers (faults.ts), `claims` = what is said of person and event (claims.ts), `token` = how
 * that is signed and encrypted (mint.ts), `keys` = what is published (publication.ts), `duty` = what the broker lets
 * through though the profile forbids it (lapses.ts). The last two are the broker's own and only for everybody at once.
 */
export const scenarios = {
  /** The person gives up at the bank, in OP's word. */
  cancel: { at: 'return', error: 'cancel' },
  /** The same in OAuth's word (Telia), or the bank says no. */
  'access-denied': { at: 'return', error: 'access_denied' },
  /** The bank itself fails; the broker sends the person back. */
  'bank-error': { at: 'return', error: 'server_error' },

  /** The code is refused. */
  'token-400': { at: 'endpoint' },
  /** A fault of the server. */
  'token-500': { at: 'endpoint' },
  /** An answer after half a minute. */
  'token-slow': { at: 'endpoint' },
  /** A web page where JSON belongs, as a proxy in between would. */
  'token-html': { at: 'endpoint' },
  /** 100 MB, sent piece by piece. */
  'token-huge': { at: 'endpoint' },
  /** A redirect to itself, for ever. */
  'token-redirects': { at: 'endpoint' },

  /** Names and birth date without the identity code. */
  'no-identity-code': { at: 'claims' },
  /** A person known by the eIDAS identifier of another country only. */
  foreigner: { at: 'claims' },
  /** The same person and birthday, another identity code. */
  'changed-identity-code': { at: 'claims' },
  /** An identity code whose check character is wrong; public test persons have such. */
  'bad-check-character': { at: 'claims' },
  /** A birth date that is not the one in the identity code. */
  'wrong-birthdate': { at: 'claims' },
  /** No given and family name, only the display name, as OP warns of. */
  'name-only': { at: 'claims' },
  /** The nonce of another event. */
  'wrong-nonce': { at: 'claims' },
  /** A token for another service. */
  'wrong-audience': { at: 'claims' },
  /** A token of another broker. */
  'wrong-issuer': { at: 'claims' },
  /** A level of assurance below every one that may be accepted. */
  'wrong-level': { at: 'claims' },
  /** The highest level, though nobody asked for it. */
  'other-level': { at: 'claims' },
  /** No level of assurance. */
  'no-level': { at: 'claims' },
  /** The person identified an hour ago. */
  stale: { at: 'claims' },
  /** The token itself expired five minutes ago. */
  expired: { at: 'claims' },
  /** The token of the identification before this one. */
  replayed: { at: 'claims' },
  /** Userinfo of somebody else (only where a dialect has userinfo). */
  'userinfo-of-another': { at: 'claims' },

  /** Signed by a stranger's key under the name of the broker's. */
  'wrong-key': { at: 'token' },
  /** Signed by a key that is published nowhere. */
  'unknown-kid': { at: 'token' },
  /** Not signed. */
  'alg-none': { at: 'token' },
  /** "Signed" with the broker's public key as a shared secret. */
  hs256: { at: 'token' },
  /** Signed, not encrypted. */
  unencrypted: { at: 'token' },
  /** Encrypted by RSA with PKCS #1 v1.5, which leaks to whoever may ask often. */
  rsa1_5: { at: 'token' },
  /** Encrypted to a stranger's key under the name of ours. */
  'wrong-encryption-key': { at: 'token' },
  /** Encrypted to our key under a name that nobody knows. */
  'unknown-encryption-kid': { at: 'token' },
  /** Encrypted to our key, which is not named: allowed, and some brokers do. */
  'no-encryption-kid': { at: 'token' },
  /** Userinfo that is signed but not encrypted. */
  'userinfo-unencrypted': { at: 'token' },

  /** The broker signs with its next key, published beside the present one: an ordinary rotation. */
  'rotated-key': { at: 'keys' },
  /** The next key, and signed JWKS that expired before it. */
  'stale-jwks': { at: 'keys' },
  /** The next key, in JWKS that nobody signed. */
  'unsigned-jwks': { at: 'keys' },
  /** The next key, in JWKS signed by another than the pinned entity key. */
  'jwks-of-another': { at: 'keys' },
  /** Nothing but RSA1_5 is offered in the metadata, and used. */
  'rsa1_5-only': { at: 'keys' },

  /** Takes requests that nobody signed, or a stranger. */
  'accepts-unsigned': { at: 'duty' },
  /** Takes token requests of whoever does not prove to be the client. */
  'accepts-any-client': { at: 'duty' },
  /** Takes the same assertion or request object twice. */
  'accepts-replay': { at: 'duty' },
} as const satisfies Readonly<Record<string, Definition>>;

type Definition = Readonly<{ at: 'return'; error: string } | { at: 'endpoint' | 'claims' | 'token' | 'keys' | 'duty' }>;

/** The name of a way to fail. */
export type Scenario = keyof typeof scenarios;

/** All names, in the order of the table. */
export const scenarioNames = Object.keys(scenarios) as readonly Scenario[];

/** What one person's visit can fail by; the rest is the broker's own. */
export const visitScenarios: readonly Scenario[] = scenarioNames.filter(
  (name) => scenarios[name].at !== 'keys' && scenarios[name].at !== 'duty',
);

/** Whether what came from outside is the name of a way to fail. */
export function isScenario(value: unknown): value is Scenario {
  return typeof value === 'string' && Object.hasOwn(scenarios, value);
}

/** The `error` that the browser brings back, null where the exchange seems to succeed. */
export function returnedError(scenario: Scenario): string | null {
  const definition: Definition = scenarios[scenario];
  return definition.at === 'return' ? definition.error : null;
}
