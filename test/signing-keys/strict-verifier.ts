/** A verifier of the strictest kind: it keeps /jwks for as long as it may, and fetches it for no other reason. */
import { compactVerify, createLocalJWKSet, decodeJwt, decodeProtectedHeader, type JSONWebKeySet } from 'jose';

export type StrictVerifier = {
  /** Failures so far, in words; and how many signatures were looked at, by key. */
  readonly failures: string[];
  readonly seen: Map<string, number>;
  verify(jwt: string): Promise<void>;
};

export function strictVerifier(issuer: string): StrictVerifier {
  let kept: { until: number; keys: Promise<JSONWebKeySet> } | null = null;
  const failures: string[] = [];
  const seen = new Map<string, number>();
  function keys(): Promise<JSONWebKeySet> {
    if (kept && performance.now() < kept.until) return kept.keys;
    const begun = performance.now();
    const fetched = fetchKeys(issuer);
    kept = { until: Number.POSITIVE_INFINITY, keys: fetched.then(({ set }) => set) };
    const own = kept;
    void fetched.then(({ maxAgeMs }) => (own.until = begun + maxAgeMs));
    return kept.keys;
  }
  return {
    failures,
    seen,
    async verify(jwt) {
      const { kid = '', alg } = decodeProtectedHeader(jwt);
      const set = await keys();
      const { exp } = decodeJwt(jwt);
      // A machine under load may look too late: what has run out is nobody's to verify.
      if (exp !== undefined && Date.now() >= exp * 1000) return;
      try {
        await compactVerify(jwt, createLocalJWKSet(set));
        seen.set(kid, (seen.get(kid) ?? 0) + 1);
      } catch (error) {
        const known = set.keys.map((key) => key.kid).join(' ');
        failures.push(`${alg} ${kid}: ${error instanceof Error ? error.message : error} (of ${known})`);
      }
    },
  };
}

async function fetchKeys(issuer: string): Promise<{ set: JSONWebKeySet; maxAgeMs: number }> {
  const answer = await fetch(new URL('/jwks', issuer));
  const maxAge = /max-age=(\d+)/.exec(answer.headers.get('cache-control') ?? '')?.[1];
  if (maxAge === undefined) throw new Error('/jwks does not say how long it may be kept');
  // A cast: what cannot be verified with it is a failure.
  return { set: (await answer.json()) as JSONWebKeySet, maxAgeMs: Number(maxAge) * 1000 };
}
